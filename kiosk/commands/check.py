"""`kiosk check`: how this kiosk is, as a table; exit 1 when something must be mended."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from assets.words import system_language
from kiosk import network
from kiosk.check import facts
from kiosk.commands.common import config_option, read_settings, unreadable
from kiosk.delivery import Surroundings
from kiosk.fact import Fact
from kiosk.sayings import _


@click.command(help=_("Show how this kiosk is; exit 1 when something must be mended."))
@config_option
def check(config: Path | None) -> None:
    settings = read_settings(config)
    try:
        found = facts(settings, settings.data / "logs", system_language(), Surroundings(network.seen()))
    except OSError as error:
        raise unreadable(error, settings.data) from error
    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print(_table(found))
    troubles = [fact for fact in found if fact.trouble]
    for fact in troubles:
        console.print(f"{fact.name}: {fact.trouble}")
    if troubles:
        raise click.exceptions.Exit(1)


def _table(found: list[Fact]) -> Table:
    table = Table("", "", "", box=None, show_header=False)
    for fact in found:
        table.add_row(fact.name, fact.value, _("must be mended") if fact.trouble else _("good"))
    return table
