"""When a vote was pressed: from evidence that ties its boot's monotonic clock to true time, with the error stated.

An echo says: the ward's word, given at `time`, was between `left` and `came` on the kiosk's monotonic clock. With a push
that word is the acknowledgement; with a pull it is the ward's next question, which names the batch that had left. So a press
at `mono` was at time + (mono - came), at most (came - left) later. Away from the anchor the kiosk's crystal drifts; the
allowance for that is part of the error. Errors are whole seconds, rounded up: a date does not change for a millisecond.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from sync.wire import Ack, BadSignature, Echo, Malformed, Purpose, Signed

SECOND = 1000
SYNCED_ERROR = SECOND  # what a wall clock that calls itself synced is trusted to, ms
DRIFT = 10_000  # the crystal may be off by 1 part in 10 000 (100 ppm; a Pi's is better than 50)
NEAR = 2 * 60 * 60 * SECOND  # within this, another echo that is no sharper tells nothing new


class Anchor(msgspec.Struct, frozen=True, order=True):
    """At `came` on this boot's monotonic clock, true time was `time`, at most (came - left) more. All ms."""

    boot: str
    came: int
    left: int
    time: int
    source: str  # echo | clock


class Dated(NamedTuple):
    at: int | None  # Unix ms
    error: int | None  # ms
    source: str | None  # echo | wall | clock


EARLIEST, LATEST = 1_577_836_800_000, 7_258_118_400_000  # 2020 to 2200, ms: a date outside is no date
UNDATED = Dated(None, None, None)


def clock_anchor(boot: str, mono: int, wall: int) -> Anchor:
    """From a `clock` entry: the system clock has just become trustworthy."""
    return Anchor(boot, mono, mono - SYNCED_ERROR, wall, "clock")


def echo_anchor(echo: Echo, ward_key: bytes, logs: Iterable[str]) -> Anchor | None:
    """From an echo of what this ward said to one of the kiosk's logs; None if it proves nothing."""
    ack = _own_words(Signed(echo.reply, echo.sig), ward_key)
    fits = ack is not None and ack.log in logs and echo.left <= echo.came
    return Anchor(echo.boot, echo.came, echo.left, ack.time, "echo") if ack and fits else None


def _own_words(reply: Signed, ward_key: bytes) -> Ack | None:
    """What this ward said when: in answer to a push (`ACK`), or in the next question of a pull (`PULL`)."""
    for purpose in (Purpose.ACK, Purpose.PULL):
        try:
            reply.check(ward_key, purpose)
            return reply.read(Ack)
        except (BadSignature, Malformed):
            continue
    return None


def date(mono: int, wall: int, clock: str, anchors: Sequence[Anchor]) -> Dated:
    """The date of a press, given all anchors of its boot. It depends on the set only, never on the order of arrival."""
    if echoes := [anchor for anchor in anchors if anchor.source == "echo"]:
        return _by_best(mono, echoes)
    if clock == "synced":
        return _sane(Dated(wall, SYNCED_ERROR, "wall"))
    return _by_best(mono, anchors) if anchors else UNDATED


def tells_more(new: Anchor, known: Iterable[Anchor]) -> bool:
    """Whether an echo is worth keeping beside those of its boot that are kept already."""
    width = _whole_seconds(new.came - new.left)
    near = (a for a in known if a.source == "echo" and abs(a.came - new.came) <= NEAR)
    return all(_whole_seconds(a.came - a.left) > width for a in near)


def _by_best(mono: int, anchors: Sequence[Anchor]) -> Dated:
    best = min(anchors, key=lambda anchor: (_error(mono, anchor), anchor))
    return _sane(Dated(best.time + mono - best.came, _error(mono, best), best.source))


def _sane(dated: Dated) -> Dated:
    return dated if dated.at is not None and EARLIEST <= dated.at < LATEST else UNDATED


def _error(mono: int, anchor: Anchor) -> int:
    return _whole_seconds(anchor.came - anchor.left + abs(mono - anchor.came) // DRIFT)


def _whole_seconds(span: int) -> int:
    return -(-span // SECOND) * SECOND
