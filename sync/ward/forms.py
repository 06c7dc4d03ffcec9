"""The feed as JSON, NDJSON or CSV."""

import csv
import io
from enum import StrEnum

import msgspec

from sync.ward.feed import FeedRow, Page


class Form(StrEnum):
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


MEDIA_TYPES = {
    Form.JSON: "application/json",
    Form.NDJSON: "application/x-ndjson",
    Form.CSV: "text/csv; charset=utf-8; header=present",
}
ACCEPTED = {
    "application/json": Form.JSON,
    "application/x-ndjson": Form.NDJSON,
    "application/ndjson": Form.NDJSON,
    "text/csv": Form.CSV,
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def wanted(accept: str) -> Form:
    """The first form in an Accept header that the feed has; JSON where it does not matter."""
    said = (part.partition(";")[0].strip().lower() for part in accept.split(","))
    return next((ACCEPTED[name] for name in said if name in ACCEPTED), Form.JSON)


def write(page: Page, form: Form) -> bytes:
    match form:
        case Form.JSON:
            return msgspec.json.encode(page)
        case Form.NDJSON:
            return b"".join(msgspec.json.encode(row) + b"\n" for row in page.rows)
        case Form.CSV:
            return _csv(page.rows)


def _csv(rows: list[FeedRow]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(FeedRow.__struct_fields__)
    writer.writerows([safe_cell(value) for value in msgspec.structs.astuple(row)] for row in rows)
    return text.getvalue().encode()


def safe_cell(value: object) -> object:
    """A spreadsheet would run a text that begins like a formula."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
