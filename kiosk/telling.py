"""What an entry says, in one line for a person; and the same entry without its ratings."""

from collections.abc import Callable
from typing import Any

from kiosk.calendar import local
from kiosk.entry import canonical
from kiosk.sayings import _

HIDDEN = "•"
DAY = 24 * 60 * 60  # s
KINDS = ("start", "vote", "answer", "trial", "clock", "fault", "staff", "seal", "stop")


def without_ratings(value: Any) -> Any:
    """The same without any `rating`, however deep: a stuck button names the vote that went before it."""
    if isinstance(value, dict):
        return {key: without_ratings(inner) for key, inner in value.items() if key != "rating"}
    return [without_ratings(inner) for inner in value] if isinstance(value, list) else value


def when(entry: dict[str, Any]) -> str:
    """Local time as the kiosk believed it, and how far to believe it."""
    clocks = {"synced": _("synced"), "rtc": _("clock battery"), "unsynced": _("time uncertain")}
    try:
        at = f"{local(entry['wall']):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, ValueError, OSError):
        at = str(entry["wall"])
    return f"{at} {clocks.get(entry['clock'], entry['clock'])}"


def kind_name(kind: str) -> str:
    names = {
        "start": _("start"), "vote": _("vote"), "answer": _("answer"), "trial": _("trial"), "clock": _("clock"),
        "fault": _("fault"), "staff": _("staff"), "seal": _("seal"), "stop": _("stop"),
    }  # fmt: skip
    return names.get(kind, kind)


def tell(entry: dict[str, Any]) -> str:
    """What it says. A body of a later version, or one that lacks something, is shown as it stands."""
    sentence = SENTENCES.get(entry["kind"])
    body = entry["body"]
    try:
        return sentence(body) if sentence else canonical(body)
    except (KeyError, TypeError, AttributeError):
        return canonical(body)


def _start(body: dict[str, Any]) -> str:
    before = {
        "first": _("the first start"),
        "stop": _("an orderly end"),
        "restart": _("an orderly end, asked for by 'kiosk restart'"),
        "staff": _("a restart by a technician"),
        "watchdog": _("ended by the watchdog: the screen or the booth hung"),
        "memory": _("ended by the system: no memory left"),
        "killed": _("ended by force"),
        "crash": _("a crash"),
        "power": _("power lost"),
    }
    said = _("version {version}; before: {before}").format(
        version=body["version"], before=before.get(body["ended"], body["ended"])
    )
    said += f" ({body['why']})" if body.get("why") else ""
    if old := body.get("succeeds"):
        said += "; " + _("goes on after entry {seq} of log {log}: {why}").format(
            seq=old["seq"], log=old["log"][:8], why=old["why"]
        )
    return said


def _vote(body: dict[str, Any]) -> str:
    return _("visit {visit}, {question}: {rating} ({via}, {lang})").format(
        visit=body["visit"],
        question=body["question"],
        rating=body.get("rating", HIDDEN),
        via=_via(body["via"]),
        lang=body["lang"],
    )


def _via(via: str) -> str:
    return {"button": _("button"), "touch": _("touch")}.get(via, via)


def _answer(body: dict[str, Any]) -> str:
    chosen = body["counter"] if "counter" in body else ", ".join(body["choices"])
    return _("visit {visit}, {question}: {chosen}").format(
        visit=body["visit"], question=body["question"], chosen=chosen
    )


def _fault(body: dict[str, Any]) -> str:
    match body["fault"]:
        case "not-recorded":
            return _("{n} presses could not be recorded: {why}").format(n=body["presses"], why=body["why"])
        case "stuck":
            return _("{via} {rating} is stuck and ignored").format(
                via=_via(body["via"]), rating=body.get("rating", HIDDEN)
            )
        case "released":
            return _("{via} {rating} is free again").format(via=_via(body["via"]), rating=body.get("rating", HIDDEN))
        case _:
            return canonical(body)


def _staff(body: dict[str, Any]) -> str:
    match body["staff"]:
        case "in":
            return _("a technician is in")
        case "out" if body.get("why") == "time":
            return _("the staff screen ended by itself")
        case "out":
            return _("the technician left")
        case "ratings shown":
            return _("{who} looked at ratings: {why}").format(who=body["who"], why=body["why"])
        case "refused":
            return _("a wrong PIN again; nobody may try for {n} s").format(n=body["pause"])
        case what:
            return _("the technician did: {what}").format(what=what) + _change(body)


def _change(body: dict[str, Any]) -> str:
    """Of what was turned up or down."""
    if "after" not in body:
        return ""
    return f" {body['before']} → {body['after']}" if "before" in body else f" {body['after']}"


def _seal(body: dict[str, Any]) -> str:
    return _("closing of {day}: entry {seq}, {hash}").format(day=body["day"], seq=body["seq"], hash=body["hash"][:16])


def _clock(body: dict[str, Any]) -> str:
    seconds = (body["after"] - body["before"]) / 1000
    if abs(seconds) >= DAY:
        return _("the clock was set by {days:+.1f} days").format(days=seconds / DAY)
    return _("the clock was set by {seconds:+.1f} s").format(seconds=seconds)


def _stop(_body: dict[str, Any]) -> str:
    return _("an orderly end")


SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "start": _start, "vote": _vote, "trial": _vote, "answer": _answer, "fault": _fault, "staff": _staff,
    "seal": _seal, "stop": _stop, "clock": _clock,
}  # fmt: skip
