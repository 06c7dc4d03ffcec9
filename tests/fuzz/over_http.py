"""A real `ward serve` under schemathesis: what its OpenAPI allows, what it does not, and bodies made from real ones.

No answer is a server error, nothing stands in its log, and neither its memory nor its tables grow.
"""

import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from sync.wire import gzip
from tests.fuzz.stretch import stretched
from tests.fuzz.targets import batches, introductions, kiosk

NDJSON = "application/x-ndjson"
ROUNDS = 40  # executions of one property
WARM = 1  # rounds until everything is loaded
MOST_MB = 48  # that a warm server may grow by
ROWS = 60  # refused guesses and findings, which have limits of their own; repeats and garbage add nothing


@dataclass
class Tally:
    executions: int = 0
    statuses: set[int] = field(default_factory=set)
    finding: str = ""


def run(seconds: float) -> tuple[int, str, str]:
    """Executions, memory, and the first finding."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as served:
        tally, before = Tally(), (0, 0)
        end = time.monotonic() + seconds
        for number in range(1, 1_000_000):
            try:
                one_round(served, tally, number)
            except Exception as error:  # noqa: BLE001  whatever it is, it is what was looked for
                tally.finding = f"{type(error).__name__}: {error}"[:3000]
            if number == WARM:
                before = served.memory(), served.rows()
            if tally.finding or (number > WARM and time.monotonic() > end):
                break
        grown, rows = served.memory() - before[0], served.rows() - before[1]
    logged = f"in its log:\n{served.log[:2000]}" if served.log else ""
    tally.finding = "\n".join(filter(None, (tally.finding, _growth(grown, rows), logged)))
    return tally.executions, f"{grown:+} MB, {rows:+} rows", tally.finding


def _growth(grown: int, rows: int) -> str:
    return f"it grew by {grown} MB and {rows} rows" if grown > MOST_MB or rows > ROWS else ""


@dataclass
class Served:
    """A ward as a process of its own, with one kiosk enrolled."""

    url: str
    folder: Path
    token: str
    process: subprocess.Popen[bytes]
    log: str = ""  # what it said until its end, which should be nothing

    def memory(self) -> int:
        """MB that it holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        match = re.search(r"VmRSS:\s+(\d+)", status)
        assert match
        return int(match[1]) // 1024

    def rows(self) -> int:
        with closing(sqlite3.connect(self.folder / "ward/ward.sqlite")) as db:
            tables = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
            return sum(db.execute(f'select count(*) from "{name}"').fetchone()[0] for name in tables)


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    _ward(folder, "init", "--name", "A", "--release", "immediate")
    code = _ward(folder, "enrol", "--name", "Quầy 1", "--plain")
    token = _ward(folder, "token", "fuzz", "--plain")
    command = [*WARD, "serve", "--data", str(folder / "ward"), "--port", "0"]
    log = folder / "log"
    with log.open("wb") as errors, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as process:
        assert process.stdout
        url = process.stdout.readline().decode().split()[-1]
        served = Served(url, folder, token, process)
        try:
            secret = code.replace("-", "")[:8]
            answer = requests.post(f"{url}/v1/kiosks", data=kiosk().enrolment(secret).bytes(), timeout=10)
            assert answer.status_code == 200, answer.text
            assert requests.post(f"{url}/v1/batches", data=batches()[0], timeout=10).status_code == 200
            yield served
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
            served.log = log.read_text() + process.stdout.read().decode()


WARD = [sys.executable, "-m", "sync.ward.cli"]


def _ward(folder: Path, word: str, *more: str) -> str:
    where = [str(folder / "ward")] if word == "init" else ["--data", str(folder / "ward")]
    done = subprocess.run([*WARD, word, *where, *more], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def described(url: str) -> dict[str, Any]:
    """The ward's OpenAPI, and what it can't say of itself: its bodies are signed lines."""
    document: dict[str, Any] = requests.get(f"{url}/schema", timeout=10).json()
    for path in ("/v1/batches", "/v1/kiosks"):
        operation = document["paths"][path]["post"]
        operation["requestBody"] = {"content": {NDJSON: {"schema": {"type": "string"}}}, "required": True}
    return document


@st.composite
def bodies(draw: Any) -> bytes:
    """A real document, changed in a byte or stretched, perhaps packed; or anything."""
    chance = Random(draw(st.integers(0, 2**32)))
    body = draw(st.one_of(st.sampled_from([*batches(), *introductions()]), st.binary(max_size=200)))
    for _ in range(draw(st.integers(0, 3))):
        at = chance.randrange(len(body) or 1)
        turned = body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]
        body = draw(st.sampled_from([turned, stretched(body, 20_000, chance), body[:at]]))
    return gzip(body) if draw(st.booleans()) else body


def one_round(served: Served, tally: Tally, number: int) -> None:
    """Every operation so often; the round's number is the seed, so that a finding can be had again."""
    schemathesis.openapi.media_type(NDJSON, bodies())
    schema = schemathesis.openapi.from_dict(described(served.url))
    schema.config.update(base_url=served.url)
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _ask(operation.as_strategy(generation_mode=mode), served, tally, number)


def _ask(cases: Any, served: Served, tally: Tally, number: int) -> None:
    @seeded(number)
    @settings(max_examples=ROUNDS, deadline=None, database=None, suppress_health_check=list(HealthCheck),
              phases=[Phase.generate])  # fmt: skip
    @given(cases, st.booleans(), st.booleans())
    def ask(case: Any, known: bool, packed: bool) -> None:
        headers = {"Authorization": f"Bearer {served.token}"} if known else {}
        if packed and case.method == "POST":
            headers["Content-Encoding"] = "gzip"
        answer = case.call(headers=headers, timeout=10)
        tally.executions += 1
        tally.statuses.add(answer.status_code)
        assert answer.status_code < 500, f"{case.method} {case.formatted_path} {case.query} -> {answer.status_code}"
        assert "Traceback" not in answer.text

    with suppress(Unsatisfiable):  # what has no parameters can't be asked wrongly
        ask()
