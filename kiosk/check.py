"""How this kiosk is, as facts for `kiosk check` and the staff screen. A trouble is one sentence with its remedy.

Reads files and sends nothing. What is not to be had on this machine is left out or said to be unknown.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assets.words import catalogue
from hardware.board import Board, read_board
from kiosk import __version__, delivery
from kiosk.calendar import local
from kiosk.check_board import board_facts, disk_facts
from kiosk.clock import SETTLING, SystemClock
from kiosk.delivery import Surroundings
from kiosk.entry import Stamp
from kiosk.fact import Fact, Say
from kiosk.network import WEAK
from kiosk.seals import newest
from kiosk.settings import Settings
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.marks import document_in, read_alive, read_mark
from kiosk.votelog.reader import reading, tip_of

SILENT = 3 * 60_000  # ms without a minute note


@dataclass(frozen=True, slots=True)
class Place:
    """What the facts are taken from."""

    settings: Settings
    logs: Path
    stamp: Stamp
    around: Surroundings

    @property
    def data(self) -> Path:
        return self.settings.data

    @property
    def folders(self) -> list[LogFolder]:
        return all_folders(self.logs)


def facts(
    settings: Settings,
    logs: Path,
    language: str,
    around: Surroundings | None = None,
    stamp: Stamp | None = None,
    board: Board | None = None,
) -> list[Fact]:
    """In `language`. `around`: the network, if this process sees one; else what the courier last saw."""
    now = stamp or SystemClock(settings.clock.battery).now()
    board = board or read_board()
    place = Place(settings, logs, now, around or delivery.surroundings(settings.data))
    _ = catalogue("commands", language).gettext
    found = [Fact(_("Version"), __version__), _terminal(place, _), _delivery(place, _, language), _counts(place, _)]
    found += [*_fingerprint(place, _), _network(place, _), *_wifi(place, _), *disk_facts(logs, board.cards, _)]
    found += [*board_facts(board, settings.clock.battery, _), _clock(place, _)]
    return [*found, _log_check(place, _), _seal(place, _), _pin(place, _)]


def _terminal(place: Place, _: Say) -> Fact:
    """Whether one holds the lock of the logs, and leaves its note every minute."""
    if not delivery.is_held(place.logs / ".lock"):
        trouble = _("No terminal is running here: start it, and if it ends by itself look at what it printed.")
        return Fact(_("Terminal"), _("not running"), trouble)
    alive = read_alive(place.folders[-1].alive) if place.folders else None
    if alive and alive.stamp.boot == place.stamp.boot and place.stamp.mono - alive.stamp.mono > SILENT:
        minutes = (place.stamp.mono - alive.stamp.mono) // 60_000
        trouble = _("The terminal has left no sign of life for {n} min: look at the disk, then restart it.")
        return Fact(_("Terminal"), _("silent"), trouble.format(n=minutes))
    return Fact(_("Terminal"), _("running"))


def _delivery(place: Place, _: Say, language: str) -> Fact:
    name, said = _("Delivery"), delivery.sentence(place.data, language)
    if delivery.ward(place.data) is None:
        none = _("This kiosk is not enrolled: get a code at the ward and type 'kiosk-sync enrol URL CODE'.")
        return Fact(name, _("not enrolled"), said or none)
    if not delivery.courier_runs(place.data):
        return Fact(name, _("not running"), _("The delivery is not running: start 'kiosk-sync run'."))
    if delivery.status(place.data).troubles():
        return Fact(name, _("held up"), said)
    return Fact(name, said or _("begins"))


def _fingerprint(place: Place, _: Say) -> Iterator[Fact]:
    """Of the key that a stick has taken to the ward, until its answer is back."""
    if delivery.ward(place.data) is None and (letters := delivery.fingerprint(place.data)):
        yield Fact(_("Fingerprint for the ward"), letters)


def _counts(place: Place, _: Say) -> Fact:
    entries = acked = 0
    for folder in place.folders:
        entries += _length(folder)
        mark = read_mark(folder.acked)
        acked += mark.seq if mark else 0
    figures = _("{acked} acknowledged, {waiting} waiting").format(acked=acked, waiting=max(0, entries - acked))
    return Fact(_("Entries"), figures)


def _length(folder: LogFolder) -> int:
    try:
        with reading(folder) as db:
            tip = tip_of(db)
    except sqlite3.Error:
        return 0  # the log check tells
    return tip.seq if tip else 0


def _network(place: Place, _: Say) -> Fact:
    addresses = place.around.network.addresses
    if addresses:
        return Fact(_("Network"), ", ".join(f"{address} ({name})" for name, address in addresses.items()))
    ward = delivery.ward(place.data)
    alone = ward is None or not ward.url  # votes are carried on a stick
    trouble = _("There is no network: check the cable or the Wi-Fi; until then votes are kept here.")
    return Fact(_("Network"), _("no address"), None if alone else trouble)


def _wifi(place: Place, _: Say) -> Iterator[Fact]:
    if wifi := place.around.network.wifi:
        trouble = _("The Wi-Fi is weak: move the kiosk or the access point, or use a cable.")
        yield Fact(_("Wi-Fi"), f"{wifi.dbm} dBm ({wifi.interface})", trouble if wifi.dbm < WEAK else None)


def _clock(place: Place, _: Say) -> Fact:
    names = {"synced": _("synced"), "rtc": _("clock battery"), "unsynced": _("time uncertain")}
    value = f"{local(place.stamp.wall):%Y-%m-%d %H:%M} ({names[place.stamp.clock]})"
    late = place.stamp.clock == "unsynced" and place.stamp.mono > SETTLING
    trouble = _("The clock may be wrong: connect a network, or fit a clock battery; votes are kept and dated later.")
    return Fact(_("Clock"), value, trouble if late else None)


def _log_check(place: Place, _: Say) -> Fact:
    """What the terminal's check in the background left beside each log."""
    if not place.folders:
        return Fact(_("Log check"), _("no log yet"))
    found = [document_in(folder.checked) for folder in place.folders]
    closed = sum(bool(one.get("problem")) for one in found[:-1])
    older = "; " + _("older logs closed as damaged: {n}").format(n=closed) if closed else ""
    newest_check = found[-1]
    if problem := newest_check.get("problem"):
        trouble = _("The log is damaged ({why}): a new one begins by itself; keep this card for whoever examines it.")
        return Fact(_("Log check"), _("damaged") + older, trouble.format(why=problem))
    value = _("entries good: {n}").format(n=newest_check["seq"]) if "seq" in newest_check else _("not yet checked")
    return Fact(_("Log check"), value + older)


def _seal(place: Place, _: Say) -> Fact:
    seal = newest(place.logs)
    return Fact(_("Newest seal"), seal.day if seal else _("none yet"))


def _pin(place: Place, _: Say) -> Fact:
    return Fact(_("Staff PIN"), _("set") if place.settings.staff.pin else _("none: make one with 'kiosk pin'"))
