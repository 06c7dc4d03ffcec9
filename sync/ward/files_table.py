"""An empty table of files handled for a week, to be filled in and sent."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sync.ward.figures import Span
from sync.ward.speech import Speech
from sync.ward.workbook import XLSX, add_sheet, empty_book, saved

__all__ = ["XLSX", "template"]
HEADS = ("files_day", "files_kiosk", "files_counter", "files_online")
WORKING_DAYS = 5


def template(kiosks: Mapping[str, int], span: Span, say: Speech) -> bytes:
    days = [span.first + timedelta(days=number) for number in range(WORKING_DAYS)]
    rows = [(say.day(day), name, None, None) for name in kiosks for day in days]
    book = empty_book()
    add_sheet(book, say("files_counter"), [say(head) for head in HEADS], rows)
    return saved(book, datetime(span.first.year, span.first.month, span.first.day, tzinfo=UTC))
