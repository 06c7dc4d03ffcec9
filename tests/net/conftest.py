"""A wire for each test, a backlog for each size, and a table of what became of it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from tests.net.town import Town, build_backlog
from tests.net.wire import Wire, laid

COLUMNS = ("network", "entries", "seconds", "requests", "bytes", "memory", "sentence", "lost", "twice")


@pytest.fixture
def wire() -> Iterator[Wire]:
    if os.geteuid() != 0 or not Path("/dev/net/tun").exists():
        pytest.fail("network namespaces need root and /dev/net/tun: sudo ./setup.sh test net")
    with laid() as wire:
        yield wire


@pytest.fixture(scope="session")
def backlog(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """A kiosk's folder with so many entries; made once, copied for each test, for every test has its own ward."""
    made: dict[int, Path] = {}

    def of(entries: int) -> Path:
        if entries not in made:
            made[entries] = tmp_path_factory.mktemp("backlog")
            build_backlog(made[entries], entries)
        return made[entries]

    return of


@pytest.fixture
def new_town(tmp_path: Path, wire: Wire, backlog: Callable[[int], Path]) -> Iterator[Callable[..., Town]]:
    made: list[Town] = []

    def make(entries: int, **more: Any) -> Town:
        made.append(Town(tmp_path, backlog(entries), wire, **more))
        return made[0]

    yield make
    for town in made:
        town.stop_ward(kill=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    rows = [dict(report.user_properties) for report in reports if report.when == "call"]
    if not (rows := [row for row in rows if "network" in row]):
        return
    table = Table(*COLUMNS, title="networks as they are")
    for row in rows:
        table.add_row(*(str(row[column]) for column in COLUMNS))
    Console(width=200).print(table)
