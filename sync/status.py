"""`kiosk-sync status`: the ward, each log, and what was last to be said about it. Reads files; disturbs nobody."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from kiosk.entry import Stamp
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.marks import read_mark
from sync import files
from sync.home import Home, LogStatus, Moment
from sync.outcomes import Outcome, Then, Told
from sync.own_log import short, tip_seq
from sync.sentences import _, say


@dataclass(frozen=True, slots=True)
class Line:
    """One log, as a person asks about it."""

    log: str
    entries: int
    acked: int
    told: Told
    success: Moment | None

    @property
    def waiting(self) -> int:
        return max(0, self.entries - self.acked)


def lines(home: Home) -> list[Line]:
    status = home.status()
    return [_line(folder, status.logs.get(folder.log, LogStatus())) for folder in all_folders(home.logs)]


def _line(folder: LogFolder, status: LogStatus) -> Line:
    acked = read_mark(folder.acked)
    return Line(folder.log, tip_seq(folder), acked.seq if acked else 0, status.told, status.success)


def must_be_mended(home: Home) -> bool:
    """Whether anything is wrong that a person should know of."""
    pull = home.status().pull
    told = [line.told for line in lines(home)] + ([pull] if pull else [])
    return home.ward() is None or any(it.meant.then not in (Then.GO_ON, Then.TELL) for it in told)


def show(home: Home, now: Stamp, console: Console) -> None:
    ward, status = home.ward(), home.status()
    if ward:
        where = ward.url or _("only by stick")
        console.print(_("Ward: {url}, where this kiosk is called {kiosk}").format(url=where, kiosk=ward.kiosk))
    else:
        console.print(say(status.enrolment or Told(Outcome.NOT_ENROLLED.name)))
    running = files.is_held(home.run_lock)
    console.print(_("Delivery service: running") if running else _("Delivery service: not running"))
    found = lines(home)
    console.print(_table(found, now))
    for told in dict.fromkeys([say(line.told) for line in found] if ward else []):
        console.print(told)
    if status.pull:
        console.print(say(status.pull))


def _table(found: list[Line], now: Stamp) -> Table:
    table = Table(_("Log"), box=None)
    for title in (_("Entries"), _("Acknowledged"), _("Waiting"), _("Last success")):
        table.add_column(title, justify="right")
    for line in found:
        figures = [f"{figure}" for figure in (line.entries, line.acked, line.waiting)]
        table.add_row(short(line.log), *figures, age(line.success, now))
    return table


def age(then: Moment | None, now: Stamp) -> str:
    """Exact within a boot; across boots as good as the clock was at both ends."""
    if then is None:
        return _("never")
    ms = now.mono - then.mono if then.boot == now.boot else now.wall - then.wall
    if ms < 0:
        return _("unknown")
    minutes = ms // 60_000
    if minutes < 60:
        return _("{n} min ago").format(n=minutes)
    return _("{n} h ago").format(n=minutes // 60) if minutes < 48 * 60 else _("{n} d ago").format(n=minutes // 1440)
