"""A kiosk's logs on a real disk."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.entry import Stamp
from kiosk.votelog.archive import Archive
from kiosk.votelog.log import Place

STAMP = Stamp("3f2c", 1000, 1_790_000_000_000, "synced")


def vote(rating: int = 5, question: str = "procedure") -> Callable[[Place], dict[str, object]]:
    return lambda place: {"visit": place.seq, "question": question, "rating": rating, "lang": "vi", "via": "button"}


@pytest.fixture
def open_archive(tmp_path: Path) -> Callable[..., Archive]:
    """Start the terminal's log in this test's folder, as often as the power comes back."""
    opened: list[Archive] = []

    def start(serial: str | None = "board-1") -> Archive:
        if opened:
            opened[-1].close()
        opened.append(Archive(tmp_path / "logs", serial, lambda archive: {"ended": archive.last and archive.last.kind}))
        opened[-1].begin(STAMP)
        return opened[-1]

    yield start
    if opened:
        opened[-1].close()
