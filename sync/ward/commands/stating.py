"""`ward transactions FILE`: files handled, from a table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.ward.commands.common import data_option, operator
from sync.ward.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from sync.ward.files_handled import Place
    from sync.ward.house import House
    from sync.ward.speech import Speech


@click.command("transactions")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Keep it without asking.")
@data_option
def transactions_command(folder: Path, file: Path, yes: bool) -> None:
    """Show what FILE (CSV or XLSX) says of files handled and would change; keep it if that is confirmed."""
    from sync.ward.audit import write_audit
    from sync.ward.files_handled import Author, state
    from sync.ward.files_week import would_change
    from sync.ward.house import enter
    from sync.ward.speech import load_speech
    from sync.ward.store.engine import writing

    say = load_speech("vi" if _spoken().startswith("vi") else "en")
    with enter(folder) as house:
        with house.engine.connect() as db:
            said = _read(db, house, file, say)
            if not _told(db, said, say):
                click.echo(say("files_nothing_new"))
                return
        if not yes:
            click.confirm(say("files_confirm"), abort=True)
        with writing(house.engine) as db:
            stating, now = would_change(db, said), house.clock()
            release = state(db, stating, Author(operator(), file.name), now)
            write_audit(db, operator(), "transactions", f"{len(stating)} figures, from {file.name}", now)
    click.echo(say("files_saved", release=release) if release else say("files_nothing_new"))


def _read(db: Connection, house: House, file: Path, say: Speech) -> Mapping[Place, int | None]:
    from sync.ward.files_import import read_files
    from sync.ward.tabular import NoTable, read_table
    from sync.ward.times import local

    try:
        table = read_table(_bytes(file))
    except NoTable as error:
        raise Failure(f"{file}: {say(f'table_{error.key}', **error.values)}") from error
    found = read_files(table, _kiosks(db), local(house.clock(), house.settings.zone).date())
    for one in found.faults:
        place = ", ".join(filter(None, (f"{say('files_row')} {one.row}", one.column)))
        click.echo(f"{place}: {say(f'files_{one.key}', **one.values)}", err=True)
    if found.faults:
        raise Failure(f"{file}: {say('files_wrong', n=len(found.faults))}")
    return found.stated


def _bytes(file: Path) -> bytes:
    from sync.ward.tabular import MOST_BYTES

    try:
        with file.open("rb") as handle:
            return handle.read(MOST_BYTES + 1)
    except OSError as error:
        raise Failure(f"{file}: cannot be read ({error.strerror})") from error


def _kiosks(db: Connection) -> dict[str, int]:
    from sqlalchemy import select

    from sync.ward.store.tables import kiosks

    return {row.name: row.id for row in db.execute(select(kiosks.c.id, kiosks.c.name))}


def _told(db: Connection, said: Mapping[Place, int | None], say: Speech) -> bool:
    """Whether there is anything to keep."""
    from sync.ward.files_week import would_change

    names = {number: name for name, number in _kiosks(db).items()}
    stating = would_change(db, said)
    for (kiosk, day, channel), before, after in stating:
        was = say("files_none") if before is None else before
        click.echo(f"{names[kiosk]}, {say.day(day)}, {say(f'channel_{channel}')}: {was} → {after}")
    return bool(stating)


def _spoken() -> str:
    return next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
