"""What `setup.sh install` asks when nobody has answered beforehand. Each answer is checked before the next question."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from kiosk.answers import check_pin, decoded
from kiosk.mistakes import Mistake
from kiosk.sayings import _

KEYBOARD = Path("-")


def as_it_is(answer: str) -> Any:
    return answer


def number(answer: str) -> Any:
    return int(answer) if answer.isdecimal() else answer


def levels(answer: str) -> Any:
    """How many buttons there are; the other panels that are possible are for a file of answers."""
    return {"5": [5, 4, 3, 2, 1], "3": [5, 3, 1]}.get(answer, answer)


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    text: str
    usual: str | None = None  # what an empty answer means; None: an answer is needed
    means: Callable[[str], Any] = as_it_is
    after: str = ""  # asked only if that key was answered
    hidden: bool = False


def questions() -> tuple[Question, ...]:
    return (
        Question("unit", _("Name of the unit, as it shall stand on the screen")),
        Question("counter", _("Name of the counter, for example: Quầy 1")),
        Question("hotline", _("Telephone number for citizens (empty: none)"), ""),
        Question("levels", _("How many buttons: 5 or 3"), "5", levels),
        Question("rotation", _("The screen is turned by 0, 90, 180 or 270 degrees"), "0", number),
        Question("clock_battery", _("Clock battery: none, ds3231, or built-in (Pi 5)"), "none"),
        Question("ward", _("Address of the ward's server (empty: later)"), ""),
        Question("code", _("One-time code that the ward gave"), after="ward"),
        Question("pin", _("Staff PIN, 4 to 12 digits (empty: none)"), "", hidden=True),
    )


def ask_all() -> dict[str, Any]:
    """The answers as they would stand in a file."""
    raw: dict[str, Any] = {}
    for question in questions():
        if not question.after or question.after in raw:
            raw |= _ask(question)
    return raw


def _ask(question: Question) -> dict[str, Any]:
    while True:
        said = click.prompt(question.text, default=question.usual, hide_input=question.hidden,
                            show_default=bool(question.usual), err=True).strip()  # fmt: skip
        answer = {question.key: question.means(said)} if said else {}
        try:
            check_pin(decoded(answer, KEYBOARD), KEYBOARD)
        except Mistake as mistake:
            click.echo(str(mistake), err=True)
        else:
            return answer
