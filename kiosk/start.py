"""What a `start` entry says: the log explains itself, to whoever reads it in ten years with nothing else at hand."""

from typing import Any

from kiosk import __version__
from kiosk.entry import Stamp
from kiosk.settings import Session, Settings, Text
from kiosk.votelog.marks import Alive


def start_body(settings: Settings, serial: str | None, ended: str, alive: Alive | None) -> dict[str, Any]:
    """`ended` says how the run before ended, `alive` when it was last known to live."""
    survey = settings.survey
    return {
        "version": __version__,
        "unit": _text(settings.unit.name),
        "counter": _text(settings.unit.counter),
        "serial": serial,
        "survey": {
            "order": survey.order,
            "levels": list(survey.levels),
            "questions": [{"id": question.id, "text": _text(question.text)} for question in survey.questions],
        },
        "sessions": [_session(session) for session in settings.sessions],
        "ended": ended,
        "alive": _stamp(alive.stamp) if alive else None,
    }


def how_it_ended(last_kind: str | None, alive: Alive | None, boot: str) -> str:
    """`first`, `stop` (orderly), `crash` (the board went on running) or `power`."""
    if last_kind == "stop" or (last_kind is None and alive is None):
        return last_kind or "first"
    return "crash" if alive and alive.stamp.boot == boot else "power"


def _text(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en, **text.more}


def _session(session: Session) -> dict[str, Any]:
    return {"name": _text(session.name), "days": list(session.days), "from": session.from_, "to": session.to}


def _stamp(stamp: Stamp) -> dict[str, Any]:
    return {"boot": stamp.boot, "mono": stamp.mono, "wall": stamp.wall, "clock": stamp.clock}
