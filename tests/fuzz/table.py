"""Every target so long, and a table of what came out: `python -m tests.fuzz.table [SECONDS] [NAME ...]`.

SECONDS are those of all together (else HAILONG_FUZZ_SECONDS, else 180). Ends with 1 if anything was found.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.fuzz import over_http
from tests.fuzz.targets import TARGETS

SECONDS = 180
AT_ONCE = 2
MOST_MB = 512  # of memory, for any input
MOST_BYTES = 20_000
LONGEST = 10  # s for one input
OVER_HTTP = "the ward over HTTP"


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    executions: int
    memory: str
    finding: str = ""


def guided(name: str, seconds: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        limits = (f"-max_total_time={seconds}", f"-rss_limit_mb={MOST_MB}", f"-timeout={LONGEST}")
        options = (
            *limits,
            f"-max_len={MOST_BYTES}",
            "-len_control=0",
            "-print_final_stats=1",
            "-use_value_profile=1",
            f"-artifact_prefix={folder}/found-",
        )
        (Path(folder) / "corpus").mkdir()
        command = [sys.executable, "-m", "tests.fuzz.guided", name, f"{folder}/corpus", *options]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        found = [file.read_bytes() for file in Path(folder).glob("found-*")]
    return Row(name, _stat(done.stderr, "number_of_executed_units"), _memory(done.stderr), _why(done, found))


def _memory(said: str) -> str:
    return f"{_stat(said, 'peak_rss_mb')} MB"


def _stat(said: str, name: str) -> int:
    match = re.search(rf"stat::{name}:\s+(\d+)", said)
    return int(match[1]) if match else 0


def _why(done: subprocess.CompletedProcess[str], found: Sequence[bytes]) -> str:
    """The end of the traceback, and the input that led to it."""
    if done.returncode == 0 and not found:
        return ""
    said = (done.stdout + done.stderr).split("=== Uncaught Python exception: ===")[-1].strip()
    return f"{said[:1500]}\n{b''.join(found)[:400]!r}"


def show(rows: Sequence[Row]) -> None:
    table = Table(title="What reads foreign bytes", title_justify="left")
    table.add_column("target")
    for heading in ("executions", "memory", "findings"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(row.name, f"{row.executions:,}", row.memory, "1" if row.finding else "0")
    table.add_section()
    table.add_row("all", f"{sum(row.executions for row in rows):,}", "", str(sum(bool(row.finding) for row in rows)))
    Console().print(table)


def main(seconds: int = 0, *names: str) -> int:
    seconds = seconds or int(os.environ.get("HAILONG_FUZZ_SECONDS", str(SECONDS)))
    wanted = names or (*TARGETS, OVER_HTTP)
    here = [name for name in wanted if name in TARGETS]
    each = max(2, round(seconds * AT_ONCE / (len(wanted) + 2)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rows = list(pool.map(lambda name: guided(name, each), here))
    if OVER_HTTP in wanted:
        rows.append(Row(OVER_HTTP, *over_http.run(each * 2)))
    for row in rows:
        if row.finding:
            print(f"--- {row.name}\n{row.finding}\n")
    show(rows)
    return any(row.finding for row in rows)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0, *sys.argv[2:]))
