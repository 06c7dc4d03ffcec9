"""kiosk.toml as it is written for a person: what was said, with a comment above each table, and nothing else."""

import json
import re
from collections.abc import Iterator
from typing import Any

from kiosk.sayings import _

BARE = re.compile("[A-Za-z0-9_-]+")


def as_toml(settings: dict[str, Any]) -> str:
    """Two levels as tables of TOML; what lies deeper stands in one line."""
    return "\n".join([*_head(), *_plain(settings), *_tables(settings)]) + "\n"


def answers_as_toml(answers: dict[str, Any]) -> str:
    """What is left of hailong.toml once its secrets are taken out."""
    head = "# " + _("PIN and code have been taken out: the installation has taken them over.")
    return "\n".join([head, *_plain(answers), *_tables(answers)]) + "\n"


def _head() -> Iterator[str]:
    yield "# " + _("The settings of this kiosk. The terminal reads them when it starts.")
    yield "# " + _("What is not said here has its usual value; kiosk/README.md lists every key.")
    yield "# " + _(
        "Look for mistakes: sudo -u hailong kiosk check. Put changes into effect: sudo systemctl restart hailong-*"
    )


def _plain(settings: dict[str, Any]) -> Iterator[str]:
    for key, value in settings.items():
        if not isinstance(value, dict):
            yield f"{_key(key)} = {_value(value)}"


def _tables(settings: dict[str, Any]) -> Iterator[str]:
    for name, table in settings.items():
        if isinstance(table, dict):
            yield ""
            yield from ([f"# {_comments()[name]}"] if name in _comments() else [])
            yield f"[{_key(name)}]"
            yield from (f"{_key(key)} = {_value(value)}" for key, value in table.items())


def _comments() -> dict[str, str]:
    return {
        "unit": _("Who asks, and where: as it stands on the screen, in both languages. An empty hotline is not shown."),
        "survey": _("What is asked. levels: the ratings that have a button, 5 is very satisfied."),
        "timing": _("How long each page stays, in seconds."),
        "screen": _("rotation: 0, 90, 180 or 270 degrees, for a screen that is mounted another way round."),
        "sound": _("volume: 0 to 100."),
        "staff": _("The technician's PIN, as a hash: 'kiosk pin' makes another."),
        "clock": _("battery: whether the board has a clock that goes on without power."),
        "sync": _("The delivery. The ward's address is no setting: 'sudo -u hailong kiosk-sync enrol URL CODE'."),
        "panel": _("Which line (BCM number) is which button and lamp, where it differs from hardware/pins.toml."),
    }


def _value(value: Any) -> str:
    match value:
        case dict():
            return "{ " + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
        case list() if any(isinstance(inner, dict) for inner in value):
            return "[\n" + "".join(f"  {_value(inner)},\n" for inner in value) + "]"
        case list():
            return "[" + ", ".join(_value(inner) for inner in value) + "]"
        case str():
            return _text(value)
        case _:
            return json.dumps(value)  # true, 5 and 0.25 are the same in both


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    """TOML's basic string is JSON's, but for one letter."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
