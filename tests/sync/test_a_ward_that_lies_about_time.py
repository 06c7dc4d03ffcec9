"""The kiosk takes nobody's time: a ward's lie comes back in its own signed words, and moves nothing here."""

import json
import re
from pathlib import Path

import pytest

from tests.sync.conftest import Kiosk, lines_of
from tests.sync.ward_double import WardDouble

YEAR = 365 * 24 * 3_600_000
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("lie", [YEAR, -YEAR])
def test_a_lie_moves_no_stamp_and_comes_back_signed(kiosk: Kiosk, ward: WardDouble, lie: int) -> None:
    ward.time += lie
    kiosk.courier().round(contact=True)
    before = kiosk.clock.stamp
    kiosk.vote()
    kiosk.courier().round(contact=True)
    newest = json.loads(lines_of(kiosk, kiosk.log)[-1])
    assert newest["wall"] - newest["mono"] == before.wall - before.mono
    echo = ward.logs[kiosk.log].headers[-1].echo
    assert echo
    assert abs(json.loads(echo.reply)["time"] - 1_795_000_000_000 - lie) < 1000
    assert before.mono - 1000 < echo.left <= echo.came <= before.mono


def test_what_a_ward_said_is_kept_over_a_restart(kiosk: Kiosk, ward: WardDouble) -> None:
    kiosk.courier().round(contact=True)
    kiosk.clock.reboot()
    kiosk.vote()
    kiosk.courier().round(contact=True)
    after = [header.echo for header in ward.logs[kiosk.log].headers if header.boot == "boot-1'"]
    assert [echo.boot for echo in after if echo] == ["boot-1", "boot-1'"]


def test_nothing_of_ours_sets_a_clock() -> None:
    sets = re.compile(r"clock_settime|settimeofday|timedatectl set|hwclock -|date -s|ADJ_SETOFFSET")
    sources = [file for part in ("kiosk", "hardware", "sync") for file in (ROOT / part).rglob("*.py")]
    assert [file.name for file in [*sources, ROOT / "setup.sh"] if sets.search(file.read_text("utf-8"))] == []
