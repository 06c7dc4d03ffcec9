"""The settings of a terminal: `kiosk.toml` decoded into frozen types, or one sentence that says what is wrong.

Times are in seconds here, because a person writes them; the booth turns them into ms.
"""

from pathlib import Path
from typing import Annotated, Any, Literal
from unicodedata import normalize

import msgspec

from hardware.pins import Pins, default_pins
from kiosk.mistakes import Mistake, Mistakes
from kiosk.sayings import _
from kiosk.wiring import impossible

DEFAULT_FILE = Path("/etc/hailong/kiosk.toml")

Seconds = Annotated[float, msgspec.Meta(ge=0.1, le=3600)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Identifier = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9-]{0,30}$")]
Time = Annotated[str, msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Rating = Annotated[int, msgspec.Meta(ge=1, le=5)]
Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]  # 1 is Monday


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of kiosk.toml. A key that it does not know is a mistake, never ignored."""


class Text(Part, frozen=True):
    """A sentence in the languages of the place; more languages are more keys of `more`."""

    vi: Name
    en: Name
    more: dict[str, Name] = {}

    def say(self, language: str) -> str:
        return {"vi": self.vi, "en": self.en, **self.more}.get(language, self.vi)


class Unit(Part, frozen=True):
    """Who asks, and where."""

    name: Text = Text(
        vi="Trung tâm Phục vụ hành chính công phường An Bình",
        en="An Bình Ward Public Administration Service Centre",
    )
    counter: Text = Text(
        vi="Quầy 2 · Tư pháp – Hộ tịch · dữ liệu mẫu", en="Counter 2 · Justice and civil status · sample data"
    )
    hotline: str = "0204 000 000"
    suggestion_box: Text | None = Text(
        vi="Hòm thư góp ý đặt tại cửa ra vào", en="The suggestion box is by the entrance"
    )
    mailbox: str = ""  # address of the digital mailbox; shown as a QR after a vote and when idle
    slogans: tuple[Text, ...] = (
        Text(
            vi="Nhanh hơn, tiết kiệm hơn, hợp lý hơn, thân thiện hơn",
            en="Faster, more economical, more reasonable, more friendly",
        ),
    )


class Choice(Part, frozen=True):
    """One answer of a list."""

    id: Identifier
    text: Text


class Reasons(Part, frozen=True):
    """The optional third screen: the same neutral list for everyone, after the votes are safe."""

    shown: bool = False
    text: Text = Text(vi="Điều gì ảnh hưởng nhất?", en="What mattered most?")
    choices: Annotated[tuple[Choice, ...], msgspec.Meta(min_length=2, max_length=6)] = (
        Choice(id="time", text=Text(vi="Thời gian", en="Time")),
        Choice(id="cost", text=Text(vi="Chi phí, đi lại", en="Costs, travel")),
        Choice(id="papers", text=Text(vi="Giấy tờ, thủ tục", en="Papers, procedure")),
        Choice(id="attitude", text=Text(vi="Thái độ phục vụ", en="Attitude of the staff")),
    )


class Question(Part, frozen=True):
    """One question. `pictogram` and `theme` name a drawing and a colour in assets."""

    id: Identifier
    text: Text
    pictogram: Literal["dossier", "desk"]
    theme: Literal["navy", "plum"]


QUESTIONS = (
    Question(
        id="procedure",
        text=Text(
            vi="Ông/Bà hài lòng ở mức nào về việc giải quyết thủ tục?",
            en="How satisfied are you with the handling of your procedure?",
        ),
        pictogram="dossier",
        theme="navy",
    ),
    Question(
        id="attitude",
        text=Text(
            vi="Ông/Bà hài lòng ở mức nào về thái độ phục vụ của cán bộ, công chức?",
            en="How satisfied are you with the attitude of the officials?",
        ),
        pictogram="desk",
        theme="plum",
    ),
)


class Survey(Part, frozen=True):
    """What is asked. `levels` are the ratings offered, on the five-level scale; 5 is very satisfied."""

    order: Literal["best-first", "worst-first"] = "best-first"
    levels: Annotated[tuple[Rating, ...], msgspec.Meta(min_length=3, max_length=5)] = (5, 4, 3, 2, 1)
    questions: Annotated[tuple[Question, ...], msgspec.Meta(min_length=1, max_length=4)] = QUESTIONS
    reasons: Reasons = Reasons()
    counters: Annotated[tuple[Choice, ...], msgspec.Meta(max_length=12)] = ()  # a terminal for several asks which

    @property
    def shown(self) -> tuple[int, ...]:
        """The ratings in the order of the faces on the screen, from the left."""
        return tuple(sorted(self.levels, reverse=self.order == "best-first"))


class Session(Part, frozen=True, rename={"from_": "from"}):
    """When the counter is open, in local time. `days` are 1 (Monday) to 7 (Sunday)."""

    name: Text
    days: Annotated[tuple[Weekday, ...], msgspec.Meta(min_length=1)]
    from_: Time
    to: Time


SESSIONS = (
    Session(name=Text(vi="Buổi sáng", en="Morning"), days=(1, 2, 3, 4, 5), from_="07:30", to="11:30"),
    Session(name=Text(vi="Buổi chiều", en="Afternoon"), days=(1, 2, 3, 4, 5), from_="13:30", to="17:00"),
    Session(name=Text(vi="Chủ nhật vì dân", en="Sunday for the people"), days=(7,), from_="07:30", to="11:00"),
)


class Timing(Part, frozen=True):
    """How long each state lasts, in seconds."""

    noted: Seconds = 2.5  # in which another button corrects
    late: Annotated[float, msgspec.Meta(ge=0, le=3)] = 0.3  # after which another button corrects all the same
    next: Seconds = 15.0  # the next question waits this long
    thanks: Seconds = 10.0
    deaf: Seconds = 1.5  # after the last vote, at the start of what follows
    sorry: Seconds = 6.0
    language: Seconds = 30.0  # a language chosen and then left alone falls back
    quiet: Seconds = 0.3  # cool-down after the last release
    stuck: Seconds = 10.0  # a line held longer is a fault and no longer holds up the others
    choose: Seconds = 15.0  # the third screen, or which counter
    trial: Seconds = 120.0  # without a staff touch


class Screen(Part, frozen=True):
    """How the screen hangs, and what it does when nobody asks it anything."""

    idle: Annotated[float, msgspec.Meta(ge=5, le=3600)] = 60.0  # s without a press until the idle page
    dim: Annotated[float, msgspec.Meta(ge=0.1, le=1)] = 0.35  # brightness outside every session
    rotation: Literal[0, 90, 180, 270] = 0  # degrees, counterclockwise, of the picture and of the touches on it
    touch: Literal["auto", "mtdev", "hidinput", "mouse"] = "auto"  # where touches come from: exactly one


class Sound(Part, frozen=True):
    """Ticks and reading aloud; the same for every rating."""

    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 60
    aloud: bool = True  # the read-aloud button, where there is a voice


class Staff(Part, frozen=True):
    """The technician's door. Without a PIN there is none: `kiosk pin` makes the line to put here."""

    pin: Annotated[str, msgspec.Meta(pattern="^$|^scrypt:")] = ""


