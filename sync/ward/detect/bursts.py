"""Many visits of one level one after the other, and visits in even steps."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean, pstdev

from sync.ward.detect.seen import MINUTE, Past, Seen
from sync.ward.detect.signals import Kind, Signal
from sync.ward.detect.tails import binomial_tail, poisson_tail
from sync.ward.detect.thresholds import Thresholds

HISTORY = 91  # days
CLUMPED = 2.0  # families and friends: as if twice as many came at once
RUSH = 2.0  # the busiest hour against the average one
OTHERS = 10  # for so many of the level, one visit of another between them is let pass
APART = 3 * MINUTE  # the longest step of a run in even steps
MIXED = 0.05  # how rare a run of one level is, at the least, if levels come as they usually do


def bursts(past: Past, limits: Thresholds) -> Iterator[Signal]:
    """A scan statistic: the window's count against the kiosk's own busiest hour of the last quarter.

    In a session the visits must also be of one level more than a class or a family is: children who press one after the
    other press all kinds of things. Outside there should be nobody, and the number alone is enough.
    """
    votes = past.votes
    for level in range(1, 6) if len(votes) >= limits.burst_visits else ():
        alike = [visit for visit in votes if visit.level == level]
        for cluster in _clusters(alike, limits.burst_visits, limits):
            found = [cluster] if _is_outside(cluster) else _in_session(cluster, past, level, limits)
            yield from (_signal(past, one, level, Kind.BURST) for one in found)


def _in_session(cluster: Sequence[Seen], past: Past, level: int, limits: Thresholds) -> list[list[Seen]]:
    cores = _clusters(cluster, _least(past, level, limits), limits)
    return [core for core in cores if _is_pure(core, past, level)]


def _least(past: Past, level: int, limits: Thresholds) -> int:
    """The smallest count that a year of honest visits is unlikely to bring by chance."""
    history = past.before(1, HISTORY)
    count, minutes = sum(day.levels[level] for day in history), sum(day.minutes for day in history if day.worked)
    mean = CLUMPED * RUSH * count * limits.burst_minutes / minutes if minutes else 0.0
    a_year = 364 / max(1, len(history)) * count
    least = limits.burst_visits
    while a_year * poisson_tail(least - 1, mean) > 50 * limits.chance:
        least += 1
    return least


def _clusters(visits: Sequence[Seen], least: int, limits: Thresholds) -> Iterator[list[Seen]]:
    """Windows that hold enough, put together where they overlap."""
    times, window = [visit.at for visit in visits], limits.burst_minutes * MINUTE
    start = end = 0
    for first, at in enumerate(times):
        last = bisect_right(times, at + window)
        if last - first < least:
            continue
        if end <= first:
            if end:
                yield list(visits[start:end])
            start = first
        end = last
    if end:
        yield list(visits[start:end])


def _is_outside(cluster: Sequence[Seen]) -> bool:
    return all(visit.away > 0 for visit in cluster)


def _is_pure(cluster: Sequence[Seen], past: Past, level: int) -> bool:
    among = sum(cluster[0].at <= visit.at <= cluster[-1].at for visit in past.votes)
    history = past.before(1, HISTORY)
    usual = (sum(day.levels[level] for day in history) + 1) / (sum(day.visits for day in history) + 2)
    return (among - len(cluster)) * OTHERS <= len(cluster) and binomial_tail(len(cluster), among, usual) < MIXED


def _signal(past: Past, cluster: Sequence[Seen], level: int, kind: Kind) -> Signal:
    day, minutes = past.today.day, -(-(cluster[-1].at - cluster[0].at) // MINUTE)
    sessions = {visit.session for visit in cluster}
    facts = {"n": len(cluster), "level": level, "minutes": max(1, minutes)}
    return Signal(
        kind, day, day, day, tuple(visit.place for visit in cluster), (day,),
        {**facts, "session": sessions.pop() if len(sessions) == 1 else ""},
    )  # fmt: skip


def regular(past: Past, limits: Thresholds) -> Iterator[Signal]:
    """Visits in steps more even than people are: a stuck button, or somebody with a watch."""
    for run in _runs(past.votes):
        if found := _even(run, limits):
            level = found[0].level if len({visit.level for visit in found}) == 1 else 0
            yield _signal(past, found, level, Kind.REGULAR)


def _runs(votes: Sequence[Seen]) -> Iterator[list[Seen]]:
    run: list[Seen] = list(votes[:1])
    for before, after in pairwise(votes):
        if after.at - before.at > APART:
            yield run
            run = []
        run.append(after)
    yield run


def _even(run: Sequence[Seen], limits: Thresholds) -> list[Seen]:
    """The longest stretch from its beginning that is even; empty if none is long enough."""
    for first in range(len(run) - limits.regular_visits + 1):
        last = first + limits.regular_visits
        if not _is_even(run[first:last], limits.regular_spread):
            continue
        while last < len(run) and _is_even(run[first : last + 1], limits.regular_spread):
            last += 1
        return list(run[first:last])
    return []


def _is_even(run: Sequence[Seen], spread: float) -> bool:
    gaps = [after.at - before.at for before, after in pairwise(run)]
    return pstdev(gaps) <= spread * fmean(gaps)
