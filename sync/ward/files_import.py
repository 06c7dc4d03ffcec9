"""Files handled, as a table states them: which cells say what, and which say nothing that can be kept. Pure.

The first row names the columns, in either language and any order: day, counter (the kiosk's name), files at the
counter, files online. An empty cell states nothing; a file with one wrong cell is not kept at all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sync.ward.files_handled import MOST_FILES, Channel, Place
from sync.ward.ranges import read_day
from sync.ward.tabular import Cell, Formula, SentTable, TableRow

EARLIEST = date(2020, 1, 1)
EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of a date that Excel shows as a number
EXCEL_DAYS = range(36_526, 73_051)  # 2000 to 2099
GROUPED = re.compile(r"\d{1,3}([.,  ]\d{3})+", re.ASCII)
NAMES: Mapping[str, tuple[str, ...]] = {
    "day": ("ngày", "ngay", "day", "date"),
    "kiosk": ("quầy", "quay", "kiosk", "máy", "counter name", "counter"),
    "counter": ("hồ sơ tại quầy", "tại quầy", "ho so tai quay", "files at the counter", "at the counter"),
    "online": ("hồ sơ trực tuyến", "trực tuyến", "ho so truc tuyen", "files online", "online"),
}
MOST_ERRORS = 50  # told at once


@dataclass(frozen=True, slots=True)
class Fault:
    """`key` names a sentence (locale: files_<key>); the column as the table calls it, "" for the row."""

    row: int
    column: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stated:
    stated: Mapping[Place, int | None]
    faults: Sequence[Fault]


class _Wrong(ValueError):
    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def read_files(table: SentTable, kiosks: Mapping[str, int], today: date) -> Stated:
    """`kiosks`: those that may be stated, by name."""
    if not table.rows:
        return Stated({}, [Fault(1, "", "empty")])
    head, *rows = table.rows
    columns = _columns(head)
    if missing := [name for name in _needed(kiosks) if name not in columns]:
        return Stated({}, [Fault(head.number, "", {"day": "no_day", "kiosk": "no_kiosk_column"}[missing[0]])])
    if "counter" not in columns and "online" not in columns:
        return Stated({}, [Fault(head.number, "", "no_files")])
    return _Reader(columns, head, kiosks, today).read(rows)


def _needed(kiosks: Mapping[str, int]) -> tuple[str, ...]:
    return ("day",) if len(kiosks) == 1 else ("day", "kiosk")


def _columns(head: TableRow) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(head.cells):
        said = " ".join(str(cell or "").casefold().split())
        for name, known in NAMES.items():
            if said in known:
                found.setdefault(name, place)
    return found


@dataclass(slots=True)
class _Reader:
    columns: Mapping[str, int]
    head: TableRow
    kiosks: Mapping[str, int]
    today: date
    stated: dict[Place, int | None] = field(default_factory=dict)
    rows: dict[tuple[int, date], int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def read(self, rows: Sequence[TableRow]) -> Stated:
        for row in rows:
            if len(self.faults) < MOST_ERRORS:
                self._row(row)
        if not self.stated and not self.faults:
            self.faults.append(Fault(self.head.number, "", "empty"))
        return Stated(self.stated, self.faults)

    def _row(self, row: TableRow) -> None:
        if all(self._cell(row, channel) is None for channel in Channel if channel in self.columns):
            return  # it states nothing: a day of the template that is still to come
        day = self._try(row, "day", lambda cell: read_date(cell, self.today))
        kiosk = self._try(row, "kiosk", self._kiosk) if "kiosk" in self.columns else next(iter(self.kiosks.values()))
        counts = {channel: self._try(row, channel, read_count) for channel in Channel if channel in self.columns}
        if day is None or kiosk is None:
            return
        if (first := self.rows.setdefault((kiosk, day), row.number)) != row.number:
            self.faults.append(Fault(row.number, self._name("day"), "twice", {"row": first}))
            return
        self.stated |= {Place(kiosk, day, channel): n for channel, n in counts.items() if n is not None}

    def _kiosk(self, cell: Cell) -> int:
        if (number := self.kiosks.get(str(cell or ""))) is None:
            raise _Wrong("unknown_kiosk", said=str(cell or "")[:60], known=", ".join(sorted(self.kiosks))[:300])
        return number

    def _try(self, row: TableRow, column: str, read: Any) -> Any:
        cell = self._cell(row, column)
        try:
            if isinstance(cell, Formula):
                raise _Wrong("formula")
            return read(cell)
        except _Wrong as error:
            self.faults.append(Fault(row.number, self._name(column), error.key, error.values))
        return None

    def _cell(self, row: TableRow, column: str) -> Cell:
        place = self.columns[column]
        return row.cells[place] if place < len(row.cells) else None

    def _name(self, column: str) -> str:
        return str(self.head.cells[self.columns[column]])


def read_date(cell: Cell, today: date) -> date:
    day = _as_date(cell)
    if day is None:
        raise _Wrong("no_date", said=str("" if cell is None else cell)[:40])
    if day > today:
        raise _Wrong("future")
    if day < EARLIEST:
        raise _Wrong("long_ago", year=EARLIEST.year)
    return day


def _as_date(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, str):
        return _excel_day(int(cell)) if cell.isascii() and cell.isdecimal() and len(cell) == 5 else _written(cell)
    return _excel_day(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _excel_day(number: float) -> date | None:
    whole = int(number)
    return EXCEL_EPOCH + timedelta(days=whole) if whole == number and whole in EXCEL_DAYS else None


def _written(text: str) -> date | None:
    """2026-11-16, 16/11/2026, 16-11-2026, 16.11.2026; with a time behind it as some programs write it."""
    text = re.sub(r"[ T]00:00(:00(\.0+)?)?$", "", text)
    return read_day(re.sub(r"^(\d\d?)[-.](\d\d?)[-.](\d{4})$", r"\1/\2/\3", text))


def read_count(cell: Cell) -> int | None:
    """None: nothing is stated."""
    if cell is None:
        return None
    count = _whole(cell)
    if count is None:
        raise _Wrong("no_number", said=str(cell)[:40])
    if count < 0:
        raise _Wrong("negative")
    if count > MOST_FILES:
        raise _Wrong("too_many", limit=MOST_FILES)
    return count


def _whole(cell: Cell) -> int | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, str):
        text = re.sub(r"[., \u202f]", "", cell) if GROUPED.fullmatch(cell) else cell
        return int(text) if re.fullmatch(r"-?\d{1,12}", text, re.ASCII) else None
    return int(cell) if isinstance(cell, int | float) and cell == cell // 1 and abs(cell) < 1e12 else None


def wrong_key(text: str) -> str:
    """Of what was typed into a field: the key of the sentence that says what is wrong, or ""."""
    try:
        read_count(text.strip() or None)
    except _Wrong as error:
        return error.key
    return ""