class Clock(Part, frozen=True):
    """Whether the board has a clock battery: without one, the time before the first NTP is a guess."""

    battery: bool = False


class Sync(Part, frozen=True):
    """The delivery. The ward's address and key are fixed at enrolment, not here."""

    every: Annotated[float, msgspec.Meta(ge=1, le=86400)] = 60.0  # s, with votes waiting
    heartbeat: Annotated[float, msgspec.Meta(ge=1, le=86400)] = 300.0  # s, an empty batch otherwise
    serve: bool = True  # let the ward pull
    host: str = "0.0.0.0"  # noqa: S104  the office LAN is what serve is for; answers are sealed to the ward
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8765
    stick: Path = Path("/run/hailong/stick")  # where the system mounts one, for the staff screen


class Settings(Part, frozen=True):
    """All of kiosk.toml. Every key may be left out."""

    data: Path = Path("/var/lib/hailong")
    unit: Unit = Unit()
    survey: Survey = Survey()
    sessions: tuple[Session, ...] = SESSIONS
    timing: Timing = Timing()
    screen: Screen = Screen()
    sound: Sound = Sound()
    staff: Staff = Staff()
    clock: Clock = Clock()
    sync: Sync = Sync()
    panel: Pins = msgspec.convert(default_pins(), Pins, str_keys=True)

    @property
    def wiring(self) -> Pins:
        """The panel as it is opened: a button for each of `survey.levels`, whatever else `panel` names."""
        return self.panel.only(self.survey.levels)


def load(file: Path | None) -> Settings:
    """The settings in `file`, else in /etc/hailong/kiosk.toml, else the sample values. Raises `Mistake`."""
    if file is None and not DEFAULT_FILE.exists():
        return Settings()
    return read(file or DEFAULT_FILE)


def read(file: Path) -> Settings:
    mistakes = Mistakes(file)
    raw = {key: value if key == "data" else _in_nfc(value) for key, value in mistakes.read_toml().items()}
    if isinstance(panel := raw.get("panel"), dict):
        raw["panel"] = _laid_over(default_pins(), panel)
    settings = mistakes.decode(raw, Settings)
    if problem := _impossible(settings):
        raise Mistake(file, *problem)
    return settings


def _in_nfc(value: Any) -> Any:
    """Some editors write a letter and its accent apart; the log and the screen hold them together."""
    match value:
        case str():
            return normalize("NFC", value)
        case dict():
            return {_in_nfc(key): _in_nfc(inner) for key, inner in value.items()}
        case list():
            return [_in_nfc(inner) for inner in value]
        case _:
            return value


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; anything else above replaces what is below."""
    merged = dict(below)
    for key, value in above.items():
        under = below.get(key)
        merged[key] = _laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _impossible(settings: Settings) -> tuple[str, object, str] | None:
    """Key, value and what is allowed, for what each part allows but the whole does not."""
    for place, session in enumerate(settings.sessions):
        if session.from_ >= session.to:
            return (
                f"sessions[{place}].to",
                session.to,
                _("must be later than from = {start}").format(start=session.from_),
            )
    levels = settings.survey.levels
    if len(set(levels)) < len(levels):
        return "survey.levels", list(levels), _("each rating may stand once")
    if problem := impossible(settings.panel, levels):
        return problem
    ids = [question.id for question in settings.survey.questions]
    if len(set(ids)) < len(ids):
        return "survey.questions", ids, _("each id may stand once")
    if settings.timing.deaf >= settings.timing.thanks:
        return (
            "timing.deaf",
            settings.timing.deaf,
            _("must be less than timing.thanks = {thanks:g}").format(thanks=settings.timing.thanks),
        )
    return None
