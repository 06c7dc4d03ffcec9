"""`ward fork`: the branches of a forked log, and which one counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from sync.ward.commands.common import data_option, operator
from sync.ward.failure import Failure

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


@click.command()
@click.argument("log", required=False)
@click.option("--count", "branch", metavar="A|B", help="From now on this branch counts. None is deleted.")
@data_option
def fork(folder: Path, log: str | None, branch: str | None) -> None:
    """Show the branches of LOG (of every forked log without it), or decide which one counts."""
    from sync.ward.forks import decide, find_log, forked_logs
    from sync.ward.house import enter
    from sync.ward.release import release
    from sync.ward.store.engine import writing

    if branch and not log:
        raise click.UsageError("say which log: ward fork LOG --count B")
    with enter(folder) as house, writing(house.engine) as db:
        if log and branch:
            decide(db, house, find_log(db, log), _number(branch), operator())
            release(db, house.settings.release, house.settings.zone, house.clock())
        chosen = [find_log(db, log)] if log else forked_logs(db)
        for row in chosen:
            _show(db, row, house.settings.zone)
    if not chosen:
        click.echo("No log is forked.")


def _number(branch: str) -> int:
    from sync.ward.branches import number

    try:
        return number(branch)
    except ValueError as error:
        raise Failure(f"{branch:.40} names no branch; they are A, B, C ...") from error


def _show(db: Connection, log: Row[Any], zone: ZoneInfo) -> None:
    from rich.console import Console
    from rich.table import Table

    from sync.ward.branches import letter
    from sync.ward.forks import branches_of
    from sync.ward.times import local

    table = Table("branch", "own entries", "votes in all", "came", "counts")
    for one in branches_of(db, log):
        came = local(one.came, zone).isoformat(" ", "seconds") if one.came else "first"
        table.add_row(one.name, f"{one.first} to {one.last}", str(one.votes), came, "yes" if one.counts else "no")
    click.echo(f"Log {log.id}: branch {letter(log.branch)} counts")
    Console().print(table)
