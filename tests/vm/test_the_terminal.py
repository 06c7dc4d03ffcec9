"""The installed terminal on a machine with real GPIO lines and a real display, seen from outside."""

import subprocess
from pathlib import Path

import pytest

from tests.vm.cache import home
from tests.vm.machine import BOOT, SIZE
from tests.vm.pictures import difference, keep_cropped
from tests.vm.ready import Ready
from tests.vm.terminal import Terminal
from tests.vm.ward import BIN

pytestmark = [pytest.mark.vm, pytest.mark.timeout(3600)]


def test_it_runs_as_a_user_of_its_own_without_a_network(terminal: Terminal) -> None:
    assert terminal.is_up()
    assert terminal.show("User") == "hailong"
    assert terminal.show("PrivateNetwork") == "yes"
    assert terminal.show("NRestarts") == "0"
    assert terminal.agent.run("systemctl --failed --no-legend").strip() == ""


@pytest.mark.parametrize(("unit", "most"), [("hailong-kiosk", 1.0), ("hailong-sync", 2.0)])
def test_the_unit_is_as_closed_as_it_says(unit: str, most: float, terminal: Terminal) -> None:
    said = terminal.agent.run(f"systemd-analyze security --no-pager {unit} | tail -n 1")
    assert float(said.split(":")[1].split()[0]) <= most


def test_the_screen_is_the_terminals_and_the_journal_stays_small(terminal: Terminal) -> None:
    assert terminal.agent.try_to("systemctl is-enabled getty@tty1")[1].strip() == "masked"
    assert terminal.show("ActiveState", "getty@tty2") == "active"
    assert terminal.agent.run("find /var/log/journal -type f -newer /proc/1 2>/dev/null || true") == ""
    assert "RuntimeMaxUse=16M" in terminal.agent.run("systemd-analyze cat-config systemd/journald.conf")


def test_a_frozen_terminal_is_restarted_within_30_s_and_the_log_says_why(terminal: Terminal) -> None:
    terminal.press(5)
    restarts = "systemctl show --property NRestarts --value hailong-kiosk"
    freeze = f"systemctl kill --signal=STOP hailong-kiosk; until [ $({restarts}) -ge 1 ]; do sleep 0.5; done"
    took = terminal.agent.run(f"date +%s; {freeze}; date +%s", 120).split()
    assert int(took[1]) - int(took[0]) <= 30  # in the machine's own time
    terminal.wait_until_up()
    terminal.until(lambda: terminal.entries("start")[-1]["body"]["ended"] == "watchdog", "the log says why", 60)
    assert terminal.press(4)[0]["noted"]
    assert terminal.ratings() == [5, 4]


def test_a_technicians_restart_and_it_comes_up_by_itself(terminal: Terminal) -> None:
    terminal.press(5)
    boot = terminal.agent.run("cat /proc/sys/kernel/random/boot_id")
    terminal.ask_courier("restart")
    terminal.agent.wait(BOOT)
    assert terminal.agent.run("cat /proc/sys/kernel/random/boot_id") != boot
    assert terminal.wait_until_up().press(4)[0]["noted"]
    assert terminal.ratings() == [5, 4]


def drawn(ready: Ready, folder: Path) -> Path:
    """The pictures that the same settings give off-screen, on the host."""
    settings, pictures = folder / "kiosk.toml", folder / "pictures"
    settings.write_text(f'data = "{folder}/data"\n' + (ready.folder / "kiosk.toml").read_text("utf-8"), "utf-8")
    words = [BIN / "kiosk", "run", "--config", settings, "--size", f"{SIZE[0]}x{SIZE[1]}", "--rehearse", pictures]
    subprocess.run(words, check=True, capture_output=True, timeout=300)
    return pictures


def test_the_screen_asks_in_vietnamese_as_the_off_screen_picture_does(
    terminal: Terminal, ready: Ready, folder: Path
) -> None:
    shown = terminal.picture(home() / "ask.png")  # kept, for people to look at
    keep_cropped(shown, SIZE)
    pictures = drawn(ready, folder)
    assert difference(shown, pictures / "1-asking.png") < 0.01
    assert difference(shown, pictures / "2-asking.png") > 0.05  # or this comparison could not tell screens apart


def test_presses_on_real_lines_become_votes_in_order(terminal: Terminal) -> None:
    pressed = [5, 4, 3, 2, 1, 5, 2, 4, 3, 1]  # the same again so soon would correct nothing, and say nothing new
    said = terminal.press(*pressed)
    assert [one["noted"] for one in said] == [True] * len(pressed)
    assert terminal.ratings() == pressed
    assert {entry["body"]["via"] for entry in terminal.entries("vote")} == {"button"}


BUTTONS = {f"buttons.{rating}" for rating in (5, 4, 3, 2, 1)}


def test_the_lamps_say_ready_then_noted_and_those_in_the_buttons_the_same_for_all(terminal: Terminal) -> None:
    assert {lamp for lamp, on in terminal.lamps().items() if on} == {*BUTTONS, "status.ready"}
    for said in terminal.press(4, 1):
        assert set(said["lit"]) == {*BUTTONS, "status.noted"}


def test_a_stuck_line_is_one_fault_and_does_not_hold_up_the_others(terminal: Terminal) -> None:
    terminal.hold(3)
    terminal.until(lambda: bool(terminal.entries("fault")), "the stuck line is told", 120)
    assert terminal.press(5)[0]["noted"]
    (fault,) = terminal.entries("fault")
    assert (fault["body"]["fault"], fault["body"]["rating"]) == ("stuck", 3)
    assert terminal.ratings() == [3, 5]  # held down is one vote
    terminal.let_go(3)


def test_the_log_verifies_and_the_check_finds_nothing_broken(terminal: Terminal) -> None:
    terminal.press(5, 1)
    assert "good" in terminal.verify()
