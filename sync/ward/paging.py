"""Long lists, a page at a time; the address of each page keeps what else was asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

EACH = 50  # rows on a page


@dataclass(frozen=True, slots=True)
class Pager:
    page: int  # 1 for the first
    total: int  # rows in all
    path: str
    query: tuple[tuple[str, str], ...]
    each: int = EACH

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.each))

    @property
    def rows(self) -> slice:
        return slice((self.page - 1) * self.each, self.page * self.each)

    def address(self, page: int) -> str:
        return f"{self.path}?{urlencode([*self.query, ('page', page)])}"


def turn_to(asked: str, total: int, path: str, query: Iterable[tuple[str, str]], each: int = EACH) -> Pager:
    """The page that was asked for; the nearest that there is."""
    kept = tuple((name, value) for name, value in query if name not in ("page", "lang"))
    last = max(1, -(-total // each))
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 1
    return Pager(min(max(number, 1), last), total, path, kept, each)
