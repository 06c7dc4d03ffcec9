"""What the terminal asks of the courier, because it has no network itself: deliver, tell of the network, restart."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from kiosk.network import Network
from kiosk.spool import Clerk, Request, for_courier, reply
from sync import files
from sync.alarm import Alarm
from sync.export_desk import ExportDesk
from sync.home import Home
from sync.service import Pause


class Surroundings(msgspec.Struct, frozen=True):
    """`sync/network.json`: what the terminal may know of the courier's side. `can` are the requests it serves."""

    network: Network = Network()
    can: tuple[str, ...] = ("deliver", "network", "restart", "export", "trust")


class Counter:
    """Where requests are handed in. A delivery is answered after a round that began when it was already asked for."""

    def __init__(
        self,
        home: Home,
        alarm: Alarm,
        seen: Callable[[], Network],
        restart: Callable[[], str],
        exports: ExportDesk,
    ) -> None:
        self._home, self._alarm, self._seen, self._restart = home, alarm, seen, restart
        self._exports = exports
        self._lock = Lock()
        self._waiting: list[str] = []
        self._in_round: list[str] = []
        self._told: Surroundings | None = None

    @property
    def folder(self) -> Path:
        return for_courier(self._home.data)

    def clerk(self, complain: Callable[[str], None]) -> Clerk:
        serves = {
            "deliver": self._deliver,
            "network": self._network,
            "restart": self._do_restart,
            "export": self._export,
            "trust": self._export,
        }
        return Clerk(self.folder, serves, complain)

    def between_rounds(self, pause: Pause) -> bool:
        """The service's wait: answer whoever waited for this round, then wait. True when it is time to end."""
        self.tell_network()
        for request in self._in_round:
            reply(self.folder, request, {"done": True})
        ended = self._alarm.wait(pause)
        with self._lock:
            self._in_round, self._waiting = self._waiting, []
        return ended

    def tell_network(self) -> dict[str, Any]:
        """Into its file, if it changed: a card wears out, and Wi-Fi never stands still."""
        found = Surroundings(self._seen())
        if self._told is None or _differ(found.network, self._told.network):
            files.write(self._home.folder / "network.json", found)
            self._told = found
        return {"done": True, **msgspec.to_builtins(found)}

    def _deliver(self, request: Request) -> None:
        with self._lock:
            self._waiting.append(request.id)
        self._alarm.nudge()

    def _network(self, _request: Request) -> dict[str, Any]:
        return self.tell_network()

    def _export(self, request: Request) -> None:
        self._exports.take(self.folder, request)

    def _do_restart(self, _request: Request) -> dict[str, Any]:
        why = self._restart()
        return {"done": not why, "why": why}


def _differ(one: Network, other: Network) -> bool:
    levels = [found.wifi.dbm // 5 if found.wifi else None for found in (one, other)]
    return one.addresses != other.addresses or levels[0] != levels[1]
