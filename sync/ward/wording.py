"""A finding in words: its title, what was seen, what to ask. The sentences are in `locale/<language>/findings.toml`."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sync.ward.speech import Speech

if TYPE_CHECKING:
    from sync.ward.seeing import Finding

Facts = Mapping[str, str | int]


def title(say: Speech, kind: str) -> str:
    return say(_key(kind)) if known(say, kind) else kind


def seen(say: Speech, kind: str, facts: Facts) -> str:
    return say(_key(kind, "seen"), **{**facts, **_words(say, facts)}) if known(say, kind) else ""


def ask(say: Speech, kind: str) -> str:
    return say(_key(kind, "ask")) if known(say, kind) else ""


def tell(say: Speech, one: "Finding", *, everything: bool) -> Iterator[str]:
    """A paragraph of lines. Entries and votes are told by place, never with their ratings."""
    when = f", {say.days(one.since, one.until)}" if one.since and one.until else ""
    yield f"{one.number}. {one.kiosk_name}: {title(say, one.kind)} [{one.kind}]{when}"
    said = seen(say, one.kind, one.facts)
    yield f"   {said}" if one.since and said else f"   {said} {one.detail} ({one.about}, log {one.log}, {one.count}×)"
    yield f"   {ask(say, one.kind)}"
    if everything:
        yield from (f"   {place.log} {place.first}–{place.last}" for place in one.places)


def known(say: Speech, kind: str) -> bool:
    """A finding filed by a later version may be of a kind that this one has no words for."""
    return _key(kind) in say.sentences


def _key(kind: str, *more: str) -> str:
    return "_".join(("finding", kind.replace("-", "_"), *more))


def _words(say: Speech, facts: Facts) -> dict[str, str]:
    words = {}
    if "session" in facts:
        words["where"] = _where(say, str(facts["session"]))
    if "level" in facts:
        words["level"] = say(f"level_{facts['level']}") if facts["level"] else say("finding_level_0")
    if "weekday" in facts:
        words["which"] = _which(say, int(facts["weekday"]), busy=bool(facts["busy"]))
    if "known" in facts:
        words["per"] = say("finding_stuffed_per_files" if facts["known"] else "finding_stuffed_per_days")
    return words


def _where(say: Speech, session: str) -> str:
    match session:
        case "":
            return say("finding_in_sessions")
        case "outside":
            return say("finding_in_outside")
    return say("finding_in_session", session=session)


def _which(say: Speech, weekday: int, *, busy: bool) -> str:
    """Busy Mondays, Mondays, busy days, working days."""
    if not weekday:
        return say("finding_days_busy" if busy else "finding_days_all")
    name = say(f"finding_weekday_{weekday}")
    return say("finding_days_weekday_busy" if busy else "finding_days_weekday", weekday=name)
