"""XLSX as it is handed out: numbers are numbers, no text is run as a formula, the same content gives the same bytes."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say
WIDEST = 48  # letters


def add_sheet(book: Workbook, title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(title[:31])
    for number, row in enumerate([head, *rows], 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place)
            _fill(cell, value)
            if number == 1:
                cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    for column in sheet.columns:
        longest = max(len(str(cell.value or "")) for cell in column[1:] or column)
        sheet.column_dimensions[get_column_letter(column[0].column)].width = min(WIDEST, max(12, longest + 2))


def _fill(cell: Any, value: Any) -> None:
    """openpyxl would take a text that begins with `=` for a formula."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def saved(book: Workbook, made: datetime) -> bytes:
    """`made` is said to be when it was written."""
    raw = io.BytesIO()
    book.properties.creator = "Hài Lòng"
    book.properties.created = made.astimezone(UTC).replace(tzinfo=None)
    book.save(raw)
    return _steady(raw.getvalue(), made)


def _steady(raw: bytes, made: datetime) -> bytes:
    """Without the moment at which it happened to be written."""
    stamp = made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as before, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as after:
        for name in sorted(before.namelist()):
            content = before.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            after.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def empty_book() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book
