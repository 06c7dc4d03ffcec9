"""The guides say what the screens say: every sentence between curly quotes stands in a catalogue, word for word."""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from assets.words import locale_folder
from kiosk.answers import check, read_answers
from sync.ward.speech import load_speech
from sync.ward.wilson import wilson

ROOT = Path(__file__).parent.parent
GUIDES = {"hardware/README.md": "en", "hardware/HUONG-DAN.md": "vi", "sync/ward/HUONG-DAN.md": "vi"}


@cache
def sentences(language: str) -> list[str]:
    """All that screens, commands, delivery and the ward's page can say."""
    files = [*(locale_folder() / language / "LC_MESSAGES").glob("*.po")]
    said = [str(message.string) for file in files for message in read_po(BytesIO(file.read_bytes()))]
    return [*said, *load_speech(language).sentences.values()]


def quoted(guide: str) -> Iterator[str]:
    for words in re.findall(r"“([^“”]*)”", (ROOT / guide).read_text("utf-8")):
        if words.strip():
            yield words


def is_said(words: str, language: str) -> bool:
    """As it stands, with fields filled in, or its beginning; “…” stands for anything."""
    given = ".*".join(re.escape(part) for part in words.split("…"))
    for sentence in sentences(language):
        if not re.search(r"\w", re.sub(r"{[^}]*}", "", sentence)):
            continue  # nothing but a field: it would be said by anything
        filled = ".+".join(re.escape(part) for part in re.split(r"{[^}]*}", sentence))
        if re.match(given, sentence) or re.fullmatch(filled, words):
            return True
    return False


@pytest.mark.parametrize("guide", GUIDES)
def test_a_screen_named_in_a_guide_has_the_words_of_the_catalogue(guide: str) -> None:
    found = list(quoted(guide))
    assert len(found) > 10
    assert [words for words in found if not is_said(words, GUIDES[guide])] == []


def test_a_sentence_that_nobody_says_is_found() -> None:
    assert is_said("Gửi ngay", "vi")
    assert is_said("n = 50 phiếu", "vi")
    assert is_said("Không có đường mạng đến …", "vi")
    assert not is_said("Gửi luôn", "vi")
    assert not is_said("Gửi ngay", "en")
    assert not is_said("n = 50 phiếu bầu", "vi")


def test_the_intervals_shown_to_the_official_are_wilsons() -> None:
    say = load_speech("vi")
    rows = re.findall(r"^\| (\d+) / (\d+) \| (.*?) \| (.*?) \|$", (ROOT / "sync/ward/HUONG-DAN.md").read_text(), re.M)
    assert len(rows) > 4
    for good, n, rate, interval in rows:
        assert rate == say.percent(int(good) / int(n))
        assert interval == say.interval(wilson(int(good), int(n)))


def test_the_answers_shown_for_a_card_are_taken(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^```toml\n(unit = .*?)^```", (ROOT / "hardware/HUONG-DAN.md").read_text(), re.M | re.S)
    file = tmp_path / "hailong.toml"
    file.write_text(shown)
    answers = read_answers(file)
    check(answers, file)
    assert answers.enrolment
    assert {answers.clock_battery, answers.pin} == {"ds3231", "258036"}


def test_both_technicians_guides_answer_the_same_symptoms() -> None:
    counts = {}
    for guide, heading in (("hardware/README.md", "## When something"), ("hardware/HUONG-DAN.md", "## Khi có sự cố")):
        text = (ROOT / guide).read_text("utf-8")
        section = text[text.index(heading) :].split("\n## ")[0]
        counts[guide] = len(re.findall(r"^\| (?!-)", section, re.M))
    assert len(set(counts.values())) == 1, counts


@pytest.mark.parametrize("guide", GUIDES)
def test_a_link_to_a_section_of_a_guide_leads_to_its_heading(guide: str) -> None:
    text = (ROOT / guide).read_text("utf-8")
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", text):
        other = ((ROOT / guide).parent / target).resolve() if target else ROOT / guide
        if str(other.relative_to(ROOT)) not in GUIDES:
            continue
        headings = re.findall(r"^#+ (.*)$", other.read_text("utf-8"), re.M)
        assert anchor in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}, anchor
