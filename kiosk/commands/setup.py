"""`kiosk setup`: writes kiosk.toml from answers. `setup.sh install` uses it; it changes nothing else."""

import os
from pathlib import Path
from typing import Any

import click

from kiosk.answers import Answers, check, decoded, lay_over, read_answers
from kiosk.commands.common import Usage
from kiosk.keys import sync_folder
from kiosk.mistakes import SECRET, Mistake, Mistakes
from kiosk.questions import ask_all
from kiosk.sayings import _
from kiosk.settings import DEFAULT_FILE, read
from kiosk.written import answers_as_toml, as_toml

COMMAND_LINE = Path("setup.sh")  # where a mistake in an option is said to be


@click.command("setup", help=_("Write kiosk.toml from answers; setup.sh install uses it."))
@click.option(
    "--answers", "file", type=click.Path(path_type=Path), help=_("Answers written beforehand (hailong.toml).")
)
@click.option(
    "--ask", type=click.Path(path_type=Path, dir_okay=False), help=_("Ask, put the answers into this file, end.")
)
@click.option("--write", type=click.Path(path_type=Path, dir_okay=False), default=DEFAULT_FILE, show_default=True,
              help=_("The settings to write; what they say already stays."))  # fmt: skip
@click.option(
    "--facts", type=click.Path(path_type=Path, dir_okay=False), help=_("Put there what is no setting: ward, code.")
)
@click.option(
    "--put-away",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=_("Write these answers without PIN and code to FILE.taken-over, delete FILE, end."),
    metavar="FILE",
)
@click.option("--unit", help=_("Name of the unit, as on the screen."))
@click.option("--counter", help=_("Name of the counter, as on the screen."))
@click.option("--hotline", help=_("Telephone number shown to citizens."))
@click.option("--ward", help=_("Address of the ward's server."))
@click.option("--code", envvar="HAILONG_CODE", show_envvar=True, help=_("One-time code that the ward gave."))
@click.option(
    "--open-to-eavesdroppers", is_flag=True, help=_("Without TLS: everybody on the network can read the votes.")
)
@click.option("--allow-http", flag_value=True, default=None, hidden=True)  # its name of before, told as a mistake
@click.option("--pin", envvar="HAILONG_PIN", show_envvar=True,
              help=_("Staff PIN, 4 to 12 digits; only its hash is kept."))  # fmt: skip
@click.option("--levels", help=_("Ratings that have a button: 5,4,3,2,1 or 5,3,1."))
@click.option("--pins", help=_("Lines of buttons and lamps by rating: 5=5:12,4=6:16 (BCM numbers)."))
@click.option("--rotation", type=int, help=_("Degrees that the screen is turned: 0, 90, 180, 270."))
@click.option("--clock-battery", help=_("none, ds3231 or built-in (Pi 5)."))
def setup(
    file: Path | None, ask: Path | None, write: Path, facts: Path | None, put_away: Path | None, **said: Any
) -> None:
    try:
        if put_away:
            _put_away(put_away)
            return
        if ask:
            _put(ask, as_toml(ask_all()))
            return
        answers = _from_options(said).over(read_answers(file) if file else Answers())
        check(answers, file or COMMAND_LINE)
        _write_settings(write, answers, file or COMMAND_LINE)
        if facts:
            _put(facts, _facts(answers))
    except Mistake as mistake:
        raise Usage(str(mistake)) from mistake
    except OSError as error:
        raise click.ClickException(
            _("{file}: cannot be written ({why})").format(file=error.filename, why=error.strerror)
        ) from error


def _put_away(file: Path) -> None:
    """What is left is written anew: a secret may stand under a quoted key, over several lines, in a comment."""
    answers = {key: value for key, value in Mistakes(file).read_toml().items() if key not in SECRET}
    _put(file.with_name(file.name + ".taken-over"), answers_as_toml(answers))
    file.unlink()
    sync_folder(file.parent)


def _from_options(said: dict[str, Any]) -> Answers:
    raw = {name: value for name, value in said.items() if value is not None}
    if "levels" in raw:
        raw["levels"] = [_number(level) for level in raw["levels"].split(",")]
    if "pins" in raw:
        raw["pins"] = {"buttons": dict(_button(one) for one in raw["pins"].split(","))}
    return decoded(raw, COMMAND_LINE)


def _number(text: str) -> int | str:
    return int(text) if text.strip().isdecimal() else text


def _button(text: str) -> tuple[str, dict[str, Any]]:
    """`5=5:12` is rating=line:lamp."""
    rating, _equals, lines = text.strip().partition("=")
    line, _colon, lamp = lines.partition(":")
    return rating, {"line": _number(line), "lamp": _number(lamp)}


def _write_settings(file: Path, answers: Answers, said_in: Path) -> None:
    """Whole and checked, or not at all; the file is left alone if nothing in it would change."""
    before = Mistakes(file).read_toml() if file.exists() else None
    _need_a_place(before, answers, said_in)
    after = lay_over(before or {"unit": {"hotline": ""}}, answers, said_in)
    draft = file.with_name(file.name + ".new")
    _put(draft, as_toml(after))
    try:
        read(draft)
    except Mistake as mistake:
        draft.unlink()
        raise Mistake(said_in, mistake.key, mistake.value, mistake.allowed) from mistake
    if before is None or after != before:
        _replace(file, draft)
    else:
        draft.unlink()


def _need_a_place(before: dict[str, Any] | None, answers: Answers, said_in: Path) -> None:
    """A terminal in a ward must not show the sample's name."""
    for key in ("unit", "counter"):
        if before is None and getattr(answers, key) is None:
            raise Mistake(said_in, "", None, _("{key} is missing: --{key} NAME, or in the answers").format(key=key))


def _replace(file: Path, draft: Path) -> None:
    if file.exists():
        keep = file.with_name(file.name + ".before")
        keep.write_bytes(file.read_bytes())
        keep.chmod(0o640)
        owner = file.stat()
        os.chown(draft, owner.st_uid, owner.st_gid)
        draft.chmod(owner.st_mode & 0o777)
    draft.replace(file)
    sync_folder(file.parent)


def _put(file: Path, text: str) -> None:
    """Readable by its owner alone: it may hold a code, or the hash of a PIN."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(handle)


def _facts(answers: Answers) -> str:
    ward, code = answers.enrolment or ("", "")
    readable = "yes" if ward and answers.open_to_eavesdroppers else ""
    facts = {"ward": ward, "code": code, "open_to_eavesdroppers": readable,
             "clock_battery": answers.clock_battery or ""}  # fmt: skip
    return "".join(f"{name}={value}\n" for name, value in facts.items())
