"""An honest year. It looks like cheating where real years do."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import exp, log, pi, sin
from random import Random

from sync.ward.sample.year import MINUTE, QUESTIONS, SECOND, WEEK, Press, Visit, Year, is_holiday, moment

Held = tuple[tuple[int, int], ...]  # the sessions of a day: minutes of the day


class Kiosk:
    """Draws what kind of counter it is, then lives day after day; mood, busy and keen wander from week to week."""

    def __init__(self, base: float, chance: Random, year: Year) -> None:
        self.chance, self.year = chance, year
        even = chance.uniform
        self.rate, self.fives, self.share = even(0.75, 0.97), even(0.5, 0.85), even(0.25, 0.85)
        self.refuses, self.buttons, self.repeats = even(0.05, 0.25), even(0.3, 0.95), even(0.5, 0.85)
        self.demand = (base - 0.2) / self.share / 1.13  # files a day; the rest comes with others, or is curiosity
        self.weekday = [even(0.9, 1.15) * usual for usual in (1.2, 1.05, 1.0, 0.95, 0.85, 0, 0.5)]
        self.sundays = chance.choice((0.0, 0.25, 0.5, 0.9))  # of the Sundays in the calendar, how many are held
        self.dark_at_night, self.sloppy = chance.random() < 0.5, even(0.0, 0.04)
        self.poster = (chance.randrange(year.days), even(1.2, 1.9)) if chance.random() < 0.25 else None
        self.reform = (chance.randrange(year.days), even(0.6, 1.7)) if chance.random() < 0.2 else None
        self.mood = self.busy = self.keen = 0.0

    def live(self) -> None:
        for number, day in enumerate(self.year.dates):
            if number % 7 == 0:
                self.mood, self.busy, self.keen = (
                    self._wander(self.mood, 0.3), self._wander(self.busy, 0.12), self._wander(self.keen, 0.12)
                )  # fmt: skip
            held = WEEK.get(day.isoweekday(), ()) if self._is_held(day) else ()
            self._rest(day, held)
            if held:
                self._work(number, day, held)
        self._power_cuts()
        self._technician()

    def _wander(self, value: float, spread: float) -> float:
        """AR(1) with the stationary deviation `spread`."""
        return 0.8 * value + self.chance.gauss(0, 0.6 * spread)

    def _is_held(self, day: date) -> bool:
        return not is_holiday(day) and (day.isoweekday() < 7 or self.chance.random() < self.sundays)

    def _rest(self, day: date, held: Held) -> None:
        """Off at night and on closed days, where they do that; now and then switched on late, Mondays above all."""
        if self.dark_at_night:
            late = self.chance.random() < self.sloppy * (2 if day.isoweekday() == 1 else 1)
            on = held[0][0] + (self.chance.uniform(10, 70) if late else self.chance.uniform(-30, -5)) if held else 1440
            self.year.off.append((moment(day, 0), moment(day, on)))
            if held:
                self.year.off.append((moment(day, held[-1][1] + self.chance.uniform(15, 60)), moment(day, 1440)))
        elif self.chance.random() < 0.015 and held:  # wiped when the counter has closed
            at = moment(day, held[-1][1] + self.chance.uniform(20, 150))
            self._hammer(at, self.chance.randint(1, 3), self.chance.choice((None, None, 5, 1)))

    def _work(self, number: int, day: date, held: Held) -> None:
        season = 1 + 0.12 * sin(2 * pi * (day.timetuple().tm_yday - 30) / 365)
        reform = self.reform[1] if self.reform and number >= self.reform[0] else 1
        keen = self.poster[1] if self.poster and 0 <= number - self.poster[0] < 120 else 1
        want = self.demand * self.weekday[day.weekday()] * season * reform * exp(self.busy)
        files = _poisson(self.chance, want * self.chance.gammavariate(25, 1 / 25))
        self.year.files[day] = files
        share = min(0.95, self.share * keen * exp(self.keen))
        rate = self.chance.uniform(0.4, 0.65) if self.chance.random() < 0.02 else self._rate_of_the_day()
        for _ in range(sum(self.chance.random() < share for _ in range(files))):
            self._come(self._when(day, held), rate)
        self._curiosities(day, held, rate)

    def _rate_of_the_day(self) -> float:
        return 1 / (1 + exp(-log(self.rate / (1 - self.rate)) - self.mood - self.chance.gauss(0, 0.15)))

    def _when(self, day: date, held: Held) -> int:
        opened, closed = held[self.chance.random() > 0.58] if len(held) > 1 else held[0]
        minute = opened + (closed - opened) * self.chance.betavariate(1.6, 2.2)
        out = self.chance.random()
        if out < 0.03:  # the last ones are served after closing
            minute = closed + min(35, self.chance.expovariate(1 / 10))
        elif out < 0.04:
            minute = opened - self.chance.uniform(0, 15)
        return moment(day, minute)

    def _come(self, at: int, rate: float) -> None:
        """One citizen; or a family, which mostly agrees; or someone slow, whose second answer begins a new visit."""
        kind, rating = self.chance.random(), self._rating(rate)
        if kind < 0.03:
            for _ in range(self.chance.randint(1, 4)):
                self._visit(at, rating if self.chance.random() < 0.7 else self._rating(rate), rate)
                at += int(self.chance.uniform(9, 45) * SECOND)
            self._visit(at, rating, rate)
        elif kind < 0.06:
            self._add([Press(at, QUESTIONS[0], rating)])
            later = at + int(self.chance.uniform(17, 60) * SECOND)
            self._add([Press(later, QUESTIONS[0], rating)])
        else:
            self._visit(at, rating, rate)

    def _visit(self, at: int, rating: int, rate: float) -> None:
        presses = list(self._answer(at, QUESTIONS[0], rating))
        if self.chance.random() > self.refuses:
            later = presses[-1].at + int(self.chance.uniform(2.8, 12) * SECOND)
            again = rating if self.chance.random() < self.repeats else self._rating(rate)
            presses += self._answer(later, QUESTIONS[1], again)
        self._add(presses)

    def _answer(self, at: int, question: str, rating: int) -> Iterator[Press]:
        """One in fifty touches a wrong face first, mostly the one beside, and puts it right at once."""
        if self.chance.random() < 0.02:
            beside = [one for one in (rating - 1, rating + 1) if 1 <= one <= 5]
            others = [one for one in range(1, 6) if one != rating]
            yield Press(at, question, self.chance.choice(beside if self.chance.random() < 0.7 else others))
            at += int(self.chance.uniform(0.7, 2.5) * SECOND)
        yield Press(at, question, rating)

    def _rating(self, rate: float) -> int:
        if self.chance.random() < rate:
            return 5 if self.chance.random() < self.fives else 4
        return self.chance.choices((3, 2, 1), (5, 3, 2))[0]

    def _curiosities(self, day: date, held: Held, rate: float) -> None:
        if self.chance.random() < 0.5 / 250:  # a school class on its excursion
            at = self._when(day, held)
            for _ in range(self.chance.randint(10, 25)):
                at += int(self.chance.uniform(6, 20) * SECOND)
                self._visit(at, self._rating(0.9), rate)
        if self.chance.random() < 4 / 250:  # children
            same = self.chance.choice((5, 4, 3, 2, 1)) if self.chance.random() < 0.5 else None
            self._hammer(self._when(day, held), self.chance.randint(3, 8), same)

    def _hammer(self, at: int, times: int, same: int | None) -> None:
        for _ in range(times):
            presses = [Press(at, QUESTIONS[0], same or self.chance.randint(1, 5))]
            if self.chance.random() < 0.7:
                later = at + int(self.chance.uniform(2.8, 6) * SECOND)
                presses.append(Press(later, QUESTIONS[1], same or self.chance.randint(1, 5)))
            self._add(presses)
            at = presses[-1].at + int(self.chance.uniform(4, 12) * SECOND)

    def _add(self, presses: list[Press]) -> None:
        lang = "en" if self.chance.random() < 0.02 else "vi"
        self.year.visits.append(Visit(presses, lang, "button" if self.chance.random() < self.buttons else "touch"))

    def _power_cuts(self) -> None:
        """About six a year, minutes to hours, more in the hot months; one in ten lasts to the next morning."""
        for _ in range(_poisson(self.chance, 6)):
            day = self.year.first + timedelta(days=self.chance.randrange(self.year.days))
            begins = moment(day, self.chance.uniform(0, 1440))
            minutes = 720 if self.chance.random() < 0.1 else min(300, 5 + self.chance.expovariate(1 / 60))
            self.year.off.append((begins, begins + int(minutes * MINUTE)))

    def _technician(self) -> None:
        """Twice a year, mostly when the counter is closed."""
        for _ in range(2):
            day = self.year.first + timedelta(days=self.chance.randrange(self.year.days))
            at = moment(day, self.chance.choice((12 * 60, 12 * 60, 17 * 60 + 20, 10 * 60)) + self.chance.uniform(0, 20))
            for rating in (5, 4, 3, 2, 1):
                self.year.visits.append(Visit([Press(at, QUESTIONS[0], rating)], trial=True))
                at += int(self.chance.uniform(3, 20) * SECOND)


def _poisson(chance: Random, mean: float) -> int:
    """Counts arrivals of rate one until `mean` has passed."""
    count, passed = 0, chance.expovariate(1)
    while passed < mean:
        count, passed = count + 1, passed + chance.expovariate(1)
    return count
