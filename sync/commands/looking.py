"""`kiosk-sync status`."""

import sys

import click

from sync.commands.desk import Desk, at_desk
from sync.sentences import _


@click.command("status", help=_("Show the ward, each log, what waits, and what is wrong."))
@at_desk
def status_command(desk: Desk) -> None:
    from sync import status

    status.show(desk.home, desk.clock.now(), desk.console)
    sys.exit(1 if status.must_be_mended(desk.home) else 0)
