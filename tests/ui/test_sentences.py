"""The catalogues of the screens are compiled, in NFC, and may break only where a reader expects it."""

import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import kiosk.ui
from assets.compile_catalogues import compile_all, compile_one
from assets.words import catalogue, compounds, languages, locale_folder
from kiosk.ui.typeset import NO_BREAK, typeset

LAYOUTS = "".join(file.read_text(encoding="utf-8") for file in Path(kiosk.ui.__file__).parent.glob("*.kv"))


def source(language: str) -> Catalog:
    with (locale_folder() / language / "LC_MESSAGES" / "screens.po").open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("language", languages())
def test_names_to_be_filled_in_are_kept(language: str) -> None:
    for message in source(language):
        assert set(re.findall(r"\{\w+\}", str(message.string))) == set(re.findall(r"\{\w+\}", str(message.id)))


@pytest.mark.parametrize("language", languages())
def test_the_compiled_catalogue_says_it(language: str) -> None:
    compile_all()
    for message in source(language):
        if message.id:
            assert catalogue("screens", language).gettext(message.id) == message.string


def test_the_levels_are_named_as_public_services_name_them() -> None:
    say = catalogue("screens", "vi").gettext
    assert [say(word) for word in ("Very satisfied", "Satisfied", "Neutral", "Dissatisfied", "Very dissatisfied")] == [
        "Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng",
    ]  # fmt: skip


def test_everything_written_is_in_nfc() -> None:
    files = [*locale_folder().glob("*/LC_MESSAGES/*.po"), *locale_folder().glob("*/*.txt")]
    for text in (LAYOUTS, *(file.read_text(encoding="utf-8") for file in files)):
        assert unicodedata.is_normalized("NFC", text)


def test_a_stale_catalogue_is_compiled_again(tmp_path: Path) -> None:
    copy = tmp_path / "screens.po"
    copy.write_bytes((locale_folder() / "vi" / "LC_MESSAGES" / "screens.po").read_bytes())
    assert compile_one(copy).read_bytes()[:4] == b"\xde\x12\x04\x95"
    assert not list(tmp_path.glob("*.[0-9]*"))


def test_compounds_and_numbers_are_not_parted() -> None:
    assert typeset("Không hài lòng") == f"Không hài{NO_BREAK}lòng"
    assert typeset("nóng: 0204 000 000") == f"nóng: 0204{NO_BREAK}000{NO_BREAK}000"
    assert typeset("Quầy 2 · Hộ tịch") == f"Quầy{NO_BREAK}2{NO_BREAK}· Hộ{NO_BREAK}tịch"
    assert typeset(unicodedata.normalize("NFD", "Thái độ")) == f"Thái{NO_BREAK}độ"


def test_compounds_are_listed_once() -> None:
    assert len(set(compounds())) == len(compounds())
    assert all(" " in compound for compound in compounds())
