"""Every sentence of the code stands in every catalogue, and no catalogue holds a sentence that nobody says."""

from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from assets.words import locale_folder

ROOT = Path(__file__).parent.parent
SOURCES = {"commands": sorted([*ROOT.glob("kiosk/*.py"), *ROOT.glob("kiosk/commands/*.py")])}
LANGUAGES = ["vi", "en"]


def said(domain: str) -> set[str]:
    """The sentences in the source: whatever stands in `_(...)`."""
    found = set()
    for file in SOURCES[domain]:
        found |= {message for _, message, _, _ in extract_from_file("python", file, keywords={"_": None})}
    return found


def catalogue(domain: str, language: str) -> dict[str, str]:
    text = (locale_folder() / language / "LC_MESSAGES" / f"{domain}.po").read_bytes()
    return {str(message.id): str(message.string) for message in read_po(BytesIO(text)) if message.id}


def fields(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(sentence)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", SOURCES)
def test_nothing_is_missing_and_nothing_is_stale(domain: str, language: str) -> None:
    assert set(catalogue(domain, language)) == said(domain)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", ["commands", "delivery", "screens"])
def test_a_translation_fills_in_the_same_things(domain: str, language: str) -> None:
    for sentence, translation in catalogue(domain, language).items():
        assert translation, sentence
        assert fields(translation) <= fields(sentence), sentence
