"""`ward status`: kiosks and findings."""

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from sync.ward.commands.common import data_option
from sync.ward.times import local

if TYPE_CHECKING:
    from rich.table import Table
    from sqlalchemy import Connection


@click.command()
@data_option
def status(folder: Path) -> None:
    """List the kiosks, when each was last heard of, and what was found about their logs."""
    from rich.console import Console
    from sqlalchemy import select

    from sync.ward.house import enter
    from sync.ward.store.found import findings

    console = Console()
    with enter(folder) as house, house.engine.connect() as db:
        console.print(_kiosks(db, house.settings.zone))
        for row in db.execute(select(findings).order_by(findings.c.last)):
            console.print(
                f"finding {row.id}: {row.kind} ({row.about}, log {row.log}, {row._mapping['count']}×): {row.detail}",
                markup=False,
            )


def _kiosks(db: "Connection", zone: ZoneInfo) -> "Table":
    from rich.table import Table

    from sync.ward.status import all_statuses

    table = Table("number", "kiosk", "logs", "entries", "waiting", "last seen")
    for kiosk in all_statuses(db):
        seen = local(kiosk.seen, zone).isoformat(" ", "seconds") if kiosk.seen else "never"
        table.add_row(str(kiosk.id), kiosk.name, str(kiosk.logs), str(kiosk.entries), str(kiosk.waiting), seen)
    return table
