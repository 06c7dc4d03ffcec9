"""A terminal ends in order: at once when systemd says so, and only when nobody is there when `kiosk restart` asks."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.leaving import LONGEST, Asking, Leaving
from kiosk.spool import Request, for_terminal, taken
from kiosk.votelog.archive import Archive
from tests.kiosk.bench import BOTH_FOLLOW_UPS, CHOOSE, DOWN, IN, OUT, TAP, WAIT, Bench
from tests.kiosk.real_terminal import RealTerminal

FULL_VISIT = [(0, TAP, 5), (2600, WAIT), (3000, TAP, 4)]

# What happens before it is asked, when it is asked (ms), and when it may end.
TABLE: dict[str, tuple[list[tuple[Any, ...]], int, list[tuple[Any, ...]], int]] = {
    "nobody is there": ([], 0, [], 0),
    "noted, then the second question, then nobody": (
        [(0, TAP, 5)], 100, [(2500, WAIT), (17_499, WAIT), (17_500, WAIT)], 17_500),
    "the second question": ([(0, TAP, 5), (2600, WAIT)], 3000, [(17_600, WAIT)], 17_600),
    "thanks": ([*FULL_VISIT, (5500, WAIT)], 5600, [(15_499, WAIT), (15_500, WAIT)], 15_500),
    "a technician": ([(0, IN)], 100, [(9000, TAP, 5), (20_000, OUT)], 20_000),
    "the next citizen goes first": (
        [*FULL_VISIT, (5500, WAIT)], 5600, [(7500, TAP, 1), (10_000, WAIT), (25_100, WAIT)], 25_100),
    "a citizen who has chosen a language": ([(0, "language", "en")], 100, [(29_999, WAIT), (30_000, WAIT)], 30_000),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_it_ends_when_nobody_is_in_a_visit_and_not_before(name: str) -> None:
    before, asked, after, ended = TABLE[name]
    bench, at = Bench(), list[int]()
    bench.play(before)
    bench.when_idle(asked, 60_000, lambda: at.append(bench.time))
    for step in after:
        assert at == []
        bench.play([step])
    assert at == [ended]


def test_a_choice_on_the_third_screen_is_waited_for() -> None:
    bench, at = Bench(BOTH_FOLLOW_UPS), list[int]()
    bench.play([*FULL_VISIT, (5500, WAIT)])
    bench.when_idle(5600, 60_000, lambda: at.append(bench.time))
    bench.play([(9000, CHOOSE, "counter", ("counter-1",)), (9100, CHOOSE, "reasons", ())])
    assert at == []
    bench.at(19_100)
    assert at == [19_100]


def test_it_does_not_end_when_nobody_waits_for_that_any_more() -> None:
    bench, at = Bench(), list[int]()
    bench.play([(0, TAP, 5)])
    bench.when_idle(100, 17_599, lambda: at.append(bench.time))
    bench.at(2600)
    bench.at(17_600)
    bench.play([(20_000, DOWN, 4), (60_000, WAIT)])
    assert at == []


def leaving(folder: Path) -> tuple[Leaving, list[Any], list[str]]:
    heard, said = list[Any](), list[str]()
    return Leaving(folder, lambda until, _: heard.append(until), lambda: heard.append("now"), said.append), heard, said


@pytest.mark.parametrize(("more", "expected"), [
    ({"for": 60, "idle": True}, 61_000), ({"for": 1e99, "idle": True}, 1000 + LONGEST * 1000), ({"for": 60}, "now"),
])  # fmt: skip
def test_a_request_is_until_its_time_is_over(more: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    terminal, heard, _ = leaving(tmp_path)
    terminal.asked(Request("1", "leave", more, 1000))
    assert heard == [expected]


@pytest.mark.parametrize("more", [{}, {"for": "soon"}, {"for": None}, {"for": float("nan"), "idle": True}])
def test_a_request_that_is_none_is_one_sentence(more: dict[str, Any], tmp_path: Path) -> None:
    terminal, heard, said = leaving(tmp_path)
    terminal.asked(Request("1", "leave", more, 1000))
    assert (heard, len(said)) == ([], 1)


def test_without_a_terminal_there_is_nothing_to_end(tmp_path: Path) -> None:
    done = restart(tmp_path)
    assert (done.exit_code, done.output) == (0, "No terminal is running here.\n")


def test_a_terminal_that_does_not_end_is_exit_1_and_the_request_is_taken_back(
    open_archive: Callable[..., Archive], tmp_path: Path
) -> None:
    open_archive()
    done = restart(tmp_path)
    assert done.exit_code == 1
    assert done.output == "Error: The terminal was busy for 1 s and goes on: somebody is there, or it hangs.\n"
    assert list(taken(for_terminal(tmp_path), print)) == []


def test_one_that_is_gone_or_replaced_without_a_word_has_ended(
    open_archive: Callable[..., Archive], tmp_path: Path
) -> None:
    archive = open_archive()
    asking = Asking(tmp_path, 1, idle=True)
    assert not asking.over()
    (tmp_path / "logs/.lock").write_text("1\n")  # another process holds it now
    assert asking.over()
    asking = Asking(tmp_path, 1, idle=True)
    archive.close()
    assert asking.over()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[RealTerminal]:
    started = RealTerminal(tmp_path)
    started.until("READY=1")
    yield started
    started.close()


def test_the_command_ends_a_real_terminal(terminal: RealTerminal) -> None:
    done = terminal.command("restart", "--when-idle", "--timeout", "30")
    assert (done.returncode, done.stdout, done.stderr) == (0, "The terminal has ended.\n", "")
    assert terminal.wait() == 0
    last = terminal.entries()[-1]
    assert (last["kind"], last["body"]) == ("stop", {"why": "restart"})


def test_sigterm_ends_it_at_once_and_in_order(terminal: RealTerminal) -> None:
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait() == 0
    assert [entry["kind"] for entry in terminal.entries()] == ["start", "stop"]
    assert terminal.entries()[-1]["body"] == {}
    assert "STOPPING=1" in terminal.systemd.heard()


def restart(data: Path) -> Any:
    (data / "kiosk.toml").write_text(f'data = "{data}"\n')
    return CliRunner().invoke(main, ["restart", "--config", str(data / "kiosk.toml"), "--when-idle", "--timeout", "1"])
