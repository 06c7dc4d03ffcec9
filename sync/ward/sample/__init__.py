"""A simulated year of one kiosk, with what is true about it: honest, or cheated in a known way. Sample data only.

Frozen before any detector was written (`tests/ward/test_the_sample_year.py` holds its hash): what is found in it was
not made to be found. Deterministic by seed. What honest kiosks do here on purpose, because it looks like cheating:
families and a school class press one after the other, children hammer, someone slow starts again, whoever wipes the
screen presses late, posters draw many more to answer, moods last for weeks, days go wrong, the power fails.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from sync.ward.sample.cheats import CHEATS
from sync.ward.sample.honest import Kiosk
from sync.ward.sample.year import DAYS, SECOND, Press, Strategy, Visit, Year

DEVELOPMENT = range(1, 41)  # seeds to write detectors with
ONCE = range(7001, 7101)  # seeds looked at once, when the detectors were finished


def simulate(base: float, strategy: Strategy, seed: int, first: date = date(2026, 1, 5), days: int = DAYS) -> Year:
    """The same honest year underneath, whatever the strategy; cheating begins in its third to sixth month."""
    honest = Kiosk(base, _chance("honest", base, seed), Year(first, days))
    honest.live()
    year = honest.year
    if strategy is not Strategy.HONEST:
        chance = _chance(strategy, base, seed)
        year.cheated_from = first + timedelta(days=chance.randrange(60, 181))
        CHEATS[strategy](year, chance)
    year.visits = list(_one_after_the_other(year))
    return year


def _chance(*names: object) -> Random:
    return Random(" ".join(map(str, names)))  # noqa: S311  to be repeated, not to be secret


def _one_after_the_other(year: Year) -> Iterator[Visit]:
    """In order, none within another, and none while the kiosk is off: who came then could not press."""
    year.off.sort()
    free, spans, place = 0, year.off, 0
    dark_until = 0
    for visit in sorted(year.visits, key=lambda one: one.at):
        if late := max(0, free - visit.at):
            visit.presses = [Press(one.at + late, one.question, one.rating) for one in visit.presses]
        while place < len(spans) and spans[place][0] <= visit.end:
            dark_until, place = max(dark_until, spans[place][1]), place + 1
        if visit.at >= dark_until:
            free = visit.end + 4 * SECOND
            yield visit
