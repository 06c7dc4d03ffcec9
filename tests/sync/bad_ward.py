"""A real HTTP server before an honest ward, which behaves as badly as the script says, and then honestly again."""

import socket
import ssl
import struct
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from sync.post import Answer
from tests.sync.ward_double import WardDouble

Fault = Callable[["Handler"], None]  # what happens instead of, or after, an honest answer


class Handler(BaseHTTPRequestHandler):
    server: "BadWard"
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together

    def do_GET(self) -> None:
        self._act(b"")

    def do_POST(self) -> None:
        self._act(self.rfile.read(int(self.headers["Content-Length"])))

    def _act(self, body: bytes) -> None:
        self.body = body
        self.server.peers.add(self.client_address)
        self.server.requests.append((self.command, self.path, len(body)))
        if self.server.script:
            self.server.script.popleft()(self)
        else:
            self.send(self.honest())

    def honest(self) -> Answer:
        return self.server.ward.answer(self.command, self.path, self.body)

    def send(self, answer: Answer, length: int | None = None) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) if length is None else length))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: Any) -> None:
        pass


class BadWard(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, ward: WardDouble, context: ssl.SSLContext | None = None) -> None:
        self.ward = ward
        self.script: deque[Fault] = deque()
        self.requests: list[tuple[str, str, int]] = []
        self.peers: set[Any] = set()  # one for each connection
        self.hanging, self.over = Event(), Event()
        super().__init__(("127.0.0.1", 0), Handler)
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.scheme = "https" if context else "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: Any) -> None:
        pass


@contextmanager
def serving(server: BadWard) -> Iterator[BadWard]:
    thread = Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


# Faults


def answers(status: int, body: bytes = b"", **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send(Answer(status, body, named))


def hangs(handler: Handler) -> None:
    handler.server.hanging.set()
    handler.server.over.wait(600)
    handler.close_connection = True


def hangs_after_taking(handler: Handler) -> None:
    handler.honest()
    hangs(handler)


def resets(handler: Handler) -> None:
    linger = struct.pack("ii", 1, 0)  # SO_LINGER 0: close() sends RST
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True


def resets_after_taking(handler: Handler) -> None:
    handler.honest()
    resets(handler)


def breaks_off(handler: Handler) -> None:
    """Half of the honest answer."""
    answer = handler.honest()
    handler.send(Answer(200, answer.body[:100]), length=len(answer.body))
    handler.close_connection = True


def speaks_no_http(handler: Handler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    handler.close_connection = True


def changes(change: Callable[[Handler, Answer], Answer]) -> Fault:
    """The ward takes the batch, and another answer arrives."""
    return lambda handler: handler.send(change(handler, handler.honest()))
