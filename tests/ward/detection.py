"""What the detectors find in simulated years, and how often they are wrong about honest ones.

    .venv/bin/python -m tests.ward.detection [--seeds N] [--once] [--no-files] [--base N ...] [--strategy NAME ...]

`--once`: the seeds that were looked at once, when the detectors were finished; else those they were written with.
The detectors are the ones that `ward serve` runs, day after day and with nothing from later days; the visits are handed
to them directly. `test_findings_from_lines.py` goes the whole way for one kiosk.
"""

import argparse
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from zoneinfo import ZoneInfo

from sync.ward.detect.hours import Hours, Off, days_between
from sync.ward.detect.looking import MEMORY, look
from sync.ward.detect.seen import BAD, GOOD, Around, Day, Past, Place, Seen, sum_up
from sync.ward.detect.signals import Episode, Kind, Signal, go_on
from sync.ward.detect.tails import poisson_tail
from sync.ward.detect.thresholds import Thresholds
from sync.ward.opening import Session
from sync.ward.sample import DEVELOPMENT, ONCE, simulate
from sync.ward.sample.year import BASES, QUESTIONS, WEEK, Strategy, Visit, Year, local_day
from sync.ward.text import Text

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FITTING = {  # the findings that say what was done
    Strategy.SLOW: (Kind.STUFFED, Kind.VISITS),
    Strategy.BURSTS: (Kind.BURST, Kind.REGULAR),
    Strategy.NIGHT: (Kind.OUTSIDE, Kind.BURST),
    Strategy.CORRECTED: (Kind.CORRECTED,),
    Strategy.MONDAYS: (Kind.DARK, Kind.COVERAGE),
}
LIMITS = Thresholds()


