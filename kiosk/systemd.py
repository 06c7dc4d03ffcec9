"""What this service tells systemd, over the socket that systemd names (sd_notify(3)). Started by a person: nothing."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

PATIENCE = 1.0  # s for systemd to take a message; a service must not hang on its own report


class Systemd:
    """`watchdog` is how long systemd waits for a sign of life before it restarts us, in s; None if it does not.

    `runtime` is the service's own folder under /run, in memory: it outlives a restart of the service.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self.watchdog = _watchdog(environ) if self._address else None
        first = environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
        self.runtime = Path(first) if first else None

    @property
    def listens(self) -> bool:
        """Whether we are a service at all."""
        return bool(self._address)

    def tell(self, *states: str) -> None:
        """`READY=1`, `STATUS=` and a sentence, `STOPPING=1`, ... A message that systemd does not take is lost."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address  # abstract
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.settimeout(PATIENCE)
                out.sendto("\n".join(states).encode(), address)
        except OSError:
            return

    def feed(self) -> None:
        """The sign of life."""
        self.tell("WATCHDOG=1")


def _watchdog(environ: Mapping[str, str]) -> float | None:
    """Only if it is meant for this process: a child inherits the environment, but not the duty."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    microseconds = environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 1e6 if microseconds.isdecimal() and int(microseconds) else None
