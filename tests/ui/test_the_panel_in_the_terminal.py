"""The whole terminal again, this time its panel: a technician's trial, and a button that sticks."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.states import Asking, Trial
from tests.ui.reel import Reel
from tests.ui.running import Running

Start = Callable[..., Running]


@pytest.fixture
def start(hand: Any, reel: Reel, tmp_path: Path) -> Iterator[Start]:
    running: list[Running] = []

    def start_one() -> Running:
        running.append(Running(tmp_path, hand, reel, simulate=True))
        return running[-1]

    yield start_one
    for one in running:
        one.end()


def faults(terminal: Running) -> list[tuple[str, str, int]]:
    bodies = [entry["body"] for entry in terminal.entries() if entry["kind"] == "fault"]
    return [(body["fault"], body["via"], body["rating"]) for body in bodies]


def lit(terminal: Running) -> set[str]:
    panel = terminal.terminal._panel
    assert panel
    return {name for name, lamp in (panel._lamps | panel._status).items() if lamp.value}


def test_a_trial_from_coming_in_to_leaving(start: Start) -> None:
    terminal = start()
    booth, lamps = terminal.terminal._booth, terminal.terminal._lamps
    assert lamps
    booth.staff(True)
    terminal.until(lambda: isinstance(terminal.state, Trial) and not lit(terminal))
    lamps.test("buttons.3")
    terminal.key("2", True)
    terminal.key("2", False)
    terminal.until(lambda: terminal.state.last == ("button", 2))
    assert lit(terminal) == {"buttons.3"}
    terminal.pass_time(0.2)
    booth.staff(False)
    terminal.until(lambda: terminal.state == Asking(0) and "status.ready" in lit(terminal))
    assert not lamps.test("buttons.3")
    terminal.press("4")
    kinds = [entry["kind"] for entry in terminal.entries()]
    assert kinds == ["start", "staff", "trial", "staff", "vote"]


def test_a_stuck_button_is_told_shown_and_forgiven_while_the_others_go_on(start: Start) -> None:
    terminal = start()
    with terminal.answered():
        terminal.key("4", True)
    terminal.pass_time(10)
    terminal.until(lambda: bool(terminal.terminal._booth._debounce.stuck))
    terminal.until(lambda: isinstance(terminal.state, Asking) and terminal.state.question == 1)
    terminal.press("5")
    terminal.key("4", False)
    terminal.until(lambda: faults(terminal) == [("stuck", "button", 4), ("released", "button", 4)])
    assert [(question, rating) for _, question, rating, _ in terminal.votes()] == [("procedure", 4), ("attitude", 5)]
