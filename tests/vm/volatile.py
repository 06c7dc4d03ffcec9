"""A disk with a volatile write cache: an NBD server in this process that keeps one ordered log of what reached it.

Writes, flushes and acknowledged votes stand in the order in which they happened, so that the medium after a power cut
at any place of the log can be made (medium.py), and what had been acknowledged by then is known.
"""

import mmap
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

GREETING = b"NBDMAGICIHAVEOPT"
REQUEST, REPLY, OPTION_REPLY = 0x25609513, 0x67446698, 0x3E889045565A9
HAS_FLAGS, SEND_FLUSH, SEND_FUA = 1, 4, 8
NO_ZEROES = 2
EXPORT_NAME, ABORT, INFO, GO = 1, 2, 6, 7
ACK, INFORMATION, UNSUPPORTED = 1, 3, 0x80000001
READ, WRITE, DISCONNECT, FLUSH = 0, 1, 2, 3


class What(Enum):
    WRITE = "write"
    DURABLE = "durable write"  # FUA: on the medium when it is answered
    FLUSH = "flush"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Event:
    what: What
    at: float  # monotonic, s
    place: int = 0  # bytes from the start of the disk
    data: bytes = b""
    vote: str = ""


class VolatileDisk:
    """Serves `base` to one client; the file stays as it is."""

    def __init__(self, base: Path, path: Path) -> None:
        self.base = base
        self.log: list[Event] = []
        with base.open("rb") as file:
            self._view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(1)
        self._thread = threading.Thread(target=self._serve, daemon=True, name="disk")
        self._thread.start()

    def acknowledged(self, vote: str) -> None:
        self.log.append(Event(What.ACKNOWLEDGED, time.monotonic(), vote=vote))  # append is atomic

    def end(self) -> None:
        """After the client was killed: all that it had sent is in the log."""
        self._thread.join(60)
        assert not self._thread.is_alive()
        self._view.close()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        self._listener.close()
        with client, client.makefile("rb", 1 << 20) as stream:
            try:
                if self._agree(client, stream):
                    self._answer(client, stream)
            except (OSError, struct.error):
                return  # the plug was pulled

    def _agree(self, client: socket.socket, stream: BinaryIO) -> bool:
        """The handshake: any name is this disk."""
        client.sendall(GREETING + struct.pack(">H", 3))
        zeroes = not struct.unpack(">I", stream.read(4))[0] & NO_ZEROES
        about = struct.pack(">QH", len(self._view), HAS_FLAGS | SEND_FLUSH | SEND_FUA)
        while True:
            _, option, size = struct.unpack(">8sII", stream.read(16))
            stream.read(size)

            def reply(kind: int, data: bytes = b"", option: int = option) -> None:
                client.sendall(struct.pack(">QIII", OPTION_REPLY, option, kind, len(data)) + data)

            if option == EXPORT_NAME:
                client.sendall(about + bytes(124 if zeroes else 0))
                return True
            if option in (INFO, GO):
                reply(INFORMATION, struct.pack(">H", 0) + about)
                reply(ACK)
                if option == GO:
                    return True
            elif option == ABORT:
                reply(ACK)
                return False
            else:
                reply(UNSUPPORTED)

    def _answer(self, client: socket.socket, stream: BinaryIO) -> None:
        while len(head := stream.read(28)) == 28:
            _, flags, command, handle, place, size = struct.unpack(">IHHQQI", head)
            if command == DISCONNECT:
                return
            data = b""
            if command == READ:
                data = self._view[place : place + size]
            elif command == WRITE:
                if len(written := stream.read(size)) < size:
                    return  # cut in the middle of a request: it never arrived
                self._view[place : place + size] = written
                self.log.append(Event(What.DURABLE if flags & 1 else What.WRITE, time.monotonic(), place, written))
            elif command == FLUSH:
                self.log.append(Event(What.FLUSH, time.monotonic()))
            client.sendall(struct.pack(">IIQ", REPLY, 0, handle) + data)


def count(log: list[Event], what: What) -> int:
    return sum(event.what is what for event in log)


def keep_acknowledging(stream: BinaryIO, disk: Callable[[str], None]) -> threading.Thread:
    """Read acknowledgements from a port, a line each, until the machine is gone."""

    def read() -> None:
        try:
            for line in stream:
                if line.endswith(b"\n"):
                    disk(line.decode().strip())
        except OSError:
            return

    thread = threading.Thread(target=read, daemon=True, name="acknowledgements")
    thread.start()
    return thread
