"""What the clock says of itself, and what the log says when somebody sets it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import Linux, SystemClock, chip_agrees
from kiosk.entry import Stamp
from kiosk.timekeeper import Timekeeper

NOW = 1_795_000_000_000


@dataclass
class Board:
    """A kernel whose clocks the test turns."""

    mono: int = 10_000
    wall: int = NOW
    synced: bool = False
    asked: list[str] = field(default_factory=list)

    def read(self) -> tuple[int, int]:
        self.asked.append("time")
        return self.mono, self.wall

    def is_synchronised(self) -> bool:
        self.asked.append("state")
        return self.synced

    def pass_time(self, ms: int) -> None:
        self.mono += ms
        self.wall += ms


def chips(folder: Path, seconds: str) -> Path:
    (folder / "rtc0").mkdir()
    (folder / "rtc0/since_epoch").write_text(seconds)
    return folder


def test_a_clock_that_is_set_while_it_is_read_makes_no_old_time_look_trusted() -> None:
    board = Board()
    clock = SystemClock(battery=False, kernel=board)
    board.asked.clear()
    clock.now()
    assert board.asked == ["state", "time"]  # the order is the claim


def test_the_kernels_own_answer_and_both_clocks_of_one_moment() -> None:
    """Whatever this machine says, it says it: adjtimex needs no rights and changes nothing."""
    (mono, wall), (later, then) = Linux().read(), Linux().read()
    assert mono <= later
    assert abs((then - later) - (wall - mono)) < 1000
    assert isinstance(Linux().is_synchronised(), bool)


@pytest.mark.parametrize(
    ("battery", "chip", "state"),
    [
        (True, NOW // 1000, "rtc"),
        (True, NOW // 1000 - 1, "rtc"),
        (False, NOW // 1000, "unsynced"),  # a Pi 5 without a cell has the chip all the same
        (True, 0, "unsynced"),
        (True, 946_684_800, "unsynced"),  # 1 January 2000: the cell is empty
        (True, "", "unsynced"),
    ],
)
def test_a_battery_is_believed_where_its_chip_tells_the_systems_time(
    tmp_path: Path, battery: bool, chip: Any, state: str
) -> None:
    clock = SystemClock(battery, Board(), chips(tmp_path, f"{chip}\n"))
    assert clock.now().clock == state


def test_a_battery_that_is_not_there_is_not_believed(tmp_path: Path) -> None:
    assert SystemClock(True, Board(), tmp_path).now().clock == "unsynced"
    assert not chip_agrees(NOW, tmp_path / "none")


def test_what_somebody_set_by_hand_is_no_longer_the_batterys_time(tmp_path: Path) -> None:
    board = Board()
    clock = SystemClock(True, board, chips(tmp_path, str(NOW // 1000)))
    board.wall -= 3_600_000
    assert clock.now().clock == "unsynced"


def test_the_network_sets_the_batterys_time_too(tmp_path: Path) -> None:
    board = Board()
    clock = SystemClock(True, board, chips(tmp_path, str(NOW // 1000)))
    board.wall, board.synced = board.wall + 90_000, True
    assert clock.now().clock == "synced"
    board.synced = False
    assert clock.now().clock == "rtc"


class Watched:
    """A timekeeper over a board, and what it had written."""

    def __init__(self, board: Board) -> None:
        self.board, self.written = board, list[dict[str, Any]]()
        self.keeper = Timekeeper(self._now, lambda _kind, body: self.written.append(body))

    def _now(self) -> Stamp:
        return Stamp("a boot", self.board.mono, self.board.wall, "synced" if self.board.synced else "unsynced")

    def minute(self) -> list[dict[str, Any]]:
        """What is written at the end of it."""
        self.board.pass_time(60_000)
        before = len(self.written)
        self.keeper.round()
        return self.written[before:]


def test_nothing_is_written_while_nothing_happens() -> None:
    watched = Watched(Board())
    assert [watched.minute() for _ in range(3)] == [[], [], []]


def test_a_clock_that_becomes_trustworthy_is_written_once() -> None:
    watched = Watched(Board(wall=10_000))  # 1970
    watched.board.wall, watched.board.synced = NOW, True
    assert watched.minute() == [{"before": 0, "after": NOW - 10_000, "was": "unsynced"}]
    assert watched.minute() == []


def test_a_right_clock_that_becomes_trustworthy_is_written_too() -> None:
    watched = Watched(Board())
    watched.board.synced = True
    assert [(said["after"] - said["before"], said["was"]) for said in watched.minute()] == [(0, "unsynced")]


@pytest.mark.parametrize("step", [3_600_000, -3_600_000, 200, -200])
@pytest.mark.parametrize("synced", [True, False])
def test_a_step_is_written_both_ways_whoever_made_it(step: int, synced: bool) -> None:
    watched = Watched(Board(synced=synced))
    watched.board.wall += step
    (said,) = watched.minute()
    assert said["after"] - said["before"] == step
    assert watched.minute() == []


def test_small_steps_add_up_until_they_are_told() -> None:
    watched = Watched(Board())
    told = []
    for _ in range(5):
        watched.board.wall -= 60
        told += watched.minute()
    assert [said["after"] - said["before"] for said in told] == [-240]


def test_losing_the_network_is_no_entry_and_finding_it_again_is_one() -> None:
    watched = Watched(Board(synced=True))
    watched.board.synced = False
    assert watched.minute() == []
    watched.board.synced = True
    assert [said["was"] for said in watched.minute()] == ["unsynced"]
