"""How this kiosk is: each fact from the file that knows it, each trouble one sentence with its remedy."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hardware.board import Board, Card, ClockChip, Power
from kiosk.check import SILENT, facts
from kiosk.cli import main
from kiosk.clock import SETTLING
from kiosk.delivery import Surroundings
from kiosk.disk import disk_under
from kiosk.entry import Stamp
from kiosk.fact import Fact
from kiosk.keeper import Keeper
from kiosk.network import Network, Wifi, seen
from kiosk.settings import Clock, Settings
from kiosk.votelog.archive import Archive
from kiosk.votelog.marks import write_mark
from tests.kiosk.conftest import STAMP, vote

NONE = Board(None, None, None, None, None, ())
CABLE = Surroundings(Network({"eth0": "192.168.1.20"}))


@dataclass
class Kiosk:
    """A healthy one: enrolled, delivering, with a cable; then something happens to it."""

    data: Path
    archive: Archive
    stamp: Stamp = STAMP
    around: Surroundings | None = CABLE
    board: Board = NONE
    battery: bool = True

    def note(self, name: str, document: Any) -> None:
        (self.data / "sync").mkdir(exist_ok=True)
        (self.data / "sync" / name).write_text(json.dumps(document))

    def facts(self, language: str = "en") -> dict[str, Fact]:
        settings = Settings(data=self.data, clock=Clock(battery=self.battery))
        found = facts(settings, self.data / "logs", language, self.around, self.stamp, self.board)
        return {one.name: one for one in found}

    def troubles(self) -> dict[str, str]:
        return {name: one.trouble for name, one in self.facts().items() if one.trouble}


def told(sentence: str, then: str, **particulars: str) -> dict[str, Any]:
    return {"outcome": "X", "sentence": sentence, "then": then, "facts": particulars}


DELIVERED = told("Every entry is at the ward.", "GO_ON")
NOBODY = told("Nobody answers at {address}: the ward's server is off, or the address or port is wrong; trying again.",
              "WAIT", address="https://ward")  # fmt: skip


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    import fcntl

    archive = Archive(tmp_path / "logs", "board-1", lambda _: {"version": "1", "ended": "first"})
    archive.begin(STAMP)
    archive.append("vote", STAMP, vote())
    archive.note_alive(STAMP)
    kiosk = Kiosk(tmp_path, archive)
    kiosk.note("ward.json", {"url": "https://ward", "key": "", "ca": "", "kiosk": "Quầy 1"})
    kiosk.note("status.json", {"enrolment": None, "pull": None, "logs": {"x": {"told": DELIVERED, "success": None}}})
    with (tmp_path / "sync" / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield kiosk
    archive.close()


def test_a_healthy_kiosk_has_no_trouble(kiosk: Kiosk) -> None:
    found = kiosk.facts()
    assert kiosk.troubles() == {}
    assert found["Terminal"].value == "running"
    assert found["Delivery"].value == "Every entry is at the ward."
    assert found["Entries"].value == "0 acknowledged, 2 waiting"
    assert found["Network"].value == "192.168.1.20 (eth0)"
    assert found["Clock"].value == "2026-09-21 21:13 (synced)"
    assert found["Log check"].value == "not yet checked"
    assert found["Disk"].value.endswith("GB free")
    assert found["Staff PIN"].value == "none: make one with 'kiosk pin'"


def test_it_speaks_vietnamese(kiosk: Kiosk) -> None:
    assert kiosk.facts("vi")["Gửi phiếu"].value == "Mọi bản ghi đã đến máy chủ của phường."


def test_what_is_acknowledged_no_longer_waits(kiosk: Kiosk) -> None:
    write_mark(kiosk.archive.log.folder.acked, kiosk.archive.log.head)
    assert kiosk.facts()["Entries"].value == "2 acknowledged, 0 waiting"


# Each thing that happens, and the trouble that names it


def terminal_ends(kiosk: Kiosk) -> None:
    kiosk.archive.close()


def terminal_hangs(kiosk: Kiosk) -> None:
    kiosk.stamp = replace(STAMP, mono=STAMP.mono + SILENT + 60_000)


def network_is_gone(kiosk: Kiosk) -> None:
    kiosk.around = Surroundings()


def wifi_is_weak(kiosk: Kiosk) -> None:
    kiosk.around = Surroundings(Network({"wlan0": "10.0.0.2"}, Wifi("wlan0", -80)))


def ward_is_off(kiosk: Kiosk) -> None:
    kiosk.note("status.json", {"logs": {"x": {"told": NOBODY}}})


def pull_has_no_port(kiosk: Kiosk) -> None:
    kiosk.note("status.json", {"pull": told("Port {place}", "PASS", place="8765"), "logs": {"x": {"told": DELIVERED}}})


def never_enrolled(kiosk: Kiosk) -> None:
    (kiosk.data / "sync" / "ward.json").unlink()
    (kiosk.data / "sync" / "status.json").unlink()


def clock_is_uncertain(kiosk: Kiosk) -> None:
    kiosk.stamp = replace(STAMP, boot="later", clock="unsynced", mono=SETTLING + 1)


def log_is_damaged(kiosk: Kiosk) -> None:
    write_mark(kiosk.archive.log.folder.checked, kiosk.archive.log.head, problem="entry 2: is missing")


HAPPENS: dict[Callable[[Kiosk], None], tuple[str, str]] = {
    terminal_ends: ("Terminal", "No terminal is running here"),
    terminal_hangs: ("Terminal", "no sign of life for 4 min"),
    network_is_gone: ("Network", "check the cable or the Wi-Fi"),
    wifi_is_weak: ("Wi-Fi", "The Wi-Fi is weak"),
    ward_is_off: ("Delivery", "Nobody answers at https://ward"),
    pull_has_no_port: ("Delivery", "Port 8765"),
    never_enrolled: ("Delivery", "This kiosk is not enrolled"),
    clock_is_uncertain: ("Clock", "The clock may be wrong"),
    log_is_damaged: ("Log check", "entry 2: is missing"),
}


@pytest.mark.parametrize("happens", HAPPENS, ids=lambda one: one.__name__)
def test_a_trouble_is_one_sentence_that_names_the_thing(kiosk: Kiosk, happens: Callable[[Kiosk], None]) -> None:
    happens(kiosk)
    name, sentence = HAPPENS[happens]
    assert list(kiosk.troubles()) == [name]
    assert sentence in kiosk.troubles()[name]
    assert "\n" not in kiosk.troubles()[name]


def test_a_courier_that_does_not_run_is_told(kiosk: Kiosk) -> None:
    (kiosk.data / "sync" / "run.lock").unlink()
    assert kiosk.troubles() == {"Delivery": "The delivery is not running: start 'kiosk-sync run'."}


def test_a_kiosk_that_has_not_started_yet_has_facts_too(tmp_path: Path) -> None:
    found = {one.name: one for one in facts(Settings(data=tmp_path), tmp_path / "logs", "en", CABLE, STAMP)}
    assert found["Log check"].value == "no log yet"
    assert "start the terminal once" in (found["Disk"].trouble or "")


def test_the_keeper_leaves_what_its_check_found(kiosk: Kiosk) -> None:
    Keeper(kiosk.archive, lambda: STAMP, lambda: None).round()
    assert kiosk.facts()["Log check"].value == "entries good: 2"


def test_the_keeper_leaves_what_is_wrong_and_a_closed_log_is_no_trouble_for_ever(kiosk: Kiosk) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(kiosk.archive.log.folder.database)) as db, db:
        db.execute("drop trigger entries_no_update")
        db.execute("update entries set line = replace(line, 'first', 'stop') where seq = 1")
    keeper = Keeper(kiosk.archive, lambda: STAMP, lambda: None)
    keeper.round()
    assert "entry 1: " in kiosk.troubles()["Log check"]
    kiosk.archive.rest(STAMP)
    keeper.round()
    assert kiosk.troubles() == {}
    assert kiosk.facts()["Log check"].value == "entries good: 1; older logs closed as damaged: 1"


def test_without_eyes_of_its_own_the_terminal_believes_the_courier(kiosk: Kiosk) -> None:
    kiosk.around = None
    wifi = {"interface": "wlan0", "dbm": -60}
    kiosk.note("network.json", {"network": {"addresses": {"wlan0": "10.0.0.2"}, "wifi": wifi}})
    assert kiosk.facts()["Network"].value == "10.0.0.2 (wlan0)"
    assert kiosk.facts()["Wi-Fi"] == Fact("Wi-Fi", "-60 dBm (wlan0)", None)


@pytest.mark.parametrize("text", ["", "[]", '{"logs": 7}', "\x00"])
def test_a_damaged_file_of_the_courier_is_as_good_as_none(kiosk: Kiosk, text: str) -> None:
    for name in ("status.json", "ward.json", "network.json"):
        (kiosk.data / "sync" / name).write_text(text)
    assert list(kiosk.troubles()) == ["Delivery"]


# What the kernel tells


def test_the_network_is_read_without_sending_anything(tmp_path: Path) -> None:
    wireless = tmp_path / "wireless"
    wireless.write_text("Inter-| sta-|   Quality\n face | tus |\n wlan0: 0000   58.  -52.  -256        0\n")
    assert seen(wireless).wifi == Wifi("wlan0", -52)
    wireless.write_text("Inter-| sta-|   Quality\n face | tus |\n")
    assert seen(wireless).wifi is None
    assert seen(tmp_path / "none").wifi is None
    assert all(not address.startswith("127.") for address in seen().addresses.values())


def test_what_ext4_has_met_is_read_from_sysfs(tmp_path: Path) -> None:
    number = tmp_path.stat().st_dev
    partition = tmp_path / "devices" / "mmcblk0p2"
    partition.mkdir(parents=True)
    (tmp_path / "dev" / "block").mkdir(parents=True)
    (tmp_path / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}").symlink_to(partition)
    (tmp_path / "fs" / "ext4" / "mmcblk0p2").mkdir(parents=True)
    (tmp_path / "fs" / "ext4" / "mmcblk0p2" / "errors_count").write_text("3\n")
    disk = disk_under(tmp_path, tmp_path)
    assert (disk.errors, disk.read_only) == (3, False)
    assert disk_under(tmp_path, tmp_path / "elsewhere").errors == 0


# What the board tells

GOOD = Power(False, False, False, False)
EMMC = Card("mmcblk0", "MMC", "x", "0x1", 30, "normal")
PI = Board("Raspberry Pi 5", "1", 48.2, GOOD, ClockChip("rpi-rtc", 3.0, 0.0), (EMMC,))

BOARDS: dict[str, tuple[Board, str, str]] = {
    "hot": (replace(PI, temperature=81.0), "Temperature", "too hot"),
    "weak now": (replace(PI, power=replace(GOOD, under_voltage=True)), "Power", "power supply is too weak"),
    "weak before": (replace(PI, power=replace(GOOD, under_voltage_since_boot=True)), "Power", "supply is too weak"),
    "an empty cell": (replace(PI, clock_chip=ClockChip("rpi-rtc", 0.1, 0.0)), "Clock battery", "put a new cell in"),
    "no chip": (replace(PI, clock_chip=None), "Clock battery", "put a new cell in"),
    "a worn card": (replace(PI, cards=(replace(EMMC, used_percent=110),)), "Card", "replace it"),
    "no spare blocks": (replace(PI, cards=(replace(EMMC, spare_blocks="urgent"),)), "Card", "replace it"),
}


def test_a_good_board_tells_what_it_is(kiosk: Kiosk) -> None:
    kiosk.board = PI
    found = kiosk.facts()
    assert kiosk.troubles() == {}
    assert [found[name].value for name in ("Board", "Temperature", "Power", "Clock battery", "Card")] == [
        "Raspberry Pi 5", "48 °C", "good", "rpi-rtc, 3.0 V", "no errors, about 30 % worn",
    ]  # fmt: skip


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_that_needs_mending_says_how(kiosk: Kiosk, name: str) -> None:
    kiosk.board, fact, sentence = BOARDS[name]
    assert list(kiosk.troubles()) == [fact]
    assert sentence in kiosk.troubles()[fact]


def test_a_cell_that_nobody_promised_is_not_missed(kiosk: Kiosk) -> None:
    kiosk.board, kiosk.battery = replace(PI, clock_chip=ClockChip("rpi-rtc", 0.1, 0.0)), False
    assert kiosk.troubles() == {}


def test_what_is_not_a_board_is_silent_about_it(kiosk: Kiosk) -> None:
    assert {"Board", "Temperature", "Power", "Clock battery"} & set(kiosk.facts()) == set()


# The command


def test_data_that_cannot_be_looked_at_is_one_sentence(tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(f'data = "/{"x" * 300}"\n')
    done = CliRunner().invoke(main, ["check", "--config", str(config)])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "sudo -u hailong kiosk" in done.stderr


def test_the_command_prints_a_table_and_exits_1_when_something_must_be_mended(kiosk: Kiosk, tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(f'data = "{kiosk.data}"\n')
    never_enrolled(kiosk)
    done = CliRunner().invoke(main, ["check", "--config", str(config)])
    assert done.exit_code == 1
    assert "Terminal     running" in done.stdout
    assert "\nDelivery: This kiosk is not enrolled" in done.stdout
