"""What only this place knows, as a person answers it: from `hailong.toml`, options or questions, into kiosk.toml.

A PIN becomes its hash here; address and code of the ward are not settings and go on to the courier.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from kiosk.mistakes import Mistake, Mistakes
from kiosk.pin import WeakPin, make, matches
from kiosk.sayings import _
from kiosk.settings import Name, Part, Rating, Text

Battery = Literal["none", "ds3231", "built-in"]
ADDRESS = r"^https?://\S+$"
CODE = "^[0-9A-Za-z -]{8,60}$"
RENAMED = {"allow_http": "open_to_eavesdroppers"}


class Answers(Part, frozen=True):
    """`hailong.toml`. Every key may be left out; a name may be one text or one for each language."""

    unit: Name | Text | None = None
    counter: Name | Text | None = None
    hotline: str | None = None
    ward: Annotated[str, msgspec.Meta(pattern=ADDRESS)] | None = None
    code: Annotated[str, msgspec.Meta(pattern=CODE)] | None = None
    open_to_eavesdroppers: bool = False  # plain HTTP to a ward that is not this computer
    pin: str | None = None
    levels: tuple[Rating, ...] | None = None
    pins: dict[str, Any] | None = None  # as `panel` in kiosk.toml
    rotation: Literal[0, 90, 180, 270] | None = None
    clock_battery: Battery | None = None
    kiosk: dict[str, Any] = msgspec.field(default_factory=dict)  # anything else of kiosk.toml, taken over as it stands

    def over(self, other: "Answers") -> "Answers":
        """These answers, and the other's where these say nothing."""
        mine = {
            name: value for name in self.__struct_fields__ if (value := getattr(self, name)) not in (None, False, {})
        }
        return msgspec.structs.replace(other, **mine)

    @property
    def enrolment(self) -> tuple[str, str] | None:
        return (self.ward, self.code) if self.ward and self.code else None


def read_answers(file: Path) -> Answers:
    """Raises `Mistake`, which names a key that is not known and what there is."""
    return decoded(Mistakes(file).read_toml(), file)


def decoded(raw: dict[str, Any], file: Path) -> Answers:
    for old, new in RENAMED.items():
        if old in raw:
            sentence = _("is called {new} now: without TLS everybody on the network can read the votes")
            raise Mistake(file, old, raw[old], sentence.format(new=new))
    return Mistakes(file).decode(raw, Answers)


def check(answers: Answers, file: Path) -> None:
    """What each answer allows but all together do not. Raises `Mistake`."""
    check_pin(answers, file)
    for one, other in (("ward", "code"), ("code", "ward")):
        if getattr(answers, one) and not getattr(answers, other):
            raise Mistake(file, one, getattr(answers, one), _("also needs {key}").format(key=other))


def check_pin(answers: Answers, file: Path) -> None:
    if answers.pin:
        _hash(answers.pin, file)


def lay_over(settings: dict[str, Any], answers: Answers, file: Path) -> dict[str, Any]:
    """The tables of kiosk.toml with these answers in them; everything else as it was."""
    said: dict[str, dict[str, Any]] = {
        "unit": _given(name=_text(answers.unit), counter=_text(answers.counter), hotline=answers.hotline),
        "survey": _given(levels=list(answers.levels) if answers.levels else None),
        "screen": _given(rotation=answers.rotation),
        "staff": _given(pin=_pin(answers.pin, settings, file) if answers.pin else None),
        "clock": _given(battery=answers.clock_battery and answers.clock_battery != "none"),
        "panel": answers.pins or {},
    }
    return merged(merged(settings, answers.kiosk), {name: table for name, table in said.items() if table})


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables key by key, but a text in its languages is one thing."""
    result = dict(below)
    for key, value in above.items():
        under = below.get(key)
        if isinstance(value, dict) and isinstance(under, dict) and "vi" not in value:
            result[key] = merged(under, value)
        else:
            result[key] = value
    return result


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _text(name: str | Text | None) -> dict[str, Any] | None:
    match name:
        case None:
            return None
        case str():
            return {"vi": name, "en": name}
        case Text():
            return {"vi": name.vi, "en": name.en, **({"more": name.more} if name.more else {})}


def _pin(pin: str, settings: dict[str, Any], file: Path) -> str:
    """The same PIN keeps its hash, whose salt would else be another each time."""
    kept = settings.get("staff", {}).get("pin", "")
    return kept if isinstance(kept, str) and matches(pin, kept) else _hash(pin, file)


def _hash(pin: str, file: Path) -> str:
    try:
        return make(pin)
    except WeakPin as error:
        raise Mistake(file, "pin", "…", str(error).rstrip(".")) from error
