"""An acknowledgement is believed only if its hash is our own at that place. Used by push and pull alike."""

from contextlib import suppress

from kiosk.votelog.folder import LogFolder
from kiosk.votelog.marks import Mark, read_mark, write_mark
from sync.outcomes import Outcome, Trouble
from sync.own_log import OwnLog, short


def acknowledge(log: OwnLog, have: int, head: str) -> None:
    """The ward has our entries up to `have`: the mark is moved, never back. Raises `Trouble` if they are not ours."""
    own = log.mark(have)
    if own is None or own.hash.hex() != head:
        raise Trouble(Outcome.FORKED, log=short(log.id), have=have, head=head)
    known = read_mark(log.folder.acked)
    if have and (known is None or known.seq < have):
        with suppress(OSError):  # a full disk: the mark protects the log, but its lack holds no vote back
            write_mark(log.folder.acked, own)


def note_fork(folder: LogFolder, fork: Trouble) -> None:
    """For the terminal: the ward holds another branch, so a successor must begin. Noted once."""
    if not folder.forked.exists():
        have, head = fork.facts.get("have", 0), fork.facts.get("head", "")
        with suppress(OSError):  # noted the next time that the ward says so
            write_mark(folder.forked, Mark(int(have), bytes.fromhex(str(head))))
