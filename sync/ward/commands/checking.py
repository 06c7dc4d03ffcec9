"""`ward check`, `ward rebuild`."""

from pathlib import Path

import click

from sync.ward.commands.common import data_option, operator
from sync.ward.failure import Failure


@click.command("check")
@data_option
def check_command(folder: Path) -> None:
    """Verify every chain and compare every figure with one made again from the lines. Exit 1 if anything differs."""
    from sync.ward.check import check
    from sync.ward.house import enter

    with enter(folder) as house, house.engine.connect() as db:
        differences = list(check(db, house))
    for difference in differences:
        click.echo(difference)
    if differences:
        raise Failure(f"{len(differences)} differences; `ward rebuild` makes the figures again from the lines")
    click.echo("No difference.")


@click.command("rebuild")
@data_option
def rebuild_command(folder: Path) -> None:
    """Make votes, dates and tallies again from the stored lines."""
    from sync.ward.audit import write_audit
    from sync.ward.house import enter
    from sync.ward.rebuild import rebuild
    from sync.ward.store.engine import writing

    with enter(folder) as house, writing(house.engine) as db:
        count = rebuild(db, house)
        write_audit(db, operator(), "rebuild", f"{count} votes", house.clock())
    click.echo(f"{count} votes were made again from the lines.")
