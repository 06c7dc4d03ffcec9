"""Every sentence of the code stands in every catalogue, and no catalogue holds a sentence that nobody says."""

import ast
import re
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from assets.words import locale_folder
from tests.layouts import extract_kv

ROOT = Path(__file__).parent.parent
UI = ROOT / "kiosk/ui"
SOURCES = {
    "commands": [file for file in sorted(ROOT.glob("kiosk/**/*.py")) if UI not in file.parents],
    "drawing": sorted(ROOT.glob("hardware/drawing/*.py")),
    "screens": sorted([*ROOT.glob("kiosk/*.py"), *UI.rglob("*.py"), *UI.rglob("*.kv")]),
}
KEYWORDS = {"commands": {"_": None}, "drawing": {"say": None}, "screens": {"say": None, "say_in": ((2,))}}
LANGUAGES = ["vi", "en"]
QUOTED = re.compile(r'"((?:[^"\\]|\\.)+)"')


def said(domain: str) -> set[str]:
    """The sentences that the source says: what stands in `_(...)`, for the screens in `say(...)`."""
    found = set()
    for file in SOURCES[domain]:
        method = extract_kv if file.suffix == ".kv" else "python"
        with file.open("rb") as source:
            found |= {str(message) for _, message, _, _ in extract(method, source, KEYWORDS[domain])}
    return found


def written(domain: str) -> set[str]:
    """Every string of the source: a screen may be given its sentence by a name, as a notice is."""
    found = set()
    for file in SOURCES[domain]:
        text = file.read_text("utf-8")
        if file.suffix == ".kv":
            found |= set(QUOTED.findall(text))
        else:
            found |= {str(node.value) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    return found


def catalogue(domain: str, language: str) -> dict[str, str]:
    text = (locale_folder() / language / "LC_MESSAGES" / f"{domain}.po").read_bytes()
    return {str(message.id): str(message.string) for message in read_po(BytesIO(text)) if message.id}


def fields(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(sentence)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", SOURCES)
def test_nothing_is_missing(domain: str, language: str) -> None:
    assert said(domain) - set(catalogue(domain, language)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", SOURCES)
def test_nothing_is_stale(domain: str, language: str) -> None:
    in_source = said(domain) if domain != "screens" else said(domain) | written(domain)
    assert set(catalogue(domain, language)) - in_source == set()


@pytest.mark.parametrize("domain", SOURCES)
def test_every_language_says_the_same(domain: str) -> None:
    assert len({frozenset(catalogue(domain, language)) for language in LANGUAGES}) == 1


def test_layouts_and_code_are_both_read() -> None:
    assert {"Thank you!", "English", "Very satisfied", "Next session: {day} {date}, {time}"} <= said("screens")
    found = list(
        extract_kv(BytesIO(b'<A>:\n    x: app.say("One") + app.say_in(self.code, "Two")\n'), ["say", "say_in"], [], {})
    )
    assert [(line, function) for line, function, _, _ in found] == [(2, "say"), (2, "say_in")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", ["commands", "delivery", "drawing", "screens"])
def test_a_translation_fills_in_the_same_things(domain: str, language: str) -> None:
    for sentence, translation in catalogue(domain, language).items():
        assert translation, sentence
        assert fields(translation) <= fields(sentence), sentence