def sessions() -> list[Session]:
    def clock(minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    names = {(7 * 60 + 30): "Buổi sáng", (13 * 60 + 30): "Buổi chiều"}
    return [
        Session(Text(vi=names[opened], en=names[opened]), (day,), clock(opened), clock(closed))
        for day, held in WEEK.items()
        for opened, closed in held
    ]


HOURS = Hours(sessions(), ZONE)


def as_seen(visit: Visit, first: int) -> Seen:
    """As the ward comes to know it."""
    answers = [[press.rating for press in visit.presses if press.question == question] for question in QUESTIONS]
    given = [ratings for ratings in answers if ratings]
    bad = [ratings for ratings in given if ratings[0] in BAD]
    away = HOURS.away(visit.at)
    return Seen(
        Place("log", first, first + len(visit.presses) - 1), visit.at, tuple(ratings[-1] for ratings in given),
        len(bad), sum(ratings[-1] in GOOD for ratings in bad), "outside" if away else "session", away, visit.trial,
    )  # fmt: skip


@dataclass
class Told:
    """A simulated year as the ward comes to know it."""

    year: Year
    files: bool
    visits: dict[date, list[Seen]] = field(default_factory=dict)
    planted: dict[Place, Visit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seq = 1
        for visit in self.year.visits:
            seen = as_seen(visit, seq)
            self.visits.setdefault(local_day(visit.at), []).append(seen)
            if visit.planted:
                self.planted[seen.place] = visit
            seq += len(visit.presses)

    def days(self) -> list[Day]:
        off: dict[date, list[Off]] = {}
        for span in (Off(*span) for span in self.year.off):
            for day in days_between(local_day(span.begins), local_day(span.ends)):
                off.setdefault(day, []).append(span)
        return [self._day(day, off.get(day, ())) for day in self.year.dates]

    def _day(self, day: date, off: Sequence[Off]) -> Day:
        files = self.year.files.get(day, 0) if self.files else None
        around = Around(files, HOURS.minutes(day), HOURS.dark(day, off))
        return sum_up(day, self.visits.get(day, ()), len(QUESTIONS), LIMITS.outside_minutes, around)


def watch(told: Told) -> tuple[list[Episode], list[Signal]]:
    """Day after day, as `ward serve` does."""
    days, episodes, said = told.days(), list[Episode](), list[Signal]()
    for number, day in enumerate(days, 1):
        signals = list(look(Past(days[max(0, number - MEMORY) : number], told.visits.get(day.day, ())), LIMITS))
        go_on(episodes, signals)
        said += signals
    return episodes, said


@dataclass(frozen=True)
class Case:
    base: int
    strategy: Strategy
    seed: int
    files: bool = True


@dataclass(frozen=True)
class Outcome:
    case: Case
    days: int | None  # from the first day of cheating to the first finding that fits; None: not found
    events: int  # planted bursts, nights, corrected visits, days switched off
    found: int  # those of them that a finding names
    flagged: int  # honest visits that a finding names
    kinds: Counter[str]  # findings


def judge(case: Case) -> Outcome:
    told = Told(simulate(case.base, case.strategy, case.seed), case.files)
    episodes, said = watch(told)
    start = told.year.cheated_from
    fitting = [one for one in said if start and one.day >= start and one.kind in FITTING[case.strategy]]
    named = {place for episode in episodes for place in episode.places}
    events, found = _events(told, episodes, named)
    days = (min(one.day for one in fitting) - start).days if fitting and start else None
    kinds = Counter(str(episode.kind) for episode in episodes)
    return Outcome(case, days, events, found, len(named - set(told.planted)), kinds)


def _events(told: Told, episodes: Sequence[Episode], named: set[Place]) -> tuple[int, int]:
    if told.year.switched_off:
        dark = {day for episode in episodes if episode.kind in FITTING[Strategy.MONDAYS] for day in episode.days}
        return len(told.year.switched_off), len(dark & set(told.year.switched_off))
    together: dict[date, list[bool]] = {}
    for place, visit in told.planted.items():
        together.setdefault(local_day(visit.at), []).append(place in named)
    return len(together), sum(sum(hits) * 2 > len(hits) for hits in together.values())


def interval(count: int, of: float) -> tuple[float, float]:
    """The exact 95 % interval of a rate (Garwood 1936), by halving."""
    low = _where(lambda mean: poisson_tail(count, mean) >= 0.025) if count else 0.0
    return low / of, _where(lambda mean: 1 - poisson_tail(count + 1, mean) <= 0.025) / of


def _where(reached: Callable[[float], bool]) -> float:
    """The least mean at which it is so."""
    low, high = 0.0, 1e4
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield f"{'strategy':16}{'a day':>6}{'kiosks':>8}{'found':>8}{'days to it':>12}{'of what was done, named':>26}"
    for strategy in list(Strategy)[1:]:
        for base in sorted({one.case.base for one in outcomes}):
            of = [one for one in outcomes if one.case.strategy is strategy and one.case.base == base]
            if of:
                yield _row(strategy, base, of)
    yield ""
    yield f"{'honest':16}{'a day':>6}{'kiosks':>8}{'false alarms':>14}{'a year each':>13}{'95 %':>14}   which"
    honest = [one for one in outcomes if one.case.strategy is Strategy.HONEST]
    for base in sorted({one.case.base for one in honest}):
        yield _honest(str(base), [one for one in honest if one.case.base == base])
    yield _honest("all", honest)


def _row(strategy: Strategy, base: int, of: Sequence[Outcome]) -> str:
    found = [one.days for one in of if one.days is not None]
    days = f"{median(found):.0f}" if found else "-"
    events, named = sum(one.events for one in of), sum(one.found for one in of)
    share = "single ones are not" if strategy is Strategy.SLOW else f"{named} of {events}: {named / events:.1%}"
    return f"{strategy:16}{base:>6}{len(of):>8}{len(found) / len(of):>8.0%}{days:>12}{share:>26}"


def _honest(name: str, of: Sequence[Outcome]) -> str:
    kinds = sum((one.kinds for one in of), Counter[str]())
    count = kinds.total()
    low, high = interval(count, len(of))
    which = ", ".join(f"{kind} {n}" for kind, n in kinds.most_common())
    return f"{'':16}{name:>6}{len(of):>8}{count:>14}{count / len(of):>13.2f}{f'{low:.2f}-{high:.2f}':>14}   {which}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--base", type=int, action="append")
    asked.add_argument("--strategy", type=Strategy, action="append", help="and always the honest ones")
    asked.add_argument("--once", action="store_true")
    asked.add_argument("--no-files", action="store_true")
    args = asked.parse_args()
    seeds = (ONCE if args.once else DEVELOPMENT)[: args.seeds]
    bases = args.base or BASES
    strategies = [Strategy.HONEST, *(args.strategy or list(Strategy)[1:])]
    cases = [
        Case(base, strategy, seed, not args.no_files) for seed in seeds for strategy in strategies for base in bases
    ]
    outcomes = list(judged(cases))
    print(f"{len({one.case.seed for one in outcomes})} seeds, {'looked at once' if args.once else 'of development'}, "
          f"files handled {'not ' if args.no_files else ''}known")  # fmt: skip
    print("\n".join(table(outcomes)))


def judged(cases: Sequence[Case]) -> Iterator[Outcome]:
    """Those that were done when it is interrupted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ProcessPoolExecutor(2) as pool:
        try:
            yield from pool.map(judge, cases, chunksize=4)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)


if __name__ == "__main__":
    main()
