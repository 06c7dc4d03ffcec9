"""When a vote was pressed: from evidence that ties its boot's monotonic clock to true time, with the error stated.

An echo says: the ward's word, given at `time`, was between `left` and `came` on the kiosk's monotonic clock. That word
is the acknowledgement of a push, or the next question of a pull, which names the batch that had left. So a press at
`mono` was at time + (mono - came), at most (came - left) later. Away from the anchor the kiosk's crystal drifts; the
allowance for that is part of the error. Errors are whole seconds, rounded up: a date does not change for a millisecond.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from sync.wire import Ack, BadSignature, Echo, Malformed, Purpose, Signed

SECOND = 1000
SYNCED_ERROR = SECOND  # what a wall clock that calls itself synced is trusted to, ms
DRIFT = 10_000  # the crystal may be off by 1 part in 10 000 (100 ppm; a Pi's is better than 50)
FEW = 8  # anchors that are all looked at
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


class BootTime:
    """Dates the presses of one boot by all its anchors: by the set of them, never by the order in which they came."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self._anchors = sorted(anchors, key=_came)
        self._echoes = [anchor for anchor in self._anchors if anchor.source == "echo"]

    def date(self, mono: int, wall: int, clock: str) -> Dated:
        if self._echoes:
            return _by_best(mono, self._echoes)
        if clock == "synced":
            return _sane(Dated(wall, SYNCED_ERROR, "wall"))
        return _by_best(mono, self._anchors) if self._anchors else UNDATED


def tells_more(new: Anchor, known: Iterable[Anchor]) -> bool:
    """Whether an echo is worth keeping beside those of its boot that are kept already."""
    width = _whole_seconds(new.came - new.left)
    near = (a for a in known if a.source == "echo" and abs(a.came - new.came) <= NEAR)
    return all(_whole_seconds(a.came - a.left) > width for a in near)


def _by_best(mono: int, anchors: Sequence[Anchor]) -> Dated:
    near = _within_reach(mono, anchors) if len(anchors) > FEW else anchors
    best = min(near, key=lambda anchor: (_error(mono, anchor), anchor)) if len(near) > 1 else near[0]
    return _sane(Dated(best.time + mono - best.came, _error(mono, best), best.source))


def _within_reach(mono: int, anchors: Sequence[Anchor]) -> Sequence[Anchor]:
    """Of many anchors in the order of `came`, those whose drift alone does not make them worse than the next ones."""
    place = bisect_left(anchors, mono, key=_came)
    error = min(_error(mono, anchor) for anchor in anchors[max(place - 1, 0) : place + 1])
    reach = (error + 1) * DRIFT
    return anchors[bisect_left(anchors, mono - reach, key=_came) : bisect_right(anchors, mono + reach, key=_came)]


def _came(anchor: Anchor) -> int:
    return anchor.came


def _sane(dated: Dated) -> Dated:
    return dated if dated.at is not None and EARLIEST <= dated.at < LATEST else UNDATED


def _error(mono: int, anchor: Anchor) -> int:
    return _whole_seconds(anchor.came - anchor.left + abs(mono - anchor.came) // DRIFT)


def _whole_seconds(span: int) -> int:
    return -(-span // SECOND) * SECOND
