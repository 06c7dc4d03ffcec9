"""Push, pull and carry mixed at random, with faults and repeats: each vote arrives once, in order; nobody is accused.

The kiosk's side and the ward's are the real ones; only the network between them is a function call that can fail.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.votelog.folder import all_folders
from kiosk.votelog.marks import read_mark
from sync.carry import Carrier
from sync.courier import Courier
from sync.home import Home
from sync.log_courier import Kit
from sync.outcomes import Outcome, Trouble
from sync.post import Answer
from sync.pull import Puller as KioskSide
from sync.pull import Refused as KioskRefuses
from sync.stick import Stick
from sync.ward.check import check
from sync.ward.enrolment import Enroller, read_introduction
from sync.ward.failure import Failure
from sync.ward.intake import Intake
from sync.ward.problems import Refused
from sync.ward.pull import Puller as WardSide
from sync.ward.pull_client import Declined
from sync.ward.web.serving import open_writer
from sync.wire import Malformed, Purpose, Welcome, write_signed
from tests.sync.conftest import Kiosk, lines_of
from tests.sync.office import Office, new_office
from tests.sync.test_a_stick_that_fails import Failing, Pulled

ACCUSATIONS = ("fork", "shortened", "broken-chain", "bad-echo", "false-successor")
LINES = 3  # entries in a batch or a file
numbers = count(1)


class Road:
    """The push, in memory, to the real ward; each request meets the next fault, if there is one left."""

    address = "http://ward"

    def __init__(self, desk: "Desk") -> None:
        self.desk, self.faults, self.old = desk, list[str](), Answer(200, b"")

    def get(self, path: str) -> Answer:
        raise AssertionError(path)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        fault = self.faults.pop() if self.faults else "honest"
        if fault == "lost on the way":
            raise Trouble(Outcome.TIMED_OUT, address=self.address)
        answer, old = self._answer(path, body), self.old
        self.old = answer
        match fault:
            case "answer lost":
                raise Trouble(Outcome.BROKEN_OFF, address=self.address)
            case "old answer":
                return old
            case "torn":
                return Answer(200, answer.body[:-9])
        return answer

    def _answer(self, path: str, body: bytes) -> Answer:
        self.desk.office.now[0] += 1
        try:
            if path == "/v1/kiosks":
                return Answer(200, self._welcome(body))
            return Answer(200, self.desk.intake.take(body, packed=True).bytes())
        except Refused as refused:
            return Answer(refused.problem.status, msgspec.json.encode(refused.problem))

    def _welcome(self, body: bytes) -> bytes:
        who = read_introduction(body, "test")
        name = self.desk.writer.submit(partial(Enroller(self.desk.office.house).take, who=who)).result()
        if isinstance(name, Refused):
            raise name
        said = Welcome(who.enrolment.log, name, self.desk.office.now[0], sha256(body.split(b"\n")[0]).hexdigest())
        return write_signed(said, Purpose.ENROL, self.desk.office.house.key).bytes()


class Line:
    """The pull, in memory: it breaks off after so many answers."""

    url = "http://kiosk"

    def __init__(self, kiosk: KioskSide, breaks_after: int) -> None:
        self.kiosk, self.left = kiosk, breaks_after

    def get(self, path: str, query: dict[str, Any], request: str) -> bytes:
        question = self.kiosk.question(request)
        try:
            if path == "/v1/logs":
                return self.kiosk.logs(question)
            answer = self.kiosk.batch(question, query["log"], query["after"], LINES)
        except KioskRefuses as refused:
            raise Declined(str(refused)) from refused
        self.left -= 1
        if self.left < 0:
            raise Failure("the line broke")
        return answer


class Desk:
    """The ward, for all the examples."""

    def __init__(self, office: Office, writer: Any) -> None:
        self.office, self.writer = office, writer
        self.intake = Intake(office.house, writer)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with TemporaryDirectory(dir="/dev/shm") as folder:
        for office in new_office(Path(folder) / "ward"):
            with open_writer(office.house) as writer:
                yield Desk(office, writer)


PUSHES = ["lost on the way", "answer lost", "old answer", "torn", "honest"]
STICK = st.integers(0, 1)
ACTIONS = st.one_of(
    st.tuples(st.just("vote"), st.integers(1, 5)),
    st.tuples(st.just("push"), st.lists(st.sampled_from(PUSHES), max_size=3)),
    st.tuples(st.just("pull"), st.integers(0, 4)),
    st.tuples(st.just("export"), st.tuples(STICK, st.integers(0, 40), st.booleans(), st.booleans())),
    st.tuples(st.just("bring"), st.tuples(STICK, st.randoms(use_true_random=False), st.booleans())),
    st.tuples(st.just("wipe"), STICK),
    st.tuples(st.sampled_from(["reboot", "succeed", "forget"]), st.none()),
)


class Run:
    """One kiosk, two sticks, and what happened to them."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self.desk, self.road = desk, Road(desk)
        self.kiosk = Kiosk(Home(folder / "kiosk"))
        self.kiosk.home.prepare()
        self.kiosk.start()
        self.office.knows(self.kiosk, f"Quầy {next(numbers)}")
        self.sticks = [folder / "stick 0", folder / "stick 1"]
        for stick in self.sticks:
            stick.mkdir()

    @property
    def office(self) -> Office:
        return self.desk.office

    def vote(self, times: int) -> None:
        self.kiosk.vote(times)

    def push(self, faults: list[str]) -> None:
        ward = self.kiosk.home.ward()
        assert ward
        self.road.faults = list(faults)
        courier = Courier(Kit(self.kiosk.home, ward, self.road, self.kiosk.clock))
        courier._size.lines = LINES
        courier.round(contact=True)

    def pull(self, breaks_after: int) -> None:
        ward = self.kiosk.home.ward()
        assert ward
        self.office.now[0] += 1
        client: Any = Line(KioskSide(self.kiosk.home, ward, self.kiosk.clock), breaks_after)
        with suppress(Failure, Malformed):
            list(WardSide(self.office.house, self.desk.writer, client).pull())

    def export(self, how: tuple[int, int, bool, bool]) -> None:
        number, at, everything, power = how
        error = Pulled() if power else OSError(errno.EIO, "")
        with suppress(Pulled, Trouble), Stick(self.sticks[number], Failing(at, error, gone=True)) as stick:
            Carrier(self.kiosk.home, self.kiosk.clock, lines=LINES).export(stick, everything=everything)

    def bring(self, how: tuple[int, Random, bool]) -> None:
        """To the ward: some of the files, in any order, one of them bitten; receipts go to the stick."""
        number, chance, bitten = how
        files = sorted(self.sticks[number].glob("*.hlb"))
        files = chance.sample(files, chance.randint(0, len(files)))
        if files and bitten:
            file = chance.choice(files)
            whole = file.read_bytes()
            place = chance.randrange(len(whole))
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        self.office.now[0] += 1
        self.office.imports(*files)

    def wipe(self, number: int) -> None:
        for file in self.sticks[number].iterdir():
            file.unlink()

    def reboot(self, _: None) -> None:
        self.kiosk.clock.reboot()

    def succeed(self, _: None) -> None:
        self.kiosk.succeed()

    def forget(self, _: None) -> None:
        """The courier's own files are lost."""
        for file in self.kiosk.home.folder.glob("*.json"):
            if file.name != "ward.json":
                file.unlink()

    def check(self) -> None:
        """Nothing at the ward that the kiosk does not hold, and nothing acknowledged that the ward does not, ever."""
        for folder in all_folders(self.kiosk.home.logs):
            have = self.office.lines(folder.log)
            assert have == lines_of(self.kiosk, folder.log)[: len(have)]
            acked = read_mark(folder.acked)
            assert acked is None or acked.seq <= len(have)
            assert not folder.forked.exists()

    def end(self, road: str) -> None:
        """By one honest turn on any of the three roads all is there."""
        last: dict[str, Callable[[], None]] = {"push": partial(self.push, []), "pull": partial(self.pull, 10**6)}
        last.get(road, self.carry_all)()
        for folder in all_folders(self.kiosk.home.logs):
            assert self.office.lines(folder.log) == lines_of(self.kiosk, folder.log)

    def carry_all(self) -> None:
        self.wipe(0)
        for _ in range(2):  # a receipt may have to say first that the ward has less than was thought
            self.export((0, 0, False, False))
            self.office.imports(self.sticks[0])
            self.export((0, 0, False, False))
        for folder in all_folders(self.kiosk.home.logs):
            acked = read_mark(folder.acked)
            assert acked
            assert acked.seq == len(lines_of(self.kiosk, folder.log))


