"""Three sentences of a sheet, to be read out at a dialogue with citizens. By rules: nothing is said that the figures do
not carry. Few answers say so; "better" and "worse" only where the two intervals lie apart.

    1  how many answered, of how many, and whether they could
    2  what they answered, question by question
    3  against the 13 weeks before, and what to be careful with
"""

from collections.abc import Iterator

from sync.ward.figures import Figures
from sync.ward.reach import Participation
from sync.ward.sheet import Asked, Sheet
from sync.ward.speech import Speech

WELL_COVERED = 0.9  # of the opening sessions; below, it is said


def sentences(sheet: Sheet, say: Speech) -> list[str]:
    days = say.days(sheet.span.first, sheet.span.last)
    if not sheet.n:
        return [say("say_nobody", days=days) + _could(sheet, say), say("say_nobody_means"), say("say_nobody_ask")]
    return [_took_part(sheet, say, days), _answered(sheet, say), _compared(sheet, say)]


def _took_part(sheet: Sheet, say: Speech, days: str) -> str:
    part = sheet.reach.participation
    return (
        say("say_visits", days=days, n=say.count(max(sheet.n, part.visits))) + _of_files(part, say) + _could(sheet, say)
    )


def _of_files(part: Participation, say: Speech) -> str:
    if not part.days:
        return say("say_no_files")
    if part.exceeds:
        return say("say_exceeds", visits=say.count(part.visits), files=say.count(part.files))
    known = "say_of_files_some" if part.silent else "say_of_files"
    share = say.percent(part.share or 0)
    return say(known, visits=say.count(part.visits), files=say.count(part.files), share=share)


def _could(sheet: Sheet, say: Speech) -> str:
    coverage = sheet.reach.coverage
    if not coverage.open:
        return "."
    if not coverage.known:
        return say("say_coverage_unsure")
    return say("say_covered_partly", share=say.percent(coverage.share)) if coverage.share < WELL_COVERED else "."


def _answered(sheet: Sheet, say: Speech) -> str:
    told = "; ".join(_told(one, say) for one in sheet.asked if one.now.n)
    return told[:1].upper() + told[1:] + (say("say_few") if any(not one.now.enough for one in sheet.asked) else ".")


def _told(one: Asked, say: Speech) -> str:
    about, now = short(one, say), one.now
    values = {"about": about, "satisfied": say.count(now.satisfied), "n": say.count(now.n)}
    if not now.enough:
        return say("say_counts", **values)
    return say("say_rate", **values, rate=say.percent(now.rate), interval=say.interval(now.interval))


def short(one: Asked, say: Speech) -> str:
    """The subject of a question: in few words where it is a usual one, else as it was asked."""
    key = f"about_{one.name}"
    return say(key) if key in say.sentences else say("about_other", title=one.title)


def _compared(sheet: Sheet, say: Speech) -> str:
    words = list(_moves(sheet, say))
    return " ".join([*words, *_careful(sheet, say)])


def _moves(sheet: Sheet, say: Speech) -> Iterator[str]:
    can = [one for one in sheet.asked if one.now.enough and one.before.enough]
    if not can:
        yield say("say_too_few_to_compare")
        return
    apart = [one for one in can if direction(one.now, one.before)]
    if not apart:
        yield say("say_no_difference")
    for one in apart:
        key = "say_higher" if direction(one.now, one.before) > 0 else "say_lower"
        about = short(one, say)
        yield say(key, about=about, now=say.percent(one.now.rate), before=say.percent(one.before.rate))


def direction(now: Figures, before: Figures) -> int:
    """+1, -1: surely higher, lower, as far as chance goes; 0: the intervals overlap."""
    if now.interval[0] > before.interval[1]:
        return 1
    return -1 if now.interval[1] < before.interval[0] else 0


def _careful(sheet: Sheet, say: Speech) -> Iterator[str]:
    if sheet.findings:
        yield say("say_findings", n=say.count(len(sheet.findings)))
