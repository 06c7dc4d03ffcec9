"""Every outcome is one sentence, in Vietnamese and in English."""

from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import sync
from assets.words import locale_folder
from sync.outcomes import Outcome, Then, Told
from sync.sentences import say

FACTS = {"address", "log", "detail", "status", "seq", "have", "place"}
FACTS |= {"n", "all", "files", "file", "fingerprint", "kiosk"}  # of what is carried
LANGUAGES = ["vi", "en"]


def catalogue(language: str) -> dict[str, str]:
    text = (locale_folder() / language / "LC_MESSAGES" / "delivery.po").read_bytes()
    return {str(message.id): str(message.string) for message in read_po(BytesIO(text)) if message.id}


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_has_its_sentence(outcome: Outcome, language: str) -> None:
    translated = catalogue(language)[outcome.sentence]
    assert fields(translated) <= fields(outcome.sentence) <= FACTS
    said = say(Told(outcome.name, dict.fromkeys(FACTS, "x")), catalogue(language).__getitem__)
    assert said.endswith(".")
    assert "\n" not in said
    assert "{" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_what_the_commands_say_and_nothing_else(language: str) -> None:
    said = {outcome.sentence for outcome in Outcome}
    folder = Path(sync.__file__).parent
    for file in (*folder.glob("*.py"), *(folder / "commands").glob("*.py")):
        said |= {message for _, message, _, _ in extract_from_file("python", file, keywords={"_": None})}
    assert set(catalogue(language)) == said


def test_vietnamese_is_vietnamese() -> None:
    assert [source for source, text in catalogue("vi").items() if source == text] == []


@pytest.mark.parametrize(
    "outcome",
    [it for it in Outcome if it.then.retries and it not in (Outcome.NO_LOG, Outcome.NOT_ENROLLED, Outcome.NO_PORT)],
)
def test_what_is_tried_again_says_so(outcome: Outcome) -> None:
    assert "trying again" in outcome.sentence


@pytest.mark.parametrize("outcome", [it for it in Outcome if it.then is Then.TELL])
def test_what_cannot_be_had_any_more_says_that_the_next_log_goes_on(outcome: Outcome) -> None:
    assert "the next log goes on" in outcome.sentence


def test_a_missing_particular_is_a_question_mark_and_an_unknown_outcome_no_crash() -> None:
    assert "?" in say(Told("NOBODY"), str)
    assert say(Told("FROM_A_LATER_VERSION"), str) == Outcome.UNTRIED.sentence
