"""A sheet's figures as one flat table, for CSV and XLSX: numbers are numbers, and every row says what it stands on."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sync.ward.figures import LEVELS, Figures, Span
from sync.ward.forms import safe_cell
from sync.ward.reach import Reach
from sync.ward.sheet import Sheet
from sync.ward.speech import LANGUAGES, Speech, load_speech
from sync.ward.workbook import add_sheet, empty_book, saved

PLACE = ("part", "kiosk", "question", "first", "last")
COUNTED = ("n", *(f"level_{level}" for level in LEVELS), "satisfied", "rate", "low", "high", "index")
REACHED = ("visits", "files", "online", "participation", "able", "open", "coverage", "offline")
COLUMNS = (*PLACE, *COUNTED, *REACHED, "release")
Row = dict[str, Any]


def rows(sheet: Sheet, say: Speech) -> Iterator[Row]:
    """All kiosks together, the weeks before, then kiosk by kiosk; of each its questions, then its participation."""
    for one in sheet.asked:
        yield _row(sheet, say(f"sheet_now_{sheet.kind}"), say("all_kiosks"), one.title, sheet.span, _counted(one.now))
        yield _row(sheet, say("sheet_before"), say("all_kiosks"), one.title, sheet.weeks, _counted(one.before))
    everywhere = _reached(sheet.reach, sheet.offline)
    yield _row(sheet, say("sheet_reach"), say("all_kiosks"), "", sheet.span, everywhere)
    for line in sheet.lines:
        for one, figures in zip(sheet.asked, line.figures, strict=True):
            yield _row(sheet, say("sheet_kiosks"), line.name, one.title, sheet.span, _counted(figures))
        yield _row(sheet, say("sheet_reach"), line.name, "", sheet.span, _reached(line.reach, line.offline))


def _row(sheet: Sheet, part: str, kiosk: str, question: str, span: Span, values: Row) -> Row:
    place = {"part": part, "kiosk": kiosk, "question": question, "first": span.first, "last": span.last}
    return {**place, **values, "release": sheet.then.release}


def _counted(figures: Figures) -> Row:
    """A rate is a number here too where it is of few: n and interval stand beside it."""
    levels = {f"level_{level}": figures.of(level) for level in LEVELS}
    if not figures.n:
        return {"n": 0, **levels, "satisfied": 0}
    low, high = figures.interval
    rates = {"rate": _percent(figures.rate), "low": _percent(low), "high": _percent(high)}
    return {"n": figures.n, **levels, "satisfied": figures.satisfied, **rates, "index": round(figures.index, 1)}


def _reached(reach: Reach, offline: int) -> Row:
    part, cover = reach.participation, reach.coverage
    said: Row = {"online": part.online or None, "offline": offline}
    if part.days:
        said |= {"visits": part.visits, "files": part.files}
        said |= {"participation": _percent(part.share)} if part.share is not None else {}
    if cover.open:
        said |= {"able": cover.able, "open": cover.open}
        said |= {"coverage": _percent(cover.share)} if cover.known else {}
    return said


def _percent(share: float) -> float:
    return round(100 * share, 1)


def heads() -> list[str]:
    """In both languages, whoever opens the file."""
    says = [load_speech(language) for language in LANGUAGES]
    return [" / ".join(_head(say, name) for say in says) for name in COLUMNS]


def _head(say: Speech, name: str) -> str:
    if name == "n":
        return say("sheet_n")
    if name == "index":
        return say("sheet_index")
    return say(name if name.startswith("level_") else f"column_{name}")


def write_csv(sheet: Sheet, say: Speech) -> bytes:
    """With the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads())
    writer.writerows([_plain(row.get(name)) for name in COLUMNS] for row in rows(sheet, say))
    return text.getvalue().encode("utf-8-sig")


def _plain(value: Any) -> Any:
    return "" if value is None else safe_cell(value.isoformat() if isinstance(value, date) else value)


def write_xlsx(sheet: Sheet, say: Speech, sentences: Sequence[str]) -> bytes:
    book = empty_book()
    add_sheet(book, say("sheet_figures"), heads(), [[row.get(name) for name in COLUMNS] for row in rows(sheet, say)])
    moment = say("report_as_of", release=sheet.then.release, moment=say.moment(sheet.made))
    notes = [sheet.ward, title(sheet, say), moment, *sentences, say("sheet_formulae"), say("sheet_day_note")]
    add_sheet(book, say("sheet_readme"), [sheet.ward], [[note] for note in notes[1:]])
    return saved(book, sheet.made)


def title(sheet: Sheet, say: Speech) -> str:
    days = say.days(sheet.span.first, sheet.span.last)
    return say(f"report_{sheet.kind}", days=days, month=sheet.span.first.strftime(say("month_form")))
