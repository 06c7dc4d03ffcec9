"""The calendars of a log in the database: what each `start` said of opening sessions, where that was new."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, insert, select

from sync.ward.opening import Opening, Session
from sync.ward.store.tables import openings

_decoder = msgspec.json.Decoder(tuple[Session, ...])


def openings_of(db: Connection, log: str) -> list[Opening]:
    """In the order of the log."""
    query = select(openings.c.seq, openings.c.sessions).where(openings.c.log == log).order_by(openings.c.seq)
    return [Opening(row.seq, _decoder.decode(row.sessions)) for row in db.execute(query)]


def add_openings(db: Connection, log: str, found: Iterable[Opening]) -> None:
    if rows := [{"log": log, "seq": one.seq, "sessions": _text(one.sessions)} for one in found]:
        db.execute(insert(openings), rows)


def _text(sessions: tuple[Session, ...]) -> str:
    return msgspec.json.encode(sessions).decode()


def session_names(db: Connection, language: str) -> dict[str, str]:
    """What every session of any calendar is called in this language, by the name it is counted under."""
    said = db.execute(select(openings.c.sessions).distinct()).scalars()
    return {one.title: one.name.in_language(language) for text in said for one in _decoder.decode(text)}
