"""Every mistake in kiosk.toml is one sentence: file, key, value, what is allowed."""

import re
from pathlib import Path
from unicodedata import normalize

import pytest
from msgspec.inspect import DictType, StructType, Type, VarTupleType, type_info

from kiosk.mistakes import Mistake
from kiosk.settings import Settings, read

MISTAKES = {
    "unknown key": ("[timing]\nnotd = 2", "timing.notd = 2", "noted, late, next, thanks"),
    "unknown table": ("[tming]\nnoted = 2", 'tming = {"noted":2}', "timing"),
    "wrong type": ('[timing]\nnoted = "2.5"', 'timing.noted = "2.5"', "a number from 0.1 to 3600"),
    "out of range": ("[timing]\nnoted = 0", "timing.noted = 0", "a number from 0.1 to 3600"),
    "one of": ('[survey]\norder = "best"', 'survey.order = "best"', '"best-first" or "worst-first"'),
    "in a list": ('[[sessions]]\nname = { vi = "S", en = "M" }\ndays = [0]\nfrom = "07:30"\nto = "11:30"',
                  "sessions[0].days[0] = 0", "from 1 to 7"),
    "missing": ('[[sessions]]\nname = { vi = "S", en = "M" }\nfrom = "07:30"\nto = "11:30"',
                "sessions[0].days is missing", "a list"),
    "no such hour": ('[[sessions]]\nname = { vi = "S", en = "M" }\ndays = [1]\nfrom = "7:30"\nto = "25:00"',
                     'sessions[0].from = "7:30"', "text like"),
    "window upside down": ('[[sessions]]\nname = { vi = "S", en = "M" }\ndays = [1]\nfrom = "11:30"\nto = "07:30"',
                           'sessions[0].to = "07:30"', "later than from = 11:30"),
    "two on one pin": ("[panel.buttons.5]\nline = 6", "panel.buttons.4.line = 6", "panel.buttons.5.line"),
    "lamp on a button's pin": ("[panel.status]\nready = 5", "panel.status.ready = 5", "panel.buttons.5.line"),
    "buzzer on a lamp's pin": ("[panel]\nbuzzer = 12", "panel.buzzer = 12", "panel.buttons.5.lamp"),
    "a pull to the level of a press": ('[panel.buttons.5]\nactive = "high"', 'panel.buttons.5.active = "high"',
                                       'with pull = "up" a press can only be "low"'),
    "a level that the pull keeps": ('[panel.buttons.5]\npull = "down"', 'panel.buttons.5.active = "low"',
                                    'with pull = "down" a press can only be "high"'),
    "no such pull": ('[panel.buttons.5]\npull = "left"', 'panel.buttons.5.pull = "left"', '"down" or "none" or "up"'),
    "a line whose resistor is soldered": ('[panel.buttons.5]\nline = 2\npull = "none"',
                                          'panel.buttons.5.pull = "none"', 'lines 2 and 3 have a pull-up'),
    "no such pin": ("[panel.buttons.5]\nline = 28", "panel.buttons.5.line = 28", "from 0 to 27"),
    "no such rating": ("[panel.buttons.6]\nline = 4\nlamp = 2", "panel.buttons", "from 1 to 5"),
    "a level twice": ("[survey]\nlevels = [5, 5, 1]", "survey.levels = [5,5,1]", "once"),
    "deaf too long": ("[timing]\ndeaf = 20", "timing.deaf = 20", "timing.thanks = 10"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_one_sentence_names_file_key_value_and_what_is_allowed(name: str, tmp_path: Path) -> None:
    text, key_and_value, allowed = MISTAKES[name]
    file = tmp_path / "kiosk.toml"
    file.write_text(text)
    with pytest.raises(Mistake) as caught:
        read(file)
    sentence = str(caught.value)
    assert sentence.startswith(f"{file}: {key_and_value}")
    assert allowed in sentence
    assert "\n" not in sentence


def test_a_file_that_is_not_toml_says_where(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("[timing\n")
    with pytest.raises(Mistake, match=r"is not TOML .*line 1"):
        read(file)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(Mistake, match="cannot be read"):
        read(tmp_path / "none.toml")


def test_an_empty_file_is_the_sample_values(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("")
    assert read(file) == Settings()


def test_one_pin_can_be_changed_alone(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("[panel.buttons.5]\nline = 23\n")
    panel = read(file).panel
    assert (panel.buttons[5].line, panel.buttons[5].lamp) == (23, 12)
    assert panel.buttons[4] == Settings().panel.buttons[4]


README = Path(__file__).parent.parent.parent / "kiosk" / "README.md"


def test_the_readme_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    sample = README.read_text().split("```toml\n")[1].split("```")[0]
    file = tmp_path / "kiosk.toml"
    file.write_text(sample)
    assert read(file) == Settings()
    said = set(re.findall(r"\b[a-z_]+\b", sample))
    assert [key for key in _keys(type_info(Settings)) if key not in said] == []


def _keys(found: Type) -> set[str]:
    match found:
        case StructType():
            return {field.encode_name for field in found.fields}.union(*(_keys(field.type) for field in found.fields))
        case VarTupleType():
            return _keys(found.item_type)
        case DictType():
            return _keys(found.value_type)
        case _:
            return set()


def test_letters_and_accents_written_apart_are_put_together(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(normalize("NFD", '[unit]\nname = { vi = "phường", en = "ward" }\n'))
    assert read(file).unit.name.vi == "phường"
