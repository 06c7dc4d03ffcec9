"""`kiosk verify`: every entry of every log, from the key on, by the code that the terminal uses in the background."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from kiosk.commands.common import config_option, folders_in, logs_option, read_settings
from kiosk.keys import BadKey
from kiosk.sayings import _
from kiosk.votelog.folder import LogFolder
from kiosk.votelog.reader import CHUNK, Damaged, reading, tip_of, verify

Verdict = tuple[int, str | None]  # how many entries are good, and what is wrong with the first that is not


@click.command("verify", help=_("Check every entry of every log, from its key on; exit 1 if one does not verify."))
@config_option
@logs_option
def verify_logs(config: Path | None, logs: Path | None) -> None:
    folders = folders_in(logs or read_settings(config).data / "logs")
    with _progress() as bar:
        verdicts = [_with_bar(folder, bar) for folder in folders]
    table = Table(_("log"), _("entries"), _("result"))
    for folder, (entries, problem) in zip(folders, verdicts, strict=True):
        table.add_row(folder.log, str(entries), problem or _("good"))
    Console().print(table)
    if any(problem for _entries, problem in verdicts):
        raise click.exceptions.Exit(1)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar for a person at a terminal; nothing at all in a pipe or a file."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield bar


def _with_bar(folder: LogFolder, bar: Progress) -> Verdict:
    total = _length(folder)
    task = bar.add_task(folder.log[:8], total=total)
    verdict = _verdict(folder, lambda: bar.advance(task, CHUNK))
    bar.update(task, completed=total)
    return verdict


def _verdict(folder: LogFolder, pause: Callable[[], None]) -> Verdict:
    try:
        return verify(folder, pause).seq, None
    except Damaged as error:
        return error.last_good.seq if error.last_good else 0, str(error)
    except BadKey as error:
        return 0, str(error)
    except sqlite3.Error as error:  # not damage: the disk, or another user's files
        return 0, _("cannot be read ({why})").format(why=error)


def _length(folder: LogFolder) -> int | None:
    """For the bar alone: a log that cannot even be counted gets its verdict all the same."""
    try:
        with reading(folder) as db:
            tip = tip_of(db)
    except sqlite3.Error:
        return None
    return tip.seq if tip else 0
