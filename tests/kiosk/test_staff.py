"""What a technician can do here, put together from the parts there are; and what is kept of it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from hardware.backlight import Backlight
from kiosk.adjusted import Adjustments
from kiosk.means import DIMMEST, means
from kiosk.settings import Settings
from kiosk.spool import for_courier, reply
from kiosk.staff import Means


class Speaker:
    def __init__(self) -> None:
        self.volume = -1

    def tick(self) -> None: ...

    def turn(self, volume: int) -> None:
        self.volume = volume


@pytest.fixture
def backlight(tmp_path: Path) -> Backlight:
    (tmp_path / "brightness").write_text("200")
    return Backlight(tmp_path, 200)


def made(data: Path, **parts: Any) -> Means:
    settings = msgspec.structs.replace(Settings(), data=data)
    given = {"lamps": None, "backlight": None, "sound": None} | parts
    return means(settings, Adjustments(data / "staff.json"), lambda _code: None, **given)


def test_what_is_not_there_is_not_offered(tmp_path: Path) -> None:
    bare = made(tmp_path)
    assert (bare.sound, bare.volume, bare.brightness, list(bare.lamps)) == (None, None, None, [])


def test_the_volume_begins_as_the_settings_say_and_stays_as_it_was_turned(tmp_path: Path) -> None:
    speaker = Speaker()
    volume = made(tmp_path, sound=speaker).volume
    assert volume
    assert volume.value() == 60
    volume.set(80)
    assert speaker.volume == 80
    again = made(tmp_path, sound=speaker).volume
    assert again
    assert again.value() == 80


def test_the_brightness_reaches_the_backlight_and_never_darkness(tmp_path: Path, backlight: Backlight) -> None:
    brightness = made(tmp_path, backlight=backlight).brightness
    assert brightness
    brightness.set(50)
    assert (tmp_path / "brightness").read_text() == "100"
    assert brightness.least == DIMMEST > 0


def test_a_backlight_that_cannot_be_set_keeps_its_number(tmp_path: Path) -> None:
    brightness = made(tmp_path, backlight=Backlight(tmp_path / "none", 200)).brightness
    assert brightness
    brightness.set(50)
    assert brightness.value() == 100


@pytest.mark.parametrize("text", ["", "{", '{"volume": "loud"}', "[]"])
def test_a_damaged_file_is_as_good_as_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "staff.json").write_text(text)
    assert Adjustments(tmp_path / "staff.json").now.volume is None


def test_a_full_disk_keeps_what_was_turned_for_this_run(tmp_path: Path) -> None:
    adjustments = Adjustments(tmp_path / "missing" / "staff.json")
    adjustments.turn(volume=10)
    assert adjustments.now.volume == 10


def test_a_request_lies_in_the_couriers_folder_and_its_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    able = made(tmp_path)
    assert able.send
    request = able.send()
    assert (for_courier(tmp_path) / f"{request}.ask").exists()
    assert "kiosk-sync run" in str(able.reply(request, "en")), "nobody serves it"
    monkeypatch.setattr("kiosk.delivery.courier_runs", lambda _data: True)  # a lock that another process would hold
    assert able.reply(request, "en") is None
    reply(for_courier(tmp_path), request, {"done": True})
    assert able.reply(request, "en") == "Done."
    reply(for_courier(tmp_path), request, {"done": False, "why": "not started by systemd"})
    assert able.reply(request, "en") == "That could not be done: not started by systemd."


def test_a_request_that_cannot_be_handed_in_is_said(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("in the way")
    able = made(tmp_path)
    assert able.restart
    assert "look at the disk" in str(able.reply(able.restart() or "", "en"))


def test_the_courier_says_what_it_can(tmp_path: Path) -> None:
    able = made(tmp_path)
    assert "export" not in able.can()
    (tmp_path / "sync").mkdir()
    (tmp_path / "sync" / "network.json").write_text('{"can": ["deliver", "export"]}')
    assert "export" in able.can()
