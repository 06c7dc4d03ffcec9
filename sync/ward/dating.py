"""When a press of one boot happened: from evidence that ties the boot's monotonic clock to true time, the error stated.

**An echo** is this ward's signed word, given at `time`, with the kiosk's monotonic clock around it: at `came` it was
between `time` and `time + (came - left)`. **NTP** is what the kiosk's system clock said while the kernel called it
synchronised: a `clock` or `start` entry, or the press itself. **A battery** is the press's own wall clock.

An echo decides alone: it is signed, while whoever runs the office network can answer for an NTP server. NTP decides
where there is no echo, a battery where there is neither. What contradicts is a finding (`doubts.py`), never averaged.

Away from an anchor the error grows with what a crystal may drift (`DRIFT`); between two of them only with what its
rate may vary around its mean (`WANDER`). All spans are ms of `mono` or Unix ms. Errors are whole seconds, rounded up,
and of equal errors the earliest anchor's holds: a date does not change for a millisecond.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import NamedTuple, Protocol

import msgspec

from sync.wire import Ack, BadSignature, Echo, Malformed, Purpose, Signed

SECOND = 1000
HOUR = 60 * 60 * SECOND
DRIFT = 20_000  # a crystal gains or loses at most 1 ms in so many: 50 ppm, Raspberry Pi boards are sold within it
WANDER = 100_000  # ... and 10 ppm from its mean rate: what 0 to 50 °C do to an AT-cut crystal
SLEW = 400  # ms: an offset below this is slewed by systemd-timesyncd (its NTP_MAX_ADJUST), the monotonic clock with it
NTP_ERROR = 250  # ms: half of the longest round trip to a server that is worth believing
SYNCED_ERROR = 3 * SECOND  # NTP_ERROR + SLEW + 32 000 s of drift, for which the kernel goes on calling itself synced
BATTERY_ERROR = HOUR  # 100 ppm for more than a year without NTP
FEW = 8  # anchors that are all looked at
NEAR = 2 * HOUR  # within this, another echo that is no sharper tells nothing new


class Anchor(msgspec.Struct, frozen=True, order=True):
    """At `came` on this boot's monotonic clock, true time was `time`, at most (came - left) more. All ms."""

    boot: str
    came: int
    left: int
    time: int
    source: str  # echo | clock

    @property
    def middle(self) -> int:
        """The best single guess of true time at `came`."""
        return self.time + (self.came - self.left) // 2

    @property
    def unsure(self) -> int:
        """How far from `middle` it may have been, rounded up."""
        return (self.came - self.left + 1) // 2


class Stamped(Protocol):
    """What has to be dated: an entry, a vote, or a row of one."""

    @property
    def seq(self) -> int: ...
    @property
    def mono(self) -> int: ...
    @property
    def wall(self) -> int: ...
    @property
    def clock(self) -> str: ...


class Dated(NamedTuple):
    at: int | None  # Unix ms
    error: int | None  # ms: the press was between at - error and at + error
    source: str | None  # echo | clock | wall | rtc | bounds


EARLIEST, LATEST = 1_577_836_800_000, 7_258_118_400_000  # 2020 to 2200, ms: a date outside is no date
UNDATED = Dated(None, None, None)


def clock_anchor(boot: str, mono: int, wall: int) -> Anchor:
    """From an entry that was written while the kernel called its clock synchronised."""
    return Anchor(boot, mono, mono - 2 * NTP_ERROR, wall - NTP_ERROR, "clock")


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


def tells_more(new: Anchor, known: Iterable[Anchor]) -> bool:
    """Whether an echo is worth keeping beside those of its boot that are kept already."""
    near = (a for a in known if a.source == "echo" and abs(a.came - new.came) <= NEAR)
    return all(_error(new.came, a) > _error(new.came, new) or not agree(a, new) for a in near)


# Evidence that agrees, and evidence that does not


def agree(a: Anchor, b: Anchor) -> bool:
    """Whether one clock of ours can have seen both: true time and the monotonic clock went on alike between them."""
    strayed = abs((b.middle - a.middle) - (b.came - a.came))
    return strayed <= a.unsure + b.unsure + SLEW + abs(b.came - a.came) // DRIFT


def versions(anchors: Iterable[Anchor]) -> list[list[Anchor]]:
    """The anchors of one boot, grouped by what agrees; the group of most first. Each in the order of `came`."""
    groups: list[list[Anchor]] = []
    for anchor in sorted(anchors, key=_came):
        fitting = (group for group in groups if agree(group[-1], anchor))
        if (group := next(fitting, None)) is not None:
            group.append(anchor)
        else:
            groups.append([anchor])
    return sorted(groups, key=len, reverse=True)


def believed(groups: Sequence[list[Anchor]]) -> Sequence[list[Anchor]]:
    """The version that more than half of the anchors tell; all versions if there is none such.

    As NTP itself does it: K. Marzullo's intersection algorithm (RFC 5905, 11.2.1) trusts a majority, and nothing less.
    """
    return groups[:1] if groups and 2 * len(groups[0]) > sum(map(len, groups)) else groups


