"""systemd's end of the socket: what a service says of itself."""

import socket
from pathlib import Path


class SystemdDouble:
    """A real datagram socket; `environ` is what systemd would put into the service's environment."""

    def __init__(self, place: Path | str, watchdog: float | None = None) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(place))
        self._socket.setblocking(False)
        self.environ = {"NOTIFY_SOCKET": str(place).replace("\0", "@")}
        if watchdog:
            self.environ["WATCHDOG_USEC"] = str(round(watchdog * 1e6))

    def heard(self) -> list[str]:
        """Every line since the last time."""
        lines: list[str] = []
        while True:
            try:
                lines += self._socket.recv(4096).decode().split("\n")
            except BlockingIOError:
                return lines

    def close(self) -> None:
        self._socket.close()
