"""A ward with a sample year and some odd kiosks, and Debian's Chromium to look at it with; none is downloaded."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from sync.ward.codes import add_kiosk
from sync.ward.sampling import add_samples
from sync.ward.store.engine import writing
from sync.ward.web.serving import open_writer
from tests.ward.conftest import Ward, running
from tests.ward.kiosk_double import KioskDouble

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}


@contextmanager
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program, "Chromium is needed: apt-get install chromium"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@contextmanager
def sample_ward(folder: Path, url: str) -> Iterator[Ward]:
    with running(folder, url) as made:
        with open_writer(made.house) as writer:
            add_samples(made.house, writer, "tests")
        add_odd_kiosks(made)
        yield made


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory, url: str) -> Iterator[Ward]:
    with sample_ward(tmp_path_factory.mktemp("browser") / "ward", url) as made:
        yield made


def add_odd_kiosks(ward: Ward) -> None:
    """One that never came; one with few votes, some of them undated, a stuck button, a full disk, a doubtful clock."""
    with writing(ward.house.engine) as db:
        add_kiosk(db, "Quầy 8", ward.now[0])
    kiosk = KioskDouble(wall=ward.now[0] - 600_000)
    ward.enrol("Quầy 9", kiosk)
    kiosk.start()
    for rating in (5, 4, 1):
        kiosk.visit(rating, 4)
    kiosk.append("fault", {"fault": "stuck", "via": "button", "rating": 3})
    kiosk.boot, kiosk.clock, kiosk.mono = "22222222-2222-4222-8222-222222222222", "unsynced", 10
    kiosk.start()
    kiosk.visit(5, 3)
    ward.send(kiosk, health={"version": "0.1.0", "free": 200_000_000, "wall": 1, "clock": "unsynced"})


@dataclass
class Window:
    """A page, and what went wrong on it."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._watch)

    def open(self, path: str) -> None:
        answer = self.page.goto(self.home + path)
        assert answer is not None
        assert answer.status == 200, answer.text()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):  # a breach of the policy is an error
            self.complaints.append(message.text)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith(self.home):
            self.complaints.append(f"asked for {request.url}")


@contextmanager
def window(browser: Browser, home: str, size: str = "desktop", *, scripts: bool = True) -> Iterator[Window]:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=scripts,
        locale="vi-VN",
        reduced_motion="reduce",
    )
    yield Window(context.new_page(), home)
    context.close()
