"""What an idle screen says of the hours, in sentences. Free of Kivy."""

from collections.abc import Callable

from kiosk.calendar import Hours
from kiosk.settings import Session

Say = Callable[[str], str]


def heading(hours: Hours, say: Say) -> str:
    if not hours.sessions or _another_day(hours):
        return ""
    return say("Today") if hours.certain else say("Opening hours")


def sessions(hours: Hours, language: str, say: Say) -> list[str]:
    """A line for each; with its days where the clock is a guess, so that nothing is said of today.

    None when the day's last one is over: then `next_opening` says when it goes on.
    """
    if _another_day(hours):
        return []
    return [_line(session, language, say, days=not hours.certain) for session in hours.sessions]


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


def _line(session: Session, language: str, say: Say, *, days: bool) -> str:
    times = f"{session.name.say(language)}: {session.from_}–{session.to}"
    return f"{_span(session.days, say)} · {times}" if days else times


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
