"""What a `start` entry says: the log explains itself, to whoever reads it in ten years with nothing else at hand."""

from typing import Any

from kiosk import __version__
from kiosk.ended import Ended
from kiosk.entry import Stamp, plain
from kiosk.settings import Session, Settings, Text
from kiosk.votelog.archive import Last
from kiosk.votelog.marks import Alive

ASKED_FOR = ("restart", "staff")


def start_body(
    settings: Settings, serial: str | None, ended: str, alive: Alive | None, why: str = ""
) -> dict[str, Any]:
    """`ended` and `why` say how the run before ended, `alive` when it was last known to live."""
    survey = settings.survey
    body = {
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
    return body | ({"why": plain(why)} if why else {})


def how_it_ended(last: Last | None, alive: Alive | None, boot: str, noted: Ended | None) -> tuple[str, str]:
    """How, and if it is known why: `first` (there was none before); `stop`, `restart` (`kiosk restart`) and `staff` (a
    technician restarted the machine) in order; `watchdog` (screen or booth hung), `memory` (the kernel had none left),
    `killed`, `crash`, while the machine went on; `power` (the machine itself went out, or its kernel began anew).
    """
    if last and last.kind == "stop":
        return (last.why if last.why in ASKED_FOR else "stop"), ""
    ran = last or (alive.stamp if alive else None)
    if ran is None:
        return "first", ""
    if noted and noted.boot == ran.boot and noted.mono >= ran.mono:  # else it is about another run
        return noted.how, noted.why
    return ("crash" if ran.boot == boot else "power"), ""


def _text(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en, **text.more}


def _session(session: Session) -> dict[str, Any]:
    return {"name": _text(session.name), "days": list(session.days), "from": session.from_, "to": session.to}


def _stamp(stamp: Stamp) -> dict[str, Any]:
    return {"boot": stamp.boot, "mono": stamp.mono, "wall": stamp.wall, "clock": stamp.clock}
