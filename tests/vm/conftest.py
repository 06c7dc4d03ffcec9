"""The machines, made once for all tests; and the table of cuts at the end."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vm import image
from tests.vm.cache import home
from tests.vm.image import Image
from tests.vm.ledger import Ledger

_ledger = Ledger()
SHORT = os.environ.get("HAILONG_VM") == "short"


@pytest.fixture(scope="session")
def bare() -> Image:
    """A Debian without the terminal."""
    return image.bare()


@pytest.fixture(scope="session")
def ledger() -> Iterator[Ledger]:
    yield _ledger
    _ledger.write(home() / "cuts.txt")


@pytest.fixture(scope="session")
def short() -> bool:
    """Whether this is the shorter form, `./setup.sh test vm short`."""
    return SHORT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """For sockets, whose paths must be short, and disks, which are sparse."""
    return tmp_path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _ledger.rows:
        terminalreporter.section("power cuts")
        terminalreporter.write_line(_ledger.text())
