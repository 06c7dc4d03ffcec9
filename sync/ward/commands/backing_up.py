"""`ward backup`, `ward restore`."""

from pathlib import Path

import click

from sync.ward.commands.common import data_option, operator

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("backup")
@click.argument("into", type=FOLDER, metavar="DIR")
@data_option
def backup_command(folder: Path, into: Path) -> None:
    """Copy the whole ward into a new folder in DIR, while it runs. Whoever holds the copy can sign as this ward."""
    from sync.ward.audit import write_audit
    from sync.ward.backup import back_up
    from sync.ward.house import enter
    from sync.ward.store.engine import writing

    with enter(folder) as house:
        made = back_up(house, into)
        with writing(house.engine) as db:
            write_audit(db, operator(), "backup", made.name, house.clock())
    click.echo(f"{made} holds the whole ward, its keys too. Bring it back with: ward restore {made} --data DIR")


@click.command("restore")
@click.argument("backup", type=FOLDER, metavar="BACKUP")
@click.option("--database", default="", metavar="URL", help="Another PostgreSQL database, an empty one.")
@data_option
def restore_command(folder: Path, backup: Path, database: str) -> None:
    """Make the ward's folder again from a backup. Kiosks send again what came after it."""
    from sync.ward.backup import restore

    restore(backup, folder, database)
    click.echo(f"{folder} is the ward of {backup.name}.")
    click.echo(f"Next: ward check --data {folder}    then: ward serve --data {folder}")
