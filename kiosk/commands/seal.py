"""`kiosk seal`: the text of a day's seal, its QR as a picture, or the list of all of them."""

import sqlite3
from datetime import datetime
from pathlib import Path

import click
import segno

from kiosk.calendar import local
from kiosk.commands.common import config_option, folders_in, logs_option, read_settings, unreadable
from kiosk.sayings import _
from kiosk.seal import Seal, seal_text
from kiosk.seals import all_seals

MODULE = 8  # px of a QR's smallest square


@click.command(help=_("Show the newest daily seal, or that of a day, as text or QR. It tells no totals."))
@config_option
@logs_option
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help=_("The seal of this day."))
@click.option("--png", type=click.Path(path_type=Path, dir_okay=False), help=_("Put the QR into this file as well."))
@click.option("--list", "listed", is_flag=True, help=_("List the seals there are."))
def seal(config: Path | None, logs: Path | None, day: datetime | None, png: Path | None, listed: bool) -> None:
    logs = logs or read_settings(config).data / "logs"
    folders_in(logs)
    try:
        seals = all_seals(logs)
    except sqlite3.Error as error:
        raise unreadable(error, logs) from error
    if listed:
        for one in seals:
            click.echo(_line(one))
        return
    chosen = _chosen(seals, day)
    click.echo(_line(chosen), err=True)
    click.echo(seal_text(chosen))
    if png:
        _draw(chosen, png)


def _chosen(seals: list[Seal], day: datetime | None) -> Seal:
    found = [seal for seal in seals if day is None or seal.day == day.date().isoformat()]
    if not found:
        raise click.ClickException(
            _("There is no such seal: the terminal makes one after the last session of a day, if it runs then.")
        )
    return found[-1]


def _line(seal: Seal) -> str:
    clock = {"synced": _("synced"), "rtc": _("clock battery")}.get(seal.clock, _("time uncertain"))
    return _("{day}  made {at} ({clock})  log {log}, entry {seq}, {hash}").format(
        day=seal.day, at=f"{local(seal.wall):%Y-%m-%d %H:%M}", clock=clock,
        log=seal.log[:8], seq=seal.seq, hash=seal.hash[:16],
    )  # fmt: skip


def _draw(seal: Seal, png: Path) -> None:
    try:
        segno.make_qr(seal_text(seal), error="m").save(str(png), kind="png", scale=MODULE)
    except OSError as error:
        raise click.ClickException(
            _("{file}: cannot be written ({why})").format(file=png, why=error.strerror)
        ) from error
