"""What happens again and again within weeks: visits far outside every session, bad presses put right, trials."""

from collections.abc import Iterable, Iterator
from datetime import date

from sync.ward.detect.seen import Day, Past
from sync.ward.detect.signals import Kind, Signal
from sync.ward.detect.tails import binomial_tail
from sync.ward.detect.thresholds import Thresholds

WEEKS4 = 28  # days
WINDOWS = (28, 91, 182)  # days


def outside(past: Past, limits: Thresholds) -> Iterator[Signal]:
    """Whoever wipes the screen in the evening presses it, too; a few times a year."""
    if not past.today.outside:
        return
    days = [day for day in past.last(WEEKS4) if day.outside]
    if len(days) >= limits.outside_days:
        places = tuple(place for day in days for place in day.outside)
        facts = {"n": len(places), "days": len(days), "minutes": limits.outside_minutes}
        yield Signal(Kind.OUTSIDE, past.today.day, days[0].day, past.today.day, places, _dates(days), facts)


def corrected(past: Past, limits: Thresholds) -> Iterator[Signal]:
    """A finger that slips mostly lands beside: few bad presses were meant to be good."""
    if not past.today.corrected:
        return
    for window in WINDOWS:
        days = past.last(window)
        of, count = sum(day.bad for day in days), sum(len(day.corrected) for day in days)
        if count > of * limits.corrected_share and binomial_tail(count, of, limits.corrected_share) < limits.chance:
            found = [day for day in days if day.corrected]
            places = tuple(place for day in found for place in day.corrected)
            facts = {"n": count, "bad": of, "days": len(found)}
            yield Signal(Kind.CORRECTED, past.today.day, found[0].day, past.today.day, places, _dates(found), facts)
            return


def trials(past: Past, limits: Thresholds) -> Iterator[Signal]:
    """While a technician tests, nobody can vote."""
    if not past.today.trials:
        return
    days = [day for day in past.last(WEEKS4) if day.trials]
    if len(days) >= limits.trial_days:
        places = tuple(place for day in days for place in day.trials)
        facts = {"n": len(places), "days": len(days)}
        yield Signal(Kind.TRIALS, past.today.day, days[0].day, past.today.day, places, _dates(days), facts)


def _dates(days: Iterable[Day]) -> tuple[date, ...]:
    return tuple(day.day for day in days)
