"""The log as shipped, on a small machine whose disk forgets what was not flushed: hundreds of cuts from recordings."""

from pathlib import Path

import pytest

from tests.vm import mini
from tests.vm.image import Image
from tests.vm.judge import Verdict, judge_small, places
from tests.vm.ledger import SOMETHING, Ledger, Row, assert_loses, assert_nothing_lost
from tests.vm.medium import Medium
from tests.vm.volatile import Event, What, count

pytestmark = [pytest.mark.vm, pytest.mark.timeout(3600)]

SECONDS = 6  # of voting in a recording
ENOUGH = 100  # acknowledged votes
CONTROLS = 20  # cuts of each control

Recording = tuple[Path, list[Event]]


@pytest.fixture(scope="module")
def recorded(bare: Image, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(bare, tmp_path_factory.mktemp("full"), "full")


def record(bare: Image, folder: Path, synchronous: str) -> Recording:
    disk = mini.make_disk(folder)
    return disk, mini.record(bare, disk, folder, synchronous, SECONDS)


def judged(recording: Recording, medium: Medium, cuts: int) -> tuple[Verdict, ...]:
    disk, log = recording
    return tuple(judge_small(disk, log, cut, medium, seed) for seed, cut in enumerate(places(log, cuts)))


def test_every_vote_costs_a_flush(recorded: Recording) -> None:
    _, log = recorded
    assert count(log, What.FLUSH) >= count(log, What.ACKNOWLEDGED)


@pytest.mark.parametrize("medium", [Medium.DROP, Medium.TORN])
def test_no_cut_loses_an_acknowledged_vote(medium: Medium, recorded: Recording, ledger: Ledger, short: bool) -> None:
    verdicts = judged(recorded, medium, 50 if short else 250)
    assert_nothing_lost(ledger.add(Row("log alone, from a recording", medium.value, verdicts), ENOUGH))


def test_control_a_device_that_lies_loses_votes(recorded: Recording, ledger: Ledger) -> None:
    verdicts = judged(recorded, Medium.LIES, CONTROLS)
    assert_loses(ledger.add(Row("log alone, control", Medium.LIES.value, verdicts, SOMETHING), ENOUGH))


def test_control_synchronous_normal_loses_votes(bare: Image, tmp_path: Path, ledger: Ledger) -> None:
    verdicts = judged(record(bare, tmp_path, "normal"), Medium.DROP, CONTROLS)
    row = Row("log alone, control: synchronous=NORMAL", Medium.DROP.value, verdicts, SOMETHING)
    assert_loses(ledger.add(row, ENOUGH))
