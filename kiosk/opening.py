"""What an idle screen says of the hours, in sentences. Free of Kivy."""

from collections.abc import Callable, Sequence

from kiosk.calendar import Hours
from kiosk.settings import Session

Say = Callable[[str], str]


def heading(hours: Hours, say: Say) -> str:
    if not hours.sessions or _another_day(hours):
        return ""
    return say("Today") if hours.certain else say("Opening hours")


def sessions(hours: Hours, language: str, say: Say) -> list[str]:
    """A line for each; for each group of days where the clock is a guess, so that nothing is said of today.

    None when the day's last one is over: then `next_opening` says when it goes on.
    """
    if _another_day(hours):
        return []
    if hours.certain:
        return [f"{one.name.say(language)}: {one.from_}–{one.to}" for one in hours.sessions]
    return [f"{_span(days, say)}: {', '.join(times)}" for days, times in _by_days(hours.sessions).items()]


def next_opening(hours: Hours, say: Say) -> str:
    """Where nothing more is held today: when it goes on, never that it does not."""
    if not hours.next or not _another_day(hours):
        return ""
    return say("Next session: {day} {date}, {time}").format(
        day=_days(say)[hours.next.isoweekday() - 1],
        date=f"{hours.next.day}/{hours.next.month}",
        time=f"{hours.next:%H:%M}",
    )


def _another_day(hours: Hours) -> bool:
    return hours.outside and hours.next is not None and hours.next.date() != hours.today


def _by_days(sessions: Sequence[Session]) -> dict[tuple[int, ...], list[str]]:
    times: dict[tuple[int, ...], list[str]] = {}
    for one in sessions:
        times.setdefault(one.days, []).append(f"{one.from_}–{one.to}")
    return times


def _span(days: tuple[int, ...], say: Say) -> str:
    """From the first to the last of days that follow each other, else each of them."""
    names = [_short_days(say)[day - 1] for day in sorted(days)]
    follow = len(days) > 2 and max(days) - min(days) == len(days) - 1
    return f"{names[0]}–{names[-1]}" if follow else ", ".join(names)


def _days(say: Say) -> list[str]:
    return [say("Monday"), say("Tuesday"), say("Wednesday"), say("Thursday"), say("Friday"), say("Saturday"),
            say("Sunday")]  # fmt: skip


def _short_days(say: Say) -> list[str]:
    return [say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun")]
