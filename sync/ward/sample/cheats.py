"""What somebody who should not does to an honest year."""

from collections.abc import Callable
from datetime import date
from random import Random

from sync.ward.sample.year import MINUTE, QUESTIONS, SECOND, WEEK, Press, Strategy, Visit, Year, local_day, moment


def _cheated_days(year: Year) -> list[date]:
    return [day for day in year.files if year.cheated_from and day >= year.cheated_from]


def _fives(year: Year, chance: Random, at: int) -> int:
    """One planted visit; as slow or quick, and by button or touch, as anybody's. Returns when it ends."""
    later = at + int(chance.uniform(2.8, 12) * SECOND)
    presses = [Press(at, QUESTIONS[0], 5), Press(later, QUESTIONS[1], 5)]
    year.visits.append(Visit(presses, via=chance.choice(("button", "touch")), planted=True))
    return later


def _stuff_slowly(year: Year, chance: Random) -> None:
    for day in _cheated_days(year):
        for _ in range(3):
            opened, closed = chance.choice(WEEK[day.isoweekday()])
            _fives(year, chance, moment(day, chance.uniform(opened, closed)))


def _burst(year: Year, chance: Random) -> None:
    """About every second week."""
    for day in _cheated_days(year):
        if chance.random() < (0.4 if day.isoweekday() == 5 else 0.04):
            before_the_report = day.isoweekday() == 5 and chance.random() < 0.5
            closed = WEEK[day.isoweekday()][-1][1]
            at = moment(day, closed + (chance.uniform(-90, -20) if before_the_report else chance.uniform(5, 90)))
            _light_up(year, at)
            for _ in range(chance.randint(10, 20)):
                at = _fives(year, chance, at) + int(chance.uniform(4, 20) * SECOND)


def _press_at_night(year: Year, chance: Random) -> None:
    for day in _cheated_days(year):
        if chance.random() < 0.2:
            at = moment(day, chance.choice((chance.uniform(19 * 60, 23 * 60), chance.uniform(4.5 * 60, 6 * 60))))
            _light_up(year, at)
            for _ in range(chance.randint(1, 5)):
                at = _fives(year, chance, at) + int(chance.uniform(4, 90) * SECOND)


def _light_up(year: Year, at: int) -> None:
    """Whoever wants to press then leaves the kiosk on, or switches it on for so long."""
    around = (at - 5 * MINUTE, at + 20 * MINUTE)
    cut = [span for span in year.off if span[0] < around[1] and span[1] > around[0]]
    for begins, ends in cut:
        year.off.remove((begins, ends))
        year.off += [span for span in ((begins, around[0]), (around[1], ends)) if span[0] < span[1]]


def _correct(year: Year, chance: Random) -> None:
    """Seven of ten bad presses are changed while the tick is still shown."""
    for visit in year.visits:
        if visit.trial or not year.cheated_from or local_day(visit.at) < year.cheated_from:
            continue
        for question in QUESTIONS:
            last = max((place for place, one in enumerate(visit.presses) if one.question == question), default=None)
            if last is not None and visit.presses[last].rating <= 2 and chance.random() < 0.7:
                at = visit.presses[last].at + int(chance.uniform(0.8, 2.4) * SECOND)
                visit.presses.insert(last + 1, Press(at, question, 5))
                visit.planted = True


def _switch_off(year: Year, chance: Random) -> None:
    """On Mondays with more files than half of the Mondays: through the morning, or the whole day."""
    mondays = sorted(files for day, files in year.files.items() if day.isoweekday() == 1)
    usual = mondays[len(mondays) // 2]
    for day in _cheated_days(year):
        if day.isoweekday() == 1 and year.files[day] >= usual and chance.random() < 0.9:
            begins = moment(day, chance.uniform(7 * 60 + 30, 8 * 60 + 30))
            minutes = 600 if chance.random() < 0.2 else chance.uniform(90, 240)
            year.off.append((begins, begins + int(minutes * MINUTE)))
            year.switched_off.append(day)


CHEATS: dict[Strategy, Callable[[Year, Random], None]] = {
    Strategy.SLOW: _stuff_slowly,
    Strategy.BURSTS: _burst,
    Strategy.NIGHT: _press_at_night,
    Strategy.CORRECTED: _correct,
    Strategy.MONDAYS: _switch_off,
}
