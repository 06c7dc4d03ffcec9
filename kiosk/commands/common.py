"""What the commands share: the settings, where the logs are, and how a mistake is told."""

from pathlib import Path

import click

from kiosk import settings
from kiosk.mistakes import Mistake
from kiosk.sayings import _
from kiosk.votelog.folder import LogFolder, all_folders


class Usage(click.ClickException):
    """A mistake of whoever typed the command or wrote the settings."""

    exit_code = 2


config_option = click.option(
    "--config", type=click.Path(path_type=Path), help=_("Settings file; else /etc/hailong/kiosk.toml, else samples.")
)
logs_option = click.option(
    "--logs", type=click.Path(path_type=Path, exists=True, file_okay=False), help=_("Else those of the settings.")
)


def read_settings(config: Path | None) -> settings.Settings:
    try:
        return settings.load(config)
    except Mistake as mistake:
        raise Usage(str(mistake)) from mistake


def folders_in(logs: Path) -> list[LogFolder]:
    """Every log there, oldest first; none at all is told in one sentence."""
    try:
        folders = all_folders(logs)
    except OSError as error:
        raise unreadable(error) from error
    if not folders:
        raise click.ClickException(
            _("{folder}: no log here; a terminal makes one at its first start.").format(folder=logs)
        )
    return folders


def unreadable(error: Exception, what: object = "") -> click.ClickException:
    """A file that this user may not read, or that is no log."""
    named = getattr(error, "filename", None) or what
    why = getattr(error, "strerror", None) or error
    return click.ClickException(
        _("{file}: cannot be read ({why}); type it as the user of the service: sudo -u hailong kiosk …").format(
            file=named, why=why
        )
    )