@settings(max_examples=30, deadline=None)
@given(actions=st.lists(ACTIONS, max_size=12), road=st.sampled_from(["push", "pull", "carry"]))
def test_every_vote_arrives_once_and_in_order(actions: list[tuple[str, Any]], road: str, desk: Desk) -> None:
    with TemporaryDirectory(dir="/dev/shm") as data:
        run = Run(Path(data), desk)
        assert run.kiosk.archive
        with closing(run.kiosk.archive):
            for name, what in actions:
                getattr(run, name)(what)
                run.check()
            run.end(road)
    assert desk.office.rows(f"select kind, about, detail from findings where kind in {ACCUSATIONS}") == []


def test_a_stick_from_before_a_restart_accuses_nobody_while_the_ward_is_behind_it(desk: Desk) -> None:
    """What the stick names as its end the ward has not yet seen, but a later push has named more."""
    with TemporaryDirectory(dir="/dev/shm") as data:
        run = Run(Path(data), desk)
        assert run.kiosk.archive
        with closing(run.kiosk.archive):
            run.vote(7)
            run.export((0, 0, False, False))
            run.reboot(None)
            run.vote(5)
            run.push(["lost on the way", "honest"])
            run.office.imports(min(run.sticks[0].glob("*.hlb")))
            run.end("push")
    assert desk.office.rows(f"select kind, about, detail from findings where kind in {ACCUSATIONS}") == []


def test_the_ward_counts_what_came_by_any_road_as_if_made_anew(desk: Desk) -> None:
    with desk.office.house.engine.connect() as db:
        assert list(check(db, desk.office.house)) == []
