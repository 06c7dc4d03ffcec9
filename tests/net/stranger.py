"""Who answers at the ward's address in its place: `python -m tests.net.stranger HOST PORT page|login [PEM]`."""

import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE = "<html><head><title>Wi-Fi khách: đăng nhập</title></head><body><form>...</form></body></html>".encode()


class Stranger(BaseHTTPRequestHandler):
    """200 with a page, or 302 to one."""

    status = 200

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        if self.status == 302:
            self.send_header("Location", "http://login.test/welcome")
        self.end_headers()
        self.wfile.write(PAGE)

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Who does not like our certificate hangs up."""


def main(host: str, port: str, shows: str, pem: str | None = None) -> None:
    Stranger.status = 302 if shows == "login" else 200
    server = Server((host, int(port)), Stranger)
    if pem:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print("listening", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
