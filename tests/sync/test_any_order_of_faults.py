"""Whatever goes wrong in whatever order: no vote is lost, none comes twice, none changes its place."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.votelog.marks import read_mark
from sync.courier import Courier
from sync.home import Home
from sync.log_courier import Kit
from sync.outcomes import Outcome, Trouble
from sync.pinned import Ward
from sync.post import Answer
from tests.sync.conftest import Kiosk, lines_of
from tests.sync.ward_double import WardDouble, resigned


class BadRoad:
    """A road in memory: each request meets the next fault, if there is one left."""

    address = "http://ward"

    def __init__(self, ward: WardDouble) -> None:
        self.ward, self.faults, self.old = ward, [], Answer(200, b"")

    def get(self, path: str) -> Answer:
        return self.ward.answer("GET", path)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        fault = self.faults.pop() if self.faults else "honest"
        if fault == "lost on the way":
            raise Trouble(Outcome.TIMED_OUT, address=self.address)
        if fault == "500":
            return Answer(500, b"")
        answer = self.ward.answer("POST", path, body)
        return self._bent(fault, answer)

    def _bent(self, fault: str, answer: Answer) -> Answer:
        """The ward has taken the batch; what comes back is something else."""
        old, self.old = self.old, answer
        match fault:
            case "answer lost":
                raise Trouble(Outcome.BROKEN_OFF, address=self.address)
            case "old answer":
                return old
            case "torn":
                return Answer(200, answer.body[: len(answer.body) // 2])
            case "says more" | "says less" if b'"have"' in answer.body and answer.status == 200:
                have = json.loads(answer.body.splitlines()[0])["have"]
                return resigned(self.ward, answer, have=have + 3 if fault == "says more" else max(0, have - 1))
            case "page":
                return Answer(200, b"<html>")
        return answer


FAULTS = ["honest", "lost on the way", "500", "answer lost", "old answer", "torn", "says more", "says less", "page"]
ACTIONS = st.one_of(
    st.tuples(st.just("vote"), st.integers(1, 4)),
    st.tuples(st.just("round"), st.lists(st.sampled_from(FAULTS), max_size=4)),
    st.tuples(st.sampled_from(["restart", "reboot", "succeed", "forget", "ward restored", "half an hour"]), st.none()),
)


class Run:
    """One kiosk, one ward, and what happened to them."""

    def __init__(self, folder: Path, ca: str) -> None:
        self.ward = WardDouble(ca, limit=3)
        self.road = BadRoad(self.ward)
        self.kiosk = Kiosk(Home(folder))
        self.kiosk.home.prepare()
        self.kiosk.start().enrolled(self.ward, self.road.address)
        self.restart(None)

    def restart(self, _: None) -> None:
        pinned = self.kiosk.home.ward()
        assert isinstance(pinned, Ward)
        self.courier = Courier(Kit(self.kiosk.home, pinned, self.road, self.kiosk.clock))

    def vote(self, times: int) -> None:
        self.kiosk.vote(times)

    def round(self, faults: list[str]) -> None:
        self.road.faults = faults
        self.courier.round(contact=True)

    def reboot(self, _: None) -> None:
        self.kiosk.clock.reboot()
        self.restart(None)

    def succeed(self, _: None) -> None:
        self.kiosk.succeed()

    def forget(self, _: None) -> None:
        """The courier's own files are lost."""
        for file in self.kiosk.home.folder.glob("*.json"):
            if file.name != "ward.json":
                file.unlink()

    def ward_restored(self, _: None) -> None:
        """From a copy that is two entries old."""
        for held in self.ward.logs.values():
            keep = max(0, held.have - 2)
            del held.lines[keep:], held.hashes[keep + 1 :]

    def half_an_hour(self, _: None) -> None:
        self.kiosk.clock.pass_time(30 * 60_000)

    def check(self) -> None:
        """Nothing at the ward that the kiosk does not hold, at any moment."""
        for log, held in self.ward.logs.items():
            assert held.lines == lines_of(self.kiosk, log)[: held.have]

    def end(self) -> None:
        self.kiosk.clock.pass_time(24 * 60 * 60_000)
        self.round([])
        for folder in self.kiosk.home.logs.iterdir():
            if folder.is_dir():
                held = self.ward.logs[folder.name]
                assert held.lines == lines_of(self.kiosk, folder.name)
                assert read_mark(folder / "acked.json").seq >= held.have


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory(dir="/dev/shm") as made:
        yield Path(made)


@settings(max_examples=60, deadline=None)
@given(actions=st.lists(ACTIONS, max_size=12))
def test_every_vote_arrives_once_and_in_order(actions: list[tuple[str, object]], folder: Path, ca: str) -> None:
    with TemporaryDirectory(dir=folder) as data:
        run = Run(Path(data), ca)
        with closing(run.kiosk.archive):
            for name, what in actions:
                getattr(run, name.replace(" ", "_"))(what)
                run.check()
            run.end()
