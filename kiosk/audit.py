"""Who looked at ratings with `kiosk log` stands in the log before they see any.

The terminal is the only writer, so the command asks it (`kiosk/spool.py`) and then waits until the entry can be read in
the log: the log itself is the answer. Without a running terminal nobody is shown anything.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

from kiosk.delivery import is_held
from kiosk.entry import BadLine, canonical, parse
from kiosk.spool import Request, ask, for_terminal
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.reader import reading, tip_of

Write = Callable[[Literal["staff"], dict[str, Any]], None]
LONGEST = 200  # letters of a reason


def looks(why: str, who: str) -> dict[str, str]:
    """The body of the entry. Raises `BadLine` for text that a log does not hold."""
    body = {"staff": "ratings shown", "why": normalize("NFC", why)[:LONGEST], "who": normalize("NFC", who)[:LONGEST]}
    canonical(body)
    return body


def handler(write: Write, complain: Callable[[str], None]) -> Callable[[Request], None]:
    """The terminal's side: what a request becomes. Nothing that a file says may end the terminal."""

    def audit(request: Request) -> None:
        try:
            write("staff", looks(str(request.more["why"]), str(request.more["who"])))
        except (KeyError, BadLine) as error:
            complain(f"a request to note who looks at ratings is not understood ({error})")

    return audit


class Asking:
    """The command's side: asks at once, then `found` says whether the terminal has written it."""

    def __init__(self, logs: Path, why: str, who: str) -> None:
        """Raises `BadLine`, sqlite3.Error, OSError."""
        self._logs, self._body = logs, looks(why, who)
        self._newest = all_folders(logs)[-1]
        self._before = _last(self._newest)
        ask(for_terminal(logs.parent), "audit", why=self._body["why"], who=self._body["who"])

    def found(self) -> bool:
        """Whether the entry stands in the log, behind everything that stood there before."""
        folder = all_folders(self._logs)[-1]
        with reading(folder) as db:
            rows = db.execute(
                "select line from entries where seq > ? and kind = 'staff'",
                (self._before if folder == self._newest else 0,),
            ).fetchall()
        return any(parse(line)["body"] == self._body for (line,) in rows)


def terminal_runs(logs: Path) -> bool:
    """Whether a terminal holds its lock just now."""
    return is_held(logs / ".lock")


def _last(folder: LogFolder) -> int:
    with reading(folder) as db:
        tip = tip_of(db)
    return tip.seq if tip else 0
