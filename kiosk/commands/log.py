"""`kiosk log`: what stands in the logs, oldest first. Ratings are hidden unless somebody says why they look."""

import getpass
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from kiosk.audit import Asking, terminal_runs
from kiosk.calendar import local
from kiosk.commands.common import Usage, config_option, folders_in, logs_option, read_settings, unreadable
from kiosk.entry import BadLine, canonical, parse
from kiosk.sayings import _
from kiosk.telling import KINDS, kind_name, tell, when, without_ratings
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.reader import CHUNK, reading

TURN = 0.5  # s between two looks for new entries
PATIENCE = 10.0  # s for the terminal to write down who looks

Row = tuple[str, int, str]  # log, seq, line


@dataclass
class Pages:
    """Rows behind those already handed out. Each page is in memory, and its read over, before anything is printed."""

    folders: Callable[[], list[LogFolder]]
    after: dict[str, int] = field(default_factory=dict)

    def new(self) -> Iterator[Row]:
        for folder in self.folders():
            while page := self._page(folder):
                self.after[folder.log] = page[-1][0]
                yield from ((folder.log, seq, line) for seq, line in page)

    def _page(self, folder: LogFolder) -> list[tuple[int, str]]:
        with reading(folder) as db:
            rows = db.execute(
                "select seq, line from entries where seq > ? order by seq limit ?",
                (self.after.get(folder.log, 0), CHUNK),
            )
            return rows.fetchall()


@dataclass(frozen=True)
class Wanted:
    """Which entries, and how they are shown."""

    kinds: tuple[str, ...]
    day: date | None
    as_json: bool
    ratings: bool

    def show(self, row: Row) -> str | None:
        """One line, or None if nobody asked for this entry. A damaged one is always shown: `kiosk verify` says more."""
        log, seq, line = row
        try:
            entry = parse(line)
            chosen = self._chooses(entry)
        except (BadLine, KeyError, TypeError) as error:
            return f"{log[:8]} {seq:>7}  {_('cannot be read ({why})').format(why=error)}"
        if not chosen:
            return None
        if self.as_json:
            return line if self.ratings else canonical(without_ratings(entry))
        shown = entry if self.ratings else without_ratings(entry)
        return f"{log[:8]} {seq:>7}  {when(entry):<36}  {kind_name(entry['kind']):<10} {tell(shown)}"

    def _chooses(self, entry: dict[str, Any]) -> bool:
        if self.kinds and entry["kind"] not in self.kinds:
            return False
        return self.day is None or local(entry["wall"]).date() == self.day


@click.command(help=_("List the entries of every log, oldest first. Ratings are hidden."))
@config_option
@logs_option
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help=_("Only entries of this kind."))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help=_("Only of this local day."))
@click.option("--log", "log", metavar="ID", help=_("Only this log; its first digits are enough."))
@click.option("--follow", is_flag=True, help=_("Go on with new entries as they come; Ctrl-C ends it."))
@click.option("--json", "as_json", is_flag=True, help=_("One line of JSON for each entry."))
@click.option("--ratings", metavar="WHY", help=_("Show ratings: the reason and your name are written into the log."))
def log(config: Path | None, logs: Path | None, log: str | None, follow: bool, **how: Any) -> None:
    logs = logs or read_settings(config).data / "logs"
    _check_log(folders_in(logs), log)
    pages = Pages(lambda: [folder for folder in _folders(logs, follow) if folder.log.startswith(log or "")])
    with suppress(KeyboardInterrupt):
        wanted = _wanted(logs, **how)
        _print(pages, wanted)
        while follow:
            time.sleep(TURN)
            _print(pages, wanted)


def _folders(logs: Path, follow: bool) -> list[LogFolder]:
    """A successor's folder is there a moment before its database: whoever follows finds it at the next turn."""
    return [folder for folder in all_folders(logs) if folder.database.exists() or not follow]


def _wanted(logs: Path, kinds: tuple[str, ...], day: datetime | None, as_json: bool, ratings: str | None) -> Wanted:
    """Ratings are among it once the log says who looks, and why."""
    if ratings is not None:
        _audit(logs, ratings)
    return Wanted(kinds, day and day.date(), as_json, ratings is not None)


def _print(pages: Pages, wanted: Wanted) -> None:
    try:
        for row in pages.new():
            if (said := wanted.show(row)) is not None:
                click.echo(said)
    except sqlite3.Error as error:
        raise unreadable(error, pages.folders()[0].path.parent) from error


def _check_log(folders: list[LogFolder], log: str | None) -> None:
    if log is not None and not any(folder.log.startswith(log) for folder in folders):
        there = ", ".join(folder.log[:8] for folder in folders)
        raise Usage(_("--log {log}: there is no such log here; there are: {logs}").format(log=log, logs=there))


def _audit(logs: Path, why: str) -> None:
    """Return once the log says who looks and why. The terminal alone writes it, so without one nothing is shown."""
    if not why.strip():
        raise Usage(_('--ratings needs a reason; it is written into the log: --ratings "complaint of 12 May"'))
    if not terminal_runs(logs):
        raise click.ClickException(
            _("No terminal runs here that could write down who looks at ratings: start it, then ask again.")
        )
    try:
        asking = Asking(logs, why.strip(), _who())
        _wait(asking.found, time.sleep)
    except (OSError, sqlite3.Error) as error:
        raise unreadable(error, logs) from error
    except BadLine as error:
        raise Usage(_("--ratings: this reason cannot be written ({why}).").format(why=error)) from error


def _wait(found: Callable[[], bool], sleep: Callable[[float], None]) -> None:
    for _turn in range(round(PATIENCE / TURN)):
        if found():
            return
        sleep(TURN)
    raise click.ClickException(
        _("The terminal did not write down within {s:g} s who looks at ratings: none are shown.").format(s=PATIENCE)
    )


def _who() -> str:
    """The name that this person logged in with, also behind sudo."""
    try:
        return os.getlogin()
    except OSError:
        return os.environ.get("SUDO_USER") or getpass.getuser()
