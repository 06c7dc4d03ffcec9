"""The page of files handled: a week of one kiosk as a form, what was typed into it, and who stated what before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Row, select

from sync.ward.figures import Span, this_week
from sync.ward.files_handled import Change, Channel, Place, changes, stated
from sync.ward.files_import import read_count, wrong_key
from sync.ward.permissions import Action
from sync.ward.store.days import transactions
from sync.ward.store.tables import kiosks
from sync.ward.visitor import Visitor

LATEST = 20  # statements told


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    counter: str  # as it stands in its field
    online: str
    to_come: bool
    wrong: Mapping[str, str]  # by channel: the key of a sentence


@dataclass(frozen=True, slots=True)
class Week:
    kiosk: int
    name: str
    span: Span
    days: Sequence[Day]
    counter: int
    online: int

    @property
    def before(self) -> date:
        return self.span.first - timedelta(weeks=1)

    @property
    def after(self) -> date:
        return self.span.first + timedelta(weeks=1)


def kiosks_for(db: Connection, who: Visitor, action: Action) -> dict[str, int]:
    """By name: those for which the visitor may do this."""
    rows = db.execute(select(kiosks.c.id, kiosks.c.name, kiosks.c.unit).order_by(kiosks.c.name))
    return {row.name: row.id for row in rows if who.may(action, row.unit)}


def week_of(
    db: Connection, kiosk: int, name: str, monday: date, today: date, typed: Mapping[Place, str] | None = None
) -> Week:
    """`typed`: what was just typed and could not be kept."""
    span = this_week(monday)
    known = stated(db, span, frozenset({kiosk}))
    days = [_day(kiosk, span.first + timedelta(days=number), known, today, typed or {}) for number in range(7)]
    sums = {channel: sum(n for place, n in known.items() if place.channel is channel) for channel in Channel}
    return Week(kiosk, name, span, days, sums[Channel.COUNTER], sums[Channel.ONLINE])


def _day(kiosk: int, day: date, known: Mapping[Place, int], today: date, typed: Mapping[Place, str]) -> Day:
    places = {channel: Place(kiosk, day, channel) for channel in Channel}
    said = {channel: typed.get(place, str(known.get(place, ""))) for channel, place in places.items()}
    wrong = {str(channel): f"files_{key}" for channel, text in said.items() if (key := wrong_key(text))}
    return Day(day, said[Channel.COUNTER], said[Channel.ONLINE], day > today, wrong)


def typed_in(kiosk: int, span: Span, today: date, form: Mapping[str, str]) -> dict[Place, str]:
    """The fields of the days that are not to come."""
    days = (span.first + timedelta(days=number) for number in range(7))
    places = [Place(kiosk, day, channel) for day in days if day <= today for channel in Channel]
    fields = ((place, f"{place.channel}_{place.day.isoformat()}") for place in places)
    return {place: form[field].strip() for place, field in fields if field in form}


def fits(typed: Mapping[Place, str]) -> bool:
    return not any(wrong_key(text) for text in typed.values())


def as_stated(typed: Mapping[Place, str]) -> dict[Place, int | None]:
    """An empty field takes back what was stated there."""
    return {place: read_count(text or None) for place, text in typed.items()}


def would_change(db: Connection, said: Mapping[Place, int | None]) -> list[Change]:
    if not said:
        return []
    days = [place.day for place in said]
    known = stated(db, Span(min(days), max(days)), frozenset(place.kiosk for place in said))
    return changes(known, said)


# A preview hands itself on within its own form; what it says is read again, and checked again, when it is confirmed


def written(stating: Sequence[Change]) -> str:
    return "\n".join(f"{one.place.kiosk} {one.place.day} {one.place.channel} {one.after}" for one in stating)


def read_written(text: str, allowed: frozenset[int], today: date) -> dict[Place, int | None]:
    """ValueError for what this page has not written, or is not for this visitor."""
    found: dict[Place, int | None] = {}
    for line in text.splitlines():
        kiosk, day, channel, files = line.split(" ")
        place = Place(int(kiosk), date.fromisoformat(day), Channel(channel))
        if place.kiosk not in allowed or place.day > today or wrong_key(files):
            raise ValueError(line)
        found[place] = int(files)
    return found


def digest(stating: Sequence[Change]) -> str:
    """Whether what is confirmed is what was seen."""
    return sha256(repr(stating).encode()).hexdigest()


def history(db: Connection, kiosk: int) -> Sequence[Row[tuple[object, ...]]]:
    """The newest statements about a kiosk."""
    query = select(transactions).where(transactions.c.kiosk == kiosk).order_by(transactions.c.id.desc())
    return db.execute(query.limit(LATEST)).all()
