"""Facts of what one can touch: disk, card, heat, power, clock battery. What a board does not tell is left out."""

from collections.abc import Iterator
from pathlib import Path

from hardware.board import TOO_HOT, Board, Card, Power
from kiosk.disk import LEAST, Disk, disk_under
from kiosk.fact import Fact, Say


def disk_facts(folder: Path, cards: tuple[Card, ...], _: Say) -> Iterator[Fact]:
    try:
        disk = disk_under(folder)
    except OSError as error:
        trouble = _("{folder} cannot be read ({why}): start the terminal once, or look at the disk.")
        yield Fact(_("Disk"), _("unknown"), trouble.format(folder=folder, why=error.strerror))
        return
    free = _("{free:.1f} of {total:.1f} GB free").format(free=disk.free / 1e9, total=disk.total / 1e9)
    full = _("The disk is nearly full: remove what is not this kiosk's.")
    yield Fact(_("Disk"), free, full if disk.free < LEAST else None)
    yield _card_fact(disk, cards, _)


def _card_fact(disk: Disk, cards: tuple[Card, ...], _: Say) -> Fact:
    used = max((card.used_percent or 0 for card in cards), default=0)
    failing = disk.read_only or disk.errors or used >= 100 or any(_is_short(card) for card in cards)
    said = (
        _("read-only") if disk.read_only else _("errors: {n}").format(n=disk.errors) if disk.errors else _("no errors")
    )
    worn = ", " + _("about {n} % worn").format(n=used) if used else ""
    replace = _("The card is failing: carry the votes away, then replace it by a new one.")
    return Fact(_("Card"), said + worn, replace if failing else None)


def _is_short(card: Card) -> bool:
    return card.spare_blocks in ("warning", "urgent")


def board_facts(board: Board, battery: bool, _: Say) -> Iterator[Fact]:
    """`battery`: the settings say that there is one."""
    if board.model:
        yield Fact(_("Board"), board.model)
    if board.temperature is not None:
        hot = _("The board is too hot: give it air, and keep it out of the sun.")
        yield Fact(_("Temperature"), f"{board.temperature:.0f} °C", hot if board.temperature >= TOO_HOT else None)
    if board.power:
        yield _power(board.power, _)
    if board.clock_chip or (battery and board.model):
        yield _battery(board, battery, _)


def _power(power: Power, _: Say) -> Fact:
    if power.under_voltage or power.under_voltage_since_boot:
        weak = _("The power supply is too weak: use the one made for this board, with a short cable.")
        return Fact(_("Power"), _("too weak") if power.under_voltage else _("was too weak since the start"), weak)
    return Fact(_("Power"), _("slowed down by heat") if power.throttled else _("good"))


def _battery(board: Board, expected: bool, _: Say) -> Fact:
    chip = board.clock_chip
    if chip is None or chip.has_battery is False:
        trouble = _("The settings promise a clock battery and there is none: put a new cell in, or set clock.battery.")
        return Fact(_("Clock battery"), _("none"), trouble if expected else None)
    volts = "" if chip.battery_volts is None else f", {chip.battery_volts:.1f} V"
    return Fact(_("Clock battery"), chip.name + volts)
