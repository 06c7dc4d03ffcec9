"""The command `kiosk`: run the terminal, verify its logs."""

import sqlite3
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from kiosk import __version__, settings
from kiosk.keys import BadKey
from kiosk.mistakes import Mistake
from kiosk.sayings import _
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.reader import Damaged, verify


class Usage(click.ClickException):
    """A mistake of whoever typed the command or wrote the settings."""

    exit_code = 2


class Size(click.ParamType[tuple[int, int]]):
    name = "WIDTHxHEIGHT"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        try:
            width, height = (int(number) for number in str(value).split("x"))
        except ValueError:
            self.fail(_("{value}: write a size as 1280x720.").format(value=value), param, ctx)
        return width, height


def _settings(config: Path | None) -> settings.Settings:
    try:
        return settings.load(config)
    except Mistake as mistake:
        raise Usage(str(mistake)) from mistake


config_option = click.option(
    "--config", type=click.Path(path_type=Path), help=_("Settings file; else /etc/hailong/kiosk.toml, else samples.")
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, help=_("The terminal that asks: satisfied?"))
@click.version_option(__version__)
def main() -> None:
    """The command `kiosk`."""


@main.command(help=_("Run the terminal."))
@config_option
@click.option("--simulate", is_flag=True, help=_("Mock pins, driven by keys 1 to 5; in a window."))
@click.option("--size", type=Size(), default="1280x720", show_default=True, help=_("Of the window."))
@click.option("--fullscreen/--window", default=None, help=_("Full screen is usual unless simulated."))
@click.option("--touch", type=click.Choice(["mouse", "mtdev", "hidinput"]), default="mouse", show_default=True,
              help=_("Where touches come from: exactly one, so that one tap is one touch."))  # fmt: skip
@click.option("--rehearse", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help=_("Off-screen: play one visit, put a picture of each screen into FOLDER, end."))  # fmt: skip
def run(
    config: Path | None,
    simulate: bool,
    size: tuple[int, int],
    fullscreen: bool | None,
    touch: str,
    rehearse: Path | None,
) -> None:
    """The one place where command-line options become wishes."""
    from kiosk.terminal import CannotStart, Terminal, Wishes  # noqa: PLC0415  `kiosk verify` needs no pins
    from kiosk.ui.environment import Display  # noqa: PLC0415

    simulate = simulate or rehearse is not None
    display = Display(
        size=size,
        fullscreen=not simulate if fullscreen is None else fullscreen,
        offscreen=rehearse is not None,
        touch=touch,  # type: ignore[arg-type]  # click has checked it against the same three
        cursor=simulate,
    )
    try:
        Terminal(_settings(config), Wishes(display, simulate, rehearse)).run()
    except CannotStart as error:
        raise click.ClickException(str(error)) from error


@main.command("verify", help=_("Check every entry of every log, from its key on; exit 1 if one does not verify."))
@config_option
@click.option(
    "--logs", type=click.Path(path_type=Path, exists=True, file_okay=False), help=_("Else those of the settings.")
)
def verify_logs(config: Path | None, logs: Path | None) -> None:
    """From the key on, by the same code that the terminal uses in the background."""
    logs = logs or _settings(config).data / "logs"
    folders = all_folders(logs)
    if not folders:
        raise click.ClickException(
            _("{folder}: no log here; a terminal makes one at its first start.").format(folder=logs)
        )
    table = Table(_("log"), _("entries"), _("result"))
    verdicts = [_verdict(folder) for folder in folders]
    for folder, (entries, problem) in zip(folders, verdicts, strict=True):
        table.add_row(folder.log, str(entries), problem or _("good"))
    Console().print(table)
    if any(problem for _entries, problem in verdicts):
        raise click.exceptions.Exit(1)


def _verdict(folder: LogFolder) -> tuple[int, str | None]:
    """How many entries are good, and what is wrong with the first that is not."""
    try:
        return verify(folder).seq, None
    except Damaged as error:
        return error.last_good.seq if error.last_good else 0, str(error)
    except (BadKey, sqlite3.Error) as error:
        return 0, str(error)
