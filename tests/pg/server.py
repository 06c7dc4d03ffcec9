"""A PostgreSQL server of our own: made in a folder, started, stopped, with a database for whoever asks.

    with serving(folder) as server:
        url = server.new_database(like="template")

It runs as another user where we are root, as PostgreSQL insists.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

PORT = 5432  # of the socket's name only: nothing listens on the network
USER = "ward"


@dataclass
class Server:
    sockets: Path
    bin: Path
    data: Path

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self.sockets}"

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            db.execute(statement.encode())

    def new_database(self, like: str = "template1", name: str | None = None) -> str:
        name = name or f"ward_{next(_numbers)}_{os.getpid()}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {like}")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        name = url.partition("@/")[2].partition("?")[0]
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self, how: str = "fast") -> None:
        _as_server(self.bin / "pg_ctl", "-D", self.data, "-m", how, "-w", "stop")

    def start(self, *options: str) -> None:
        said = " ".join([f"-k {self.sockets} -p {PORT} -c listen_addresses= -c max_connections=200", *options])
        _as_server(self.bin / "pg_ctl", "-D", self.data, "-l", self.data.parent / "log", "-o", said, "-w", "start")


_numbers = count(1)


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    """`options`: of the server, such as "-c fsync=off" where nothing is pulled."""
    server = Server(folder / "s", _programs(), folder / "data")
    server.sockets.mkdir(parents=True)
    if os.geteuid() == 0:
        _let_through(folder)
        shutil.chown(folder, "postgres")
        shutil.chown(server.sockets, "postgres")
    _as_server(server.bin / "initdb", "-D", server.data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    server.start(*options)
    try:
        yield server
    finally:
        server.stop("immediate")


def _let_through(folder: Path) -> None:
    """Temporary folders are for one user only."""
    for parent in folder.parents:
        if parent.stat().st_mode & 0o001 == 0:
            parent.chmod(parent.stat().st_mode | 0o011)


def _programs() -> Path:
    """Debian keeps them out of the way, one folder for each version."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return versions[-1]


def _as_server(*command: object) -> None:
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          cwd="/", check=False, **user)  # type: ignore[call-overload]  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
