"""The tests' end of the agent in the guest (guest/agent.py)."""

import base64
import json
import socket
import time
from pathlib import Path
from typing import Any

from tests.vm.sockets import connect

PIECE = 512 * 1024  # bytes of a file per message
BUSY = 4  # how much slower than ours the time of the emulated machine may go


class Gone(Exception):
    """The machine was switched off while it was asked something."""


class Failed(Exception):
    """A command in the guest ended with a status that was not expected."""


class Agent:
    def __init__(self, path: Path) -> None:
        self._socket: socket.socket = connect(path)
        self._came = b""
        self._asked = 0
        self.boot = ""

    def wait(self, patience: float) -> None:
        """Until the guest is up and says hello."""
        self.boot = ""
        while not self.boot:
            self.boot = self._line(patience).get("hello", "")

    def run(self, words: str, timeout: float = 120) -> str:
        """What the words print. `Failed` if they fail."""
        status, output = self.try_to(words, timeout)
        if status:
            raise Failed(f"{words}: status {status}\n{output}")
        return output

    def try_to(self, words: str, timeout: float = 120) -> tuple[int, str]:
        """`timeout` in the machine's own time."""
        said = self._ask({"run": words, "timeout": timeout}, BUSY * timeout + 30)
        return said["status"], said["output"]

    def put(self, path: str, data: str | bytes, mode: int = 0o644) -> None:
        data = data.encode() if isinstance(data, str) else data
        for at in range(0, max(len(data), 1), PIECE):
            piece = base64.b64encode(data[at : at + PIECE]).decode()
            said = self._ask({"put": path, "data": piece, "append": at > 0, "mode": mode}, 60)
            if said["status"]:
                raise Failed(f"{path}: {said['output']}")

    def read(self, path: str) -> bytes:
        return base64.b64decode(self.run(f"base64 -w0 {path}"))

    def close(self) -> None:
        self._socket.close()

    def _ask(self, request: dict[str, Any], patience: float) -> dict[str, Any]:
        self._asked += 1
        self._socket.settimeout(patience)
        self._socket.sendall((json.dumps({"id": self._asked, **request}) + "\n").encode())
        while (said := self._line(patience)).get("id") != self._asked:
            if "hello" in said:
                raise Gone(f"the machine was restarted during: {request}")
        return said

    def _line(self, patience: float) -> dict[str, Any]:
        end = time.monotonic() + patience
        while b"\n" not in self._came:
            self._socket.settimeout(max(0.01, end - time.monotonic()))
            if not (data := self._socket.recv(1 << 20)):
                raise Gone("the machine was switched off")
            self._came += data
        line, self._came = self._came.split(b"\n", 1)
        said: dict[str, Any] = json.loads(line)
        return said
