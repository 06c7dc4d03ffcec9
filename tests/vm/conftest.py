"""The machines, made once for all tests; and the table of cuts at the end."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vm import image
from tests.vm import ready as kept
from tests.vm.bundle import bundle as made_bundle
from tests.vm.cache import home
from tests.vm.image import Image
from tests.vm.installed import Installed, installed, prepared
from tests.vm.ledger import Ledger
from tests.vm.ready import Ready
from tests.vm.terminal import Terminal
from tests.vm.ward import Ward

_ledger = Ledger(home() / "cuts.jsonl")
SHORT = os.environ.get("HAILONG_VM") == "short"


@pytest.fixture(scope="session")
def bare() -> Image:
    """A Debian without the terminal."""
    return image.bare()


@pytest.fixture(scope="session")
def bundle(bare: Image) -> Path:
    """What `setup.sh bundle` makes of this checkout."""
    return made_bundle(bare)


@pytest.fixture(scope="session")
def system(bare: Image, bundle: Path) -> Installed:
    """A disk with the terminal on it: installed by the running machine, in the shorter form in a chroot."""
    return prepared(bare, bundle) if SHORT else installed(bare, bundle)


@pytest.fixture(scope="session")
def ready(system: Installed) -> Ready:
    """The terminal booted, enrolled, and waiting for a press."""
    return kept.ready(system)


@pytest.fixture
def resumed(ready: Ready, folder: Path) -> Iterator[tuple[Terminal, Ward]]:
    with ready.resume(folder) as both:
        yield both


@pytest.fixture
def terminal(resumed: tuple[Terminal, Ward]) -> Terminal:
    return resumed[0]


@pytest.fixture
def ward(resumed: tuple[Terminal, Ward]) -> Ward:
    return resumed[1]


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    return _ledger


@pytest.fixture(scope="session")
def short() -> bool:
    """Whether this is the shorter form, `./setup.sh test vm short`."""
    return SHORT


@pytest.fixture
def folder() -> Iterator[Path]:
    """For sockets, whose paths must be short, and for disks, which are too large to be kept as pytest keeps its own."""
    with tempfile.TemporaryDirectory(prefix="vm-") as name:
        yield Path(name)


class Progress:
    """The table of cuts, collected from all processes; and what failed is told at once: the end may be an hour away."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter
        _ledger.begin()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._reporter.write_line(f"\n{report.nodeid}\n{report.longreprtext}")

    def pytest_terminal_summary(self) -> None:
        if _ledger.rows():
            _ledger.write(home() / "cuts.txt")
            self._reporter.section("power cuts")
            self._reporter.write_line(_ledger.text())


@pytest.hookimpl(trylast=True)  # after the reporter, which is a plugin too
def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")  # of pytest-xdist
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and config.option.markexpr == "vm" and not is_worker:
        config.pluginmanager.register(Progress(reporter), "vm-progress")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first, so that two processes end together."""
    items.sort(key=lambda item: ("pulled_plug" not in item.nodeid, "cuts_of_the_system" not in item.nodeid))
