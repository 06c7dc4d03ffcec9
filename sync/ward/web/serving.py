"""Running the application under uvicorn: the real port is printed once it accepts, and SIGTERM ends it cleanly."""

import asyncio
import signal
import socket
import sys
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import uvicorn
from litestar import Litestar
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from sync.ward.failure import Failure
from sync.ward.house import House
from sync.ward.release import release
from sync.ward.watching import Watchman
from sync.ward.web.app import build_app
from sync.ward.writer import BUGS, Writer

GRACE = 3  # s for answers that are under way
TICK = 60  # s between looks at what is due for release


class Announced(uvicorn.Server):
    """Says that it accepts connections, when it does."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()


def serve(house: House, listener: socket.socket, announce: Callable[[], None], *, tls: bool) -> None:
    """Serve until SIGTERM or SIGINT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)  # uvicorn raises the signal again when it is done; this unwinds what is around it
    with open_writer(house) as writer:
        app = build_app(house, writer, ticking(writer, TICK, Watchman(house)))
        Announced(_config(app, house.folder, tls=tls), announce).run([listener])


def open_writer(house: House) -> Writer:
    return Writer(house.engine, partial(_release_due, house))


def _release_due(house: House, db: Connection) -> None:
    release(db, house.settings.release, house.settings.zone, house.clock())


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 lets the system choose."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address[:2], family=family, backlog=256)
    except OSError as error:
        raise Failure(
            f"cannot listen on {host} port {port} ({error.strerror}); choose others with --host and --port"
        ) from error
    # asyncio sets it only on sockets made with an explicit protocol; without it every answer waits 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


@asynccontextmanager
async def ticking(writer: Writer, seconds: float, watchman: Watchman) -> AsyncIterator[None]:
    """Every transaction ends by releasing what is due; an empty one now and then does so on quiet days.

    Then the days that have closed are looked at, a kiosk in a transaction, so that no batch waits long for its answer.
    """
    task = asyncio.create_task(_tick(writer, seconds, watchman))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _tick(writer: Writer, seconds: float, watchman: Watchman) -> None:
    while True:
        with suppress(SQLAlchemyError):  # a full disk: the next tick tries again
            await asyncio.wrap_future(writer.submit(lambda _: None))
        while await _look(writer, watchman):
            pass
        await asyncio.sleep(seconds)


async def _look(writer: Writer, watchman: Watchman) -> bool:
    """Whether there may be more to look at."""
    try:
        return await asyncio.wrap_future(writer.submit(watchman.next)) is not None
    except (SQLAlchemyError, *BUGS) as error:
        traceback.print_exception(error)  # one kiosk's days that trip over a bug must not stop the others
        return isinstance(error, BUGS)


def _leave(*_: object) -> None:
    sys.exit(0)


def _config(app: Litestar, folder: Path, *, tls: bool) -> uvicorn.Config:
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE, server_header=False
    )
    if tls:
        config.ssl_certfile, config.ssl_keyfile = str(folder / "server.pem"), str(folder / "server.key")
    return config