class BootTime:
    """Dates the presses of one boot by all its anchors: by the set of them, never by the order in which they came."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        by_source: dict[str, list[Anchor]] = {"echo": [], "clock": []}
        for anchor in anchors:
            by_source[anchor.source].append(anchor)
        self._echoes = believed(versions(by_source["echo"]))
        self._ntp = believed(versions(by_source["clock"]))

    @property
    def has_echo(self) -> bool:
        return bool(self._echoes)

    def date(self, mono: int, wall: int, clock: str) -> Dated:
        told = _by_versions(mono, self._echoes or self._ntp)
        if self._echoes or clock == "unsynced" or (told.error is not None and told.error <= SYNCED_ERROR):
            return told
        if clock == "rtc":
            return told if self._ntp else _sane(Dated(wall, BATTERY_ERROR, "rtc"))
        return self._sharper(told, _sane(Dated(wall, SYNCED_ERROR, "wall")))

    def _sharper(self, told: Dated, own: Dated) -> Dated:
        """What the boot's NTP evidence tells of a press, or the press's own synchronised clock where they agree."""
        agree_all = len(self._ntp) < 2 and overlap(told, own)
        return own if told.at is None or (own.at is not None and agree_all) else told


def overlap(a: Dated, b: Dated, grace: int = 0) -> bool:
    """Whether both can be true."""
    if a.at is None or a.error is None or b.at is None or b.error is None:
        return True
    return abs(a.at - b.at) <= a.error + b.error + grace


def _by_versions(mono: int, groups: Sequence[Sequence[Anchor]]) -> Dated:
    """Where versions stand against each other: a date that covers them all."""
    if len(groups) == 1:
        return _by_best(mono, groups[0])
    return reduce(_cover, (_by_best(mono, group) for group in groups)) if groups else UNDATED


def _cover(a: Dated, b: Dated) -> Dated:
    if a.at is None or a.error is None or b.at is None or b.error is None:
        return UNDATED
    first, last = min(a.at - a.error, b.at - b.error), max(a.at + a.error, b.at + b.error)
    return Dated((first + last) // 2, _whole_seconds((last - first + 1) // 2), a.source)


def _by_best(mono: int, anchors: Sequence[Anchor]) -> Dated:
    """By one anchor, or between two if that is sharper."""
    if len(anchors) == 1:
        return _sane(_by_one(mono, anchors[0]))
    near = _within_reach(mono, anchors) if len(anchors) > FEW else anchors
    alone = _by_one(mono, min(near, key=lambda anchor: (_error(mono, anchor), anchor)))
    between = _between(mono, anchors) if alone.error != SECOND else None
    return _sane(min(alone, between, key=_width) if between else alone)


def _by_one(mono: int, anchor: Anchor) -> Dated:
    return Dated(anchor.middle + mono - anchor.came, _error(mono, anchor), anchor.source)


def _between(mono: int, anchors: Sequence[Anchor]) -> Dated | None:
    """By the anchors before and after, on the straight line between them.

    True time leaves that line by no more than its ends are unsure of, and by what the rate wandered on the way from
    the nearer end.
    """
    place = bisect_right(anchors, mono, key=_came)
    if not 0 < place < len(anchors):
        return None
    a, b = anchors[place - 1], anchors[place]
    at = a.middle + (b.middle - a.middle) * (mono - a.came) // (b.came - a.came)
    wandered = min(mono - a.came, b.came - mono) // WANDER
    return Dated(at, _whole_seconds(max(a.unsure, b.unsure) + SLEW + wandered), a.source)


def _within_reach(mono: int, anchors: Sequence[Anchor]) -> Sequence[Anchor]:
    """Of many anchors in the order of `came`, those whose drift alone does not make them worse than the next ones."""
    place = bisect_left(anchors, mono, key=_came)
    error = min(_error(mono, anchor) for anchor in anchors[max(place - 1, 0) : place + 1])
    reach = (error + 1) * DRIFT
    return anchors[bisect_left(anchors, mono - reach, key=_came) : bisect_right(anchors, mono + reach, key=_came)]


def _width(dated: Dated) -> int:
    return dated.error or 0


def _came(anchor: Anchor) -> int:
    return anchor.came


def _sane(dated: Dated) -> Dated:
    return dated if dated.at is not None and EARLIEST <= dated.at < LATEST else UNDATED


def _error(mono: int, anchor: Anchor) -> int:
    """Rounded up; written out, since every vote comes here."""
    return -(-((anchor.came - anchor.left + 1) // 2 + SLEW + abs(mono - anchor.came) // DRIFT) // SECOND) * SECOND


def _whole_seconds(span: int) -> int:
    return -(-span // SECOND) * SECOND
