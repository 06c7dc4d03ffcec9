"""QEMU's monitor: JSON commands over a socket."""

import json
import socket
from pathlib import Path
from typing import Any

from tests.vm.sockets import connect


class Refused(Exception):
    """The monitor will not do what it was asked."""


class Monitor:
    def __init__(self, path: Path) -> None:
        self._socket: socket.socket = connect(path)
        self._file = self._socket.makefile("rw")
        self._file.readline()  # its greeting
        self("qmp_capabilities")

    def __call__(self, command: str, **arguments: Any) -> Any:
        """What the command returns; events in between are of no interest."""
        self._file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._file.flush()
        while True:
            said = json.loads(self._file.readline())
            if "return" in said:
                return said["return"]
            if "error" in said:
                raise Refused(said["error"]["desc"])

    def close(self) -> None:
        self._file.close()
        self._socket.close()
