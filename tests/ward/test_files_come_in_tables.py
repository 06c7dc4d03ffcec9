"""A table of files handled: read as office programs write it, refused cell by cell in plain words, never run."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from sync.ward.files_handled import MOST_FILES, Channel, Place
from sync.ward.files_import import Stated, read_files
from sync.ward.speech import LANGUAGES, load_speech
from sync.ward.tabular import MOST_BYTES, MOST_ROWS, MOST_UNPACKED, NoTable, read_table

TODAY = date(2026, 11, 22)
KIOSKS = {"Quầy 1": 1, "Quầy 2": 2}
MONDAY = date(2026, 11, 16)
HEAD = "Ngày;Quầy;Hồ sơ tại quầy;Hồ sơ trực tuyến\n"


def read(raw: bytes | str, kiosks: dict[str, int] = KIOSKS) -> Stated:
    return read_files(read_table(raw.encode() if isinstance(raw, str) else raw), kiosks, TODAY)


def faults(raw: bytes | str) -> list[tuple[int, str, str]]:
    found = read(raw).faults
    for one in found:
        for language in LANGUAGES:
            assert load_speech(language)(f"files_{one.key}", **one.values)  # there is a sentence for it
    return [(one.row, one.column, one.key) for one in found]


def book(*rows: tuple[Any, ...]) -> bytes:
    made, raw = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    made.save(raw)
    return raw.getvalue()


HEADS = ("Ngày", "Quầy", "Hồ sơ tại quầy", "Hồ sơ trực tuyến")
COUNTER, ONLINE = Channel.COUNTER, Channel.ONLINE


@pytest.mark.parametrize(
    "said", ["2026-11-16", "16/11/2026", "16-11-2026", "16.11.2026", "46342", "2026-11-16 00:00:00"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_however_it_was_written(said: str, delimiter: str, encoding: str) -> None:
    text = f"{HEAD}{said};Quầy 1;12;3\n\n{said};Quầy 2;0;\n".replace(";", delimiter)
    found = read(text.encode(encoding))
    assert found.faults == []
    assert found.stated == {Place(1, MONDAY, COUNTER): 12, Place(1, MONDAY, ONLINE): 3, Place(2, MONDAY, COUNTER): 0}


def test_what_vietnamese_windows_wrote_is_read_and_told() -> None:
    from unicodedata import normalize

    text = "Ngay;Quầy;Online\n16/11/2026;Quầy 1;7\n"
    decomposed = "".join(normalize("NFD", letter) if letter == "ầ" else letter for letter in text)
    raw = decomposed.replace("a\u0302\u0300", "â\u0300").encode("cp1258")
    assert read_table(raw).encoding == "cp1258"
    assert read(raw).stated == {Place(1, MONDAY, ONLINE): 7}


def test_a_workbook_is_read_with_dates_as_dates_as_numbers_and_as_text() -> None:
    found = read(book(HEADS, (datetime(2026, 11, 16), "Quầy 1", 12, None), (46343, "Quầy 1", 5.0, 1),
                      ("18/11/2026", "Quầy 2", "1.234", None)))  # fmt: skip
    assert found.faults == []
    assert found.stated == {
        Place(1, MONDAY, COUNTER): 12, Place(1, date(2026, 11, 17), COUNTER): 5,
        Place(1, date(2026, 11, 17), ONLINE): 1, Place(2, date(2026, 11, 18), COUNTER): 1234,
    }  # fmt: skip


def test_columns_stand_in_any_order_and_one_kiosk_needs_no_name() -> None:
    assert read("At the counter,Date\n4,16/11/2026\n", {"Quầy 1": 1}).stated == {Place(1, MONDAY, COUNTER): 4}


@pytest.mark.parametrize(
    ("cells", "column", "key"),
    [
        ("31/02/2026;Quầy 1;1;", "Ngày", "no_date"),
        ("16/11/26;Quầy 1;1;", "Ngày", "no_date"),
        ("11/16/2026;Quầy 1;1;", "Ngày", "no_date"),
        (";Quầy 1;1;", "Ngày", "no_date"),
        ("23/11/2026;Quầy 1;1;", "Ngày", "future"),
        ("01/01/2019;Quầy 1;1;", "Ngày", "long_ago"),
        ("16/11/2026;Quầy 9;1;", "Quầy", "unknown_kiosk"),
        ("16/11/2026;;1;", "Quầy", "unknown_kiosk"),
        ("16/11/2026;Quầy 1;-1;", "Hồ sơ tại quầy", "negative"),
        ("16/11/2026;Quầy 1;1,5;", "Hồ sơ tại quầy", "no_number"),
        ("16/11/2026;Quầy 1;mười;", "Hồ sơ tại quầy", "no_number"),
        ("16/11/2026;Quầy 1;=1+1;", "Hồ sơ tại quầy", "no_number"),
        ("16/11/2026;Quầy 1;1;99999999999", "Hồ sơ trực tuyến", "too_many"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(cells: str, column: str, key: str) -> None:
    assert faults(f"{HEAD}15/11/2026;Quầy 1;1;\n{cells}\n") == [(3, column, key)]


def test_a_day_that_comes_twice_is_named_with_its_first_row() -> None:
    found = read(f"{HEAD}16/11/2026;Quầy 1;1;\n16/11/2026;Quầy 2;1;\n2026-11-16;Quầy 1;1;\n").faults
    assert [(one.row, one.key, one.values) for one in found] == [(4, "twice", {"row": 2})]


def test_a_formula_is_refused_whatever_it_says() -> None:
    assert faults(book(HEADS, (datetime(2026, 11, 16), "Quầy 1", "=1+1", None))) == [(2, HEADS[2], "formula")]


@pytest.mark.parametrize(("raw", "key"), [
    ("", "empty"), ("\n\n", "empty"), (HEAD, "empty"), ("Quầy;Online\nQuầy 1;1", "no_day"),
    ("Ngày;Online\n16/11/2026;1", "no_kiosk_column"), ("Ngày;Quầy\n16/11/2026;Quầy 1", "no_files"),
])  # fmt: skip
def test_a_table_without_what_it_needs_says_what_is_missing(raw: str, key: str) -> None:
    assert [one[2] for one in faults(raw)] == [key]


def no_table(raw: bytes) -> str:
    with pytest.raises(NoTable) as caught:
        read_table(raw)
    for language in LANGUAGES:
        assert load_speech(language)(f"table_{caught.value.key}", **caught.value.values)
    return caught.value.key


def zipped(**parts: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<x/>")
        for name, content in parts.items():
            made.writestr(name, content)
    return raw.getvalue()


def test_what_is_no_table_is_refused_by_name() -> None:
    assert no_table(b"a" * (MOST_BYTES + 1)) == "too_large"
    assert no_table(b"\xd0\xcf\x11\xe0rest") == "old_excel"
    assert no_table(b"PK\x03\x04 and nothing") == "bad_xlsx"
    assert no_table(b"PK" + bytes(100)) == "bad_xlsx"
    assert no_table(zipped(part=b"no workbook")) == "bad_xlsx"
    assert no_table(zipped(bomb=bytes(MOST_UNPACKED + 1))) == "bomb"
    assert no_table(b"a,b\0") == "not_text"
    assert no_table(b'a,b\n"unclosed') == "bad_csv"
    assert no_table(b"\xff\xff\x81\x8d\xd2") == "not_text"
    assert no_table(("x" * 2000).encode()) == "long_cell"
    assert no_table(b"a\n" * (MOST_ROWS + 2)) == "too_many_rows"
    assert no_table(book(*[("a",)] * (MOST_ROWS + 2))) == "too_many_rows"


def test_a_workbook_that_lies_about_its_size_is_not_believed() -> None:
    """What the directory says of a part is all that is read of it."""
    raw = bytearray(zipped(part=bytes(1000)))
    place = raw.rfind(b"PK\x01\x02", 0, raw.rfind(b"part"))
    raw[place + 24 : place + 28] = (10).to_bytes(4, "little")
    assert no_table(bytes(raw)) == "bad_xlsx"


def test_an_entity_in_a_workbook_is_not_expanded() -> None:
    good = zipfile.ZipFile(io.BytesIO(book(HEADS, ("16/11/2026", "Quầy 1", 1, None))))
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as made:
        for part in good.namelist():
            text = good.read(part).decode()
            if part.endswith("sheet1.xml"):
                text = laughs + text.replace("<v>1</v>", "<v>&b;</v>")
            made.writestr(part, text)
    assert no_table(raw.getvalue()) == "bad_xlsx"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(raw: bytes) -> None:
    for start in (b"", HEAD.encode(), b"PK\x03\x04"):
        try:
            read_files(read_table(start + raw), KIOSKS, TODAY)
        except NoTable:
            continue


@given(st.integers(-10, MOST_FILES * 2))
def test_only_counts_that_can_be_are_stated(count: int) -> None:
    found = read(f"{HEAD}16/11/2026;Quầy 1;{count};\n")
    assert bool(found.stated) == (0 <= count <= MOST_FILES)
    assert bool(found.stated) != bool(found.faults)
