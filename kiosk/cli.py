"""The command `kiosk`: its words, gathered from `commands/`. None of them needs a window or pins to be listed."""

import click

from kiosk import __version__
from kiosk.commands.check import check
from kiosk.commands.log import log
from kiosk.commands.pin import pin
from kiosk.commands.restart import restart
from kiosk.commands.run import run
from kiosk.commands.seal import seal
from kiosk.commands.setup import setup
from kiosk.commands.verify import verify_logs
from kiosk.sayings import _


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, help=_("The terminal that asks: satisfied?"))
@click.version_option(__version__)
def main() -> None:
    """The command `kiosk`."""


for command in (run, check, log, verify_logs, seal, pin, restart, setup):
    main.add_command(command)
