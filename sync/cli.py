"""The `kiosk-sync` command: reads the settings and hands each word its desk.

Exit 0: done. 1: it cannot be done, and why. 2: the command or a setting does not fit.
"""

from pathlib import Path

import click

from kiosk.mistakes import Mistake
from kiosk.settings import load
from sync.commands.carrying import export_command, import_receipt
from sync.commands.delivering import now, run, serve
from sync.commands.desk import Desk, Mistyped
from sync.commands.enrolling import enrol_command
from sync.commands.looking import status_command
from sync.sentences import _

COMMANDS = (enrol_command, run, now, export_command, import_receipt, status_command, serve)


@click.group(
    commands={command.name or "": command for command in COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_("Delivers the votes of this kiosk to the ward."),
)
@click.option(
    "--config", type=click.Path(path_type=Path), help=_("Settings file; else /etc/hailong/kiosk.toml, else samples.")
)
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """The command `kiosk-sync`."""
    try:
        context.obj = Desk(load(config))
    except Mistake as mistake:
        raise Mistyped(str(mistake)) from mistake
