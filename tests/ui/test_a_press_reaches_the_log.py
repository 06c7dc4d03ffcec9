"""The whole terminal, off-screen: fingers on the glass and lines pulled to ground become rows in the log."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.states import Asking, Noted
from kiosk.terminal import TOUCH_ONLY
from tests.ui.reel import Reel
from tests.ui.running import Running


@pytest.fixture
def start(hand: Any, reel: Reel, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def start_one(simulate: bool = True) -> Running:
        running.append(Running(tmp_path, hand, reel, simulate))
        return running[-1]

    yield start_one
    for one in running:
        one.end()


def test_five_then_four_is_one_visit_of_two_votes(start: Callable[..., Running]) -> None:
    terminal = start()
    terminal.press("5")
    terminal.let_run_out("Ask")
    terminal.press("4")
    terminal.let_run_out("Thanks")
    assert terminal.votes() == [(2, "procedure", 5, "button"), (2, "attitude", 4, "button")]


@pytest.mark.parametrize("rating", [5, 4, 3, 2, 1])
def test_a_touch_on_a_face_is_a_vote_of_that_rating(rating: int, start: Callable[..., Running]) -> None:
    terminal = start()
    terminal.touch(rating)
    assert terminal.votes() == [(2, "procedure", rating, "touch")]


def test_touch_and_button_share_one_visit_and_a_correction(start: Callable[..., Running]) -> None:
    terminal = start()
    terminal.touch(2)
    assert isinstance(terminal.state, Noted)
    terminal.press("4")
    assert terminal.votes() == [(2, "procedure", 2, "touch"), (2, "procedure", 4, "button")]


BUTTON, TOUCH = "button", "touch"


@pytest.mark.parametrize("ways", [(BUTTON, BUTTON), (TOUCH, TOUCH), (TOUCH, BUTTON), (BUTTON, TOUCH)])
def test_a_full_visit_by_buttons_by_touch_and_by_both(ways: tuple[str, str], start: Callable[..., Running]) -> None:
    terminal = start()
    for rating, way, after in zip((2, 4), ways, ("Ask", "Thanks"), strict=True):
        terminal.touch(rating) if way == TOUCH else terminal.press(str(rating))
        terminal.let_run_out(after)
    assert terminal.votes() == [(2, "procedure", 2, ways[0]), (2, "attitude", 4, ways[1])]


def test_walking_away_after_one_press_is_a_vote_and_the_next_citizen_begins_anew(start: Callable[..., Running]) -> None:
    terminal = start()
    terminal.press("3")
    terminal.let_run_out("Ask")
    terminal.pass_time(20)
    terminal.until(lambda: terminal.state == Asking(0))
    terminal.press("5")
    assert terminal.votes() == [(2, "procedure", 3, BUTTON), (3, "procedure", 5, BUTTON)]


def test_the_next_citizen_may_press_during_thanks(start: Callable[..., Running]) -> None:
    terminal = start()
    for after in ("Ask", "Thanks"):
        terminal.press("4")
        terminal.let_run_out(after)
    terminal.pass_time(0.2)
    terminal.press("1")
    terminal.until_page("Noted")
    assert terminal.votes()[2] == (4, "procedure", 1, BUTTON)


def test_the_screen_follows_the_booth(start: Callable[..., Running]) -> None:
    terminal = start()
    terminal.until_page("Ask")
    for after in ("Ask", "Thanks"):
        terminal.press("1")
        terminal.until_page("Noted")
        terminal.let_run_out(after)
    terminal.let_run_out("Ask")


def test_a_log_that_cannot_be_written_says_sorry_and_thanks_nobody(
    start: Callable[..., Running], tmp_path: Path
) -> None:
    terminal = start()
    terminal.until(lambda: terminal.terminal._keeper._checked is not None)  # its check must not miss the key below
    terminal.terminal._book.log.close()
    away = tmp_path / "logs"
    away.rename(tmp_path / "away")
    terminal.press("5")
    terminal.until_page("Sorry")
    (tmp_path / "away").rename(away)
    terminal.let_run_out("Ask")
    terminal.press("3")
    terminal.until_page("Noted")
    assert [rating for _, _, rating, _ in terminal.votes()] == [3]
    assert [entry["kind"] for entry in terminal.entries()] == ["start", "fault", "vote"]


def test_without_pins_the_terminal_works_by_touch_and_says_so(
    start: Callable[..., Running], capsys: pytest.CaptureFixture[str]
) -> None:
    """This machine has no GPIO lines, as a Pi with a missing lgpio has none."""
    terminal = start(simulate=False)
    assert terminal.terminal._notices == [TOUCH_ONLY]
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "touch" in said
    terminal.touch(3)
    assert terminal.votes() == [(2, "procedure", 3, "touch")]


def test_the_log_tells_how_the_last_run_ended(
    start: Callable[..., Running], tmp_path: Path, hand: Any, reel: Reel
) -> None:
    first = Running(tmp_path, hand, reel, simulate=True)
    first.press("5")
    first.end()
    starts = [entry["body"] for entry in start().entries() if entry["kind"] == "start"]
    assert [body["ended"] for body in starts] == ["first", "stop"]
    assert starts[0]["alive"] is None
    assert starts[1]["alive"]["boot"]
    assert starts[0]["survey"]["questions"][1]["id"] == "attitude"
