"""The seals that stand in the logs of this kiosk."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.entry import parse
from kiosk.seal import Seal, from_body, read_text
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.marks import document_in
from kiosk.votelog.reader import reading


def seals_in(folder: LogFolder, after: int = 0) -> Iterator[tuple[int, Seal]]:
    """Every seal entry of a log behind entry `after`, with its seq; all read before the first is handed out."""
    with reading(folder) as db:
        rows = db.execute("select seq, line from entries where seq > ? and kind = 'seal' order by seq", (after,))
        found = rows.fetchall()
    for seq, line in found:
        with suppress(ValueError):  # a damaged line; the check of the log names it
            yield seq, from_body(parse(line)["body"])


def newest(logs: Path) -> Seal | None:
    """What the idle page shows, from a small file: no log is read."""
    for folder in reversed(all_folders(logs)):
        with suppress(ValueError):
            return read_text(str(document_in(folder.sealed).get("text", "")))
    return None


def all_seals(logs: Path) -> list[Seal]:
    """Of every log, oldest first."""
    return [seal for folder in all_folders(logs) for _, seal in seals_in(folder)]
