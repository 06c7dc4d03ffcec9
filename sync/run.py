"""The process of `kiosk-sync run`: the courier on a thread, the pull server beside it, signals in the middle."""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread

import msgspec

from kiosk import network
from kiosk.settings import Sync
from kiosk.systemd import Systemd
from kiosk.votelog.folder import all_folders
from kiosk.votelog.marks import read_alive
from kiosk.votelog.torn import look_behind
from sync import netlink
from sync.alarm import Alarm
from sync.backoff import Backoff
from sync.clock import Clock
from sync.enrol import OpenRoad, road_opener
from sync.export_desk import ExportDesk, let_go
from sync.home import Home
from sync.outcomes import Outcome, Told
from sync.pinned import Ward
from sync.pull import Puller
from sync.pulse import BeatingRoad, Pulse
from sync.sentences import say
from sync.serve import PullServer
from sync.service import Service, Surroundings
from sync.spool import Counter
from sync.wishes import eject, restart

ENDS = {signal.SIGTERM, signal.SIGINT}
LOOK = 5.0  # s between two looks whether the courier lives
GRACE = 1.0  # s for a round to end by itself; nothing is lost if it doesn't, as nothing is if the power goes


class Fell(Exception):
    """The courier's thread ended by itself: a fault of ours, printed above. systemd starts us again."""


def run(home: Home, settings: Sync, clock: Clock, systemd: Systemd) -> None:
    """Until SIGTERM or SIGINT. A request that hangs is left hanging: its thread ends with the process."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS | {signal.SIGUSR1})  # before any thread, so that all inherit it
    alarm, server, pulse = Alarm(), Server(home, settings, clock), Pulse(time.monotonic)
    look_before_reading(home, clock)

    def tell(told: Told) -> None:
        print(say(told), flush=True)
        systemd.tell("STATUS=" + say(told))

    exports = ExportDesk(home, clock, settings.stick, os.path.ismount, _beside, lambda place: let_go(place, time.sleep))
    counter = Counter(home, alarm, network.seen, restart, exports)
    around = Surroundings(pulse.resting(counter.between_rounds), tell, server.start)
    service = Service(home, settings, clock, _beating(road_opener(clock), pulse), Backoff(random.uniform), around)
    courier = Thread(target=service.run, name="courier", daemon=True)
    courier.start()
    counter.clerk(_complain).start()
    _watch_network(alarm)
    systemd.tell("READY=1")
    _obey_signals(alarm, courier, partial(_feed, systemd, pulse), min(LOOK, (systemd.watchdog or LOOK * 4) / 4))
    systemd.tell("STOPPING=1")


def _beside(job: Callable[[], None]) -> None:
    """In a thread; then the stick is let go, so that whoever pulls it out need not know how to unmount."""

    def then_eject() -> None:
        job()
        eject()

    Thread(target=then_eject, name="stick", daemon=True).start()


def look_before_reading(home: Home, clock: Clock) -> None:
    """After a power cut, if we are up before the terminal: our first read must not cost it the proof of a torn log."""
    for folder in all_folders(home.logs)[-1:]:
        alive = read_alive(folder.alive)
        if alive is None or alive.stamp.boot != clock.now().boot:
            look_behind(folder.database)


def _complain(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _beating(open_road: OpenRoad, pulse: Pulse) -> OpenRoad:
    return lambda address, context: BeatingRoad(open_road(address, context), pulse)


def _feed(systemd: Systemd, pulse: Pulse) -> None:
    if pulse.is_felt():
        systemd.feed()


def _obey_signals(alarm: Alarm, courier: Thread, feed: Callable[[], None], every: float) -> None:
    while courier.is_alive():
        feed()
        heard = signal.sigtimedwait(ENDS | {signal.SIGUSR1}, every)
        if heard and heard.si_signo in ENDS:
            alarm.end()
            courier.join(GRACE)
            return
        if heard:
            alarm.nudge()
    raise Fell


def _watch_network(alarm: Alarm) -> None:
    with suppress(OSError):
        news = netlink.open_news()
        Thread(target=netlink.watch, args=(news, alarm.network_came), name="network", daemon=True).start()


class Server:
    """The pull server of this process, begun anew when the kiosk is enrolled at another ward."""

    def __init__(self, home: Home, settings: Sync, clock: Clock) -> None:
        self._home, self._settings, self._clock = home, settings, clock
        self._server: PullServer | None = None

    def start(self, ward: Ward) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
        self._tell(self._try(ward) if self._settings.serve else None)

    def _try(self, ward: Ward) -> Told | None:
        host, port = self._settings.host, self._settings.port
        try:
            self._server = PullServer(host, port, Puller(self._home, ward, self._clock))
        except OSError as error:
            return Told(Outcome.NO_PORT.name, {"place": f"{host}:{port}", "detail": error.strerror or str(error)})
        self._server.start()
        return None

    def _tell(self, told: Told | None) -> None:
        status = self._home.status()
        if status.pull != told:
            self._home.tell(msgspec.structs.replace(status, pull=told))
