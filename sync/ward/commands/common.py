"""What all commands share: where the ward's folder is, and who gives the command."""

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

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
