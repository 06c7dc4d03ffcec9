"""`kiosk-sync serve`: a small HTTP server on the office LAN. Whoever is not the ward learns nothing from it."""

import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import BoundedSemaphore, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from kiosk.entry import MAX_INTEGER
from sync.log_courier import LINES
from sync.pull import Puller, Refused

THREADS = 8  # connections at once; more are closed unanswered
PATIENCE = 10  # s for a request to arrive
A_SECOND = 20.0  # questions answered per second, and as many at once


class Bucket:
    """So many a second, on average."""

    def __init__(self, rate: float, seconds: Callable[[], float]) -> None:
        self._rate, self._seconds, self._lock = rate, seconds, Lock()
        self._left, self._at = rate, seconds()

    def take(self) -> bool:
        with self._lock:
            now = self._seconds()
            self._left, self._at = min(self._rate, self._left + (now - self._at) * self._rate), now
            self._left -= (enough := self._left >= 1)
            return enough


class Handler(BaseHTTPRequestHandler):
    """Checks the signature before it looks at anything else."""

    server: "PullServer"
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    wbufsize = -1  # head and body leave together; apart, Nagle's algorithm would hold the body for 40 ms
    server_version, sys_version = "hailong", ""

    def do_GET(self) -> None:
        if not self.server.bucket.take():
            self._refuse(Refused(429))
            return
        try:
            self._send(200, "application/octet-stream", self._answer())
        except Refused as refused:
            self._refuse(refused)

    def _answer(self) -> bytes:
        question = self.server.puller.question(self.headers.get("Hailong-Request", ""))
        url = urlsplit(self.path)
        match url.path:
            case "/v1/logs":
                return self.server.puller.logs(question)
            case "/v1/batch":
                query = parse_qs(url.query)
                after, limit = _number(query, "after", 0), _number(query, "limit", LINES)
                return self.server.puller.batch(question, query.get("log", [""])[0], after, limit)
        raise Refused(404)

    def _refuse(self, refused: Refused) -> None:
        body = msgspec.json.encode(refused.problem) if refused.problem else b""
        self._send(refused.status, "application/problem+json", body)

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "1")
        if status != 200:
            self.send_header("Connection", "close")  # a stranger must not keep one of our few threads
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: a port scan must not fill the card."""


class PullServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: str, port: int, puller: Puller, seconds: Callable[[], float] = time.monotonic) -> None:
        """Listens from here on. Raises OSError when the address is not ours or is taken."""
        self.puller, self.bucket = puller, Bucket(A_SECOND, seconds)
        self._room = BoundedSemaphore(THREADS)
        super().__init__((host, port), Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> None:
        Thread(target=self.serve_forever, name="serve", daemon=True).start()

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def server_bind(self) -> None:
        """Without HTTPServer's look-up of our own name, which hangs where there is no name service."""
        TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up in the middle is no news; anything else is a fault of ours and goes to the journal."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _number(query: dict[str, list[str]], name: str, default: int) -> int:
    text = query.get(name, [str(default)])[0]
    if not (text.isascii() and text.isdecimal() and len(text) < 17 and int(text) <= MAX_INTEGER):
        raise Refused(400)
    return int(text)
