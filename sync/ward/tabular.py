"""A small table that a person sends: CSV as office programs write it, or XLSX. Bounded; what it holds is only data."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

MOST_BYTES = 1024 * 1024  # of the file
MOST_UNPACKED = 32 * 1024 * 1024  # of an XLSX, which is a ZIP
MOST_PARTS = 500
MOST_ROWS = 5000
MOST_COLUMNS = 30
LONGEST = 1000  # characters of a cell
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class NoTable(ValueError):
    """`key` names the sentence that says why (locale: table_<key>)."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(f"{key} {values}" if values else key)
        self.key, self.values = key, values


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that another program would work out; nobody here does."""

    text: str


Cell = Any  # str (stripped, NFC), int, float, datetime, date, Formula; None: empty


@dataclass(frozen=True, slots=True)
class TableRow:
    number: int  # as a spreadsheet counts, from 1
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class SentTable:
    rows: Sequence[TableRow]  # those that are not empty
    encoding: str  # "" of an XLSX


def read_table(raw: bytes) -> SentTable:
    if len(raw) > MOST_BYTES:
        raise NoTable("too_large", limit=MOST_BYTES // 1024)
    if raw.startswith(b"PK"):
        return SentTable(_filled(_xlsx(raw)), "")
    if raw.startswith(OLD_EXCEL):
        raise NoTable("old_excel")
    text, encoding = _decoded(raw)
    return SentTable(_filled(_csv(text)), encoding)


def _filled(rows: Iterator[Sequence[Cell]]) -> list[TableRow]:
    found: list[TableRow] = []
    for number, cells in enumerate(rows, 1):
        if number > MOST_ROWS + 1:
            raise NoTable("too_many_rows", limit=MOST_ROWS)
        known = [_clean(cell) for cell in cells[:MOST_COLUMNS]]
        if any(cell is not None for cell in known):
            found.append(TableRow(number, known))
    return found


def _clean(cell: Cell) -> Cell:
    if isinstance(cell, str):
        if len(cell) > LONGEST:
            raise NoTable("long_cell", limit=LONGEST)
        return normalize("NFC", cell.replace("\u00a0", " ")).strip() or None
    return cell


def _decoded(raw: bytes) -> tuple[str, str]:
    """Office programs mark Unicode; without a mark it is UTF-8, or what Vietnamese Windows wrote before."""
    marks = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
    marked = next((name for mark, name in marks if raw.startswith(mark)), None)
    for name in [marked] if marked else ["utf-8", "cp1258"]:
        try:
            return raw.decode(name), name
        except UnicodeDecodeError:
            continue
    raise NoTable("not_text")


def _csv(text: str) -> Iterator[list[str]]:
    if "\0" in text:
        raise NoTable("not_text")
    head = text.partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise NoTable("bad_csv", why=error) from error


def _xlsx(raw: bytes) -> Iterator[list[Cell]]:
    """The first sheet. openpyxl reads through defusedxml: no entity is expanded, nothing is fetched."""
    from openpyxl import load_workbook  # noqa: PLC0415  slow, and few need it

    _check_zip(raw)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size may be wrong
        for row in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS):
            yield [Formula(str(cell.value)) if cell.data_type == "f" else cell.value for cell in row]
    except NoTable:
        raise
    except Exception as error:
        raise NoTable("bad_xlsx") from error


def _check_zip(raw: bytes) -> None:
    """What it unpacks to is known before anything is: zipfile reads no more of a part than its size says."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise NoTable("bad_xlsx") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise NoTable("bomb")
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise NoTable("bad_xlsx")
