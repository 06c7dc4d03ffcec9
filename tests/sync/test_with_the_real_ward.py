"""The same against the reference ward and its own commands: enrolment, push and pull, to the last byte."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sync.enrol import enrol
from sync.home import Pending
from sync.pull import Puller
from sync.serve import PullServer
from tests.sync.conftest import Kiosk, lines_of
from tests.sync.test_the_ward_pulls import running

COMMAND = [sys.executable, "-c", "from sync.ward.cli import main; main()"]


class RealWard:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.types("init", "--release", "immediate")

    def line(self, verb: str, *words: str) -> list[str]:
        return [*COMMAND, verb, "--data", str(self.folder), *words]

    def types(self, verb: str, *words: str) -> str:
        return subprocess.run(self.line(verb, *words), check=True, capture_output=True, text=True, timeout=100).stdout

    def lines(self, log: str) -> list[str]:
        with closing(sqlite3.connect(self.folder / "ward.sqlite")) as db:
            return [line for (line,) in db.execute("select line from entries where log = ? order by seq", (log,))]


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> RealWard:
    return RealWard(tmp_path_factory.mktemp("real") / "ward")


@pytest.fixture(scope="module")
def url(ward: RealWard) -> Iterator[str]:
    with subprocess.Popen(ward.line("serve", "--port", "0"), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield next(word for word in process.stdout.readline().split() if word.startswith("http"))
        process.terminate()


@pytest.fixture
def kiosk(new_kiosk: Callable[[], Kiosk], ward: RealWard, url: str, request: pytest.FixtureRequest) -> Kiosk:
    kiosk = new_kiosk().start().vote(5)
    code = ward.types("enrol", "--name", request.node.name, "--plain").strip()
    enrol(kiosk.home, Pending(url, code), kiosk.open_road())
    return kiosk


def test_pushed_votes_arrive_with_those_of_a_successor(kiosk: Kiosk, ward: RealWard) -> None:
    first = kiosk.log
    assert kiosk.courier().round(contact=True).complete
    kiosk.vote(2).succeed().vote(3)
    assert kiosk.courier().round(contact=True).complete
    for log in (first, kiosk.log):
        assert ward.lines(log) == lines_of(kiosk, log)


def test_pulled_votes_are_the_same_and_are_not_pushed_again(kiosk: Kiosk, ward: RealWard) -> None:
    pinned = kiosk.home.ward()
    assert pinned
    with running(PullServer("127.0.0.1", 0, Puller(kiosk.home, pinned, kiosk.clock))) as kiosk_url:
        ward.types("pull", kiosk_url)
    assert ward.lines(kiosk.log) == lines_of(kiosk, kiosk.log)
    kiosk.vote()
    assert kiosk.courier().round(contact=True).complete
    assert ward.lines(kiosk.log) == lines_of(kiosk, kiosk.log)
