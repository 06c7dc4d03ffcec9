"""systemd hears of a terminal that lives, and of no other."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.systemd import Systemd
from kiosk.watchdog import LOOKS, Watchdog
from tests.kiosk.bench import Bench
from tests.systemd_double import SystemdDouble


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[SystemdDouble]:
    double = SystemdDouble(tmp_path / "notify", watchdog=20)
    yield double
    double.close()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_what_is_told_arrives_in_one_message(systemd: SystemdDouble) -> None:
    Systemd(systemd.environ).tell("READY=1", "STATUS=Đang chạy.")
    assert systemd.heard() == ["READY=1", "STATUS=Đang chạy."]


def test_an_abstract_socket_will_do() -> None:
    double = SystemdDouble(f"\0hailong-test-{os.getpid()}")
    Systemd(double.environ).tell("READY=1")
    assert double.heard() == ["READY=1"]
    double.close()


def test_without_systemd_nothing_is_told_and_no_watchdog_waits() -> None:
    alone = Systemd({"WATCHDOG_USEC": "20000000"})
    alone.tell("READY=1")
    assert alone.watchdog is None


def test_a_socket_that_went_away_does_no_harm(tmp_path: Path) -> None:
    Systemd({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).tell("READY=1")


@pytest.mark.parametrize(
    ("more", "seconds"),
    [({}, 20.0), ({"WATCHDOG_PID": "1"}, None), ({"WATCHDOG_USEC": "0"}, None), ({"WATCHDOG_USEC": "soon"}, None)],
)
def test_the_watchdog_is_for_the_process_that_systemd_named(
    more: dict[str, str], seconds: float | None, systemd: SystemdDouble
) -> None:
    assert Systemd(systemd.environ | more).watchdog == seconds
    assert Systemd(systemd.environ | {"WATCHDOG_PID": str(os.getpid())}).watchdog == 20


def test_a_booth_that_answers_is_fed_at_every_look(systemd: SystemdDouble, bench: Bench) -> None:
    watchdog = Watchdog(Systemd(systemd.environ), bench.booth.ping)
    assert watchdog.every == 20 / LOOKS <= 20 / 2
    thread = threading.Thread(target=bench.booth.run)
    thread.start()
    for _ in range(3):
        watchdog.look()
        assert systemd.heard() == ["WATCHDOG=1"]
        wait_for_the_booth(bench)
    bench.booth.stop()
    thread.join()


def test_a_booth_that_hangs_or_is_dead_is_fed_no_more(systemd: SystemdDouble, bench: Bench) -> None:
    """Nobody runs this booth: what waits for it is never handled."""
    watchdog = Watchdog(Systemd(systemd.environ), bench.booth.ping)
    watchdog.look()
    systemd.heard()
    for _ in range(10):
        watchdog.look()
    assert systemd.heard() == []


def test_a_booth_that_comes_back_is_fed_again(systemd: SystemdDouble, bench: Bench) -> None:
    watchdog = Watchdog(Systemd(systemd.environ), bench.booth.ping)
    for _ in range(3):
        watchdog.look()
    systemd.heard()
    bench.booth.stop()
    bench.booth.run()
    watchdog.look()
    assert systemd.heard() == ["WATCHDOG=1"]


def wait_for_the_booth(bench: Bench) -> None:
    answered = threading.Event()
    bench.booth.ping(answered.set)
    assert answered.wait(20)
