"""A touch panel in the kernel's input subsystem: one tap is one vote."""

import pytest

from tests.vm.installed import KIT
from tests.vm.terminal import Terminal

pytestmark = [pytest.mark.vm, pytest.mark.timeout(3600)]

FACES = {5: 0.11, 4: 0.31, 3: 0.5, 2: 0.69, 1: 0.89}  # from the left edge, as a share of the width
HEIGHT = 0.6
BESIDE = 0.25  # above the faces


@pytest.fixture
def finger(terminal: Terminal) -> Terminal:
    """With a panel that came after the terminal had started."""
    terminal.agent.run(f"systemd-run --quiet --unit=finger {KIT}/touch.py /run/finger")
    terminal.until(lambda: reads_panel(terminal), "the terminal reads the new panel", 120)
    return terminal


def reads_panel(terminal: Terminal) -> bool:
    """Whether the terminal has opened the device that the kernel made for the panel."""
    event = "$(basename $(dirname $(dirname $(grep -l raspberrypi-ts /sys/class/input/event*/device/name))))"
    opened = f"/proc/$(systemctl show --property MainPID --value hailong-kiosk)/fd | grep -q /dev/input/{event}"
    return terminal.agent.try_to(f"ls -l {opened}")[0] == 0


def tap(terminal: Terminal, rating: int) -> None:
    """A touch on an idle screen only wakes it: the first one is beside the faces."""
    terminal.until(lambda: terminal.lamps()["status.ready"], "the terminal asks", 60)
    touch(terminal, 0.5, BESIDE)
    touch(terminal, FACES[rating], HEIGHT)


def touch(terminal: Terminal, x: float, y: float) -> None:
    terminal.agent.run(f"sleep 0.5; echo 'tap {x} {y}' > /run/finger")


def test_one_tap_is_one_vote_for_the_face_that_was_touched(finger: Terminal) -> None:
    for place, rating in enumerate((5, 4, 3, 2, 1), 1):
        tap(finger, rating)
        finger.until(lambda place=place: len(finger.ratings()) >= place, f"vote {place} is recorded", 60)
    assert finger.ratings() == [5, 4, 3, 2, 1]
    assert {entry["body"]["via"] for entry in finger.entries("vote")} == {"touch"}


def test_a_tap_beside_the_faces_is_no_vote(finger: Terminal) -> None:
    for _ in range(3):
        touch(finger, 0.5, BESIDE)
    tap(finger, 4)
    finger.until(lambda: bool(finger.ratings()), "the vote is recorded", 60)
    assert finger.ratings() == [4]
