"""What all commands share: where the ward's folder is, and who gives the command."""

import getpass
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from sync.ward.times import local

DEFAULT_FOLDER = Path("/var/lib/hailong-ward")

data_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--data",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="HAILONG_WARD",
    default=DEFAULT_FOLDER,
    show_default=True,
    show_envvar=True,
    help="The ward's folder.",
)


def operator() -> str:
    """For the audit trail. A user id without a name is a person too."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli:unknown"


def table_of(heads: tuple[str, ...], rows: Iterable[tuple[str | int | None, ...]], zone: ZoneInfo) -> None:
    """Printed; a number is a moment in Unix ms."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*heads)
    for row in rows:
        table.add_row(*(escape(_cell(value, zone)) for value in row))
    Console().print(table)


def _cell(value: str | int | None, zone: ZoneInfo) -> str:
    return local(value, zone).isoformat(" ", "minutes")[:16] if isinstance(value, int) else value or ""
