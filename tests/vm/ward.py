"""A ward on the host, by its own commands: what the terminal in the machine delivers to."""

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.vm.machine import WARD_AT, WARD_PORT

BIN = Path(sys.executable).parent
URL = f"https://{WARD_AT}:{WARD_PORT}"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Ward:
    """Its data in `folder/ward`: new, or as somebody kept them. `start` and `stop` are its server."""

    def __init__(self, folder: Path, kept: Path | None = None) -> None:
        self.data, self._log = folder / "ward", folder / "ward.log"
        self.port = free_port()
        self._server: subprocess.Popen[bytes] | None = None
        if kept:
            shutil.copytree(kept, self.data)
        else:
            self.call(
                "init", str(self.data), "--name", "phường An Bình", "--release", "immediate", "--address", WARD_AT
            )

    def call(self, *words: str) -> str:
        done = subprocess.run([BIN / "ward", *words], capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done
        return done.stdout.strip()

    def code(self, name: str) -> str:
        return self.call("enrol", "--data", str(self.data), "--name", name, "--plain")

    def start(self) -> "Ward":
        words = [BIN / "ward", "serve", "--data", self.data, "--host", "0.0.0.0", "--port", str(self.port)]
        with self._log.open("wb") as log:
            self._server = subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE, stderr=log)
        assert self._server.stdout
        assert b"https://" in self._server.stdout.readline()
        return self

    def stop(self) -> None:
        if self._server:
            self._server.terminate()
            self._server.wait(60)
            assert self._server.stdout
            self._server.stdout.close()
            self._server = None

    def pull(self, port: int) -> str:
        return self.call("pull", "--data", str(self.data), f"http://127.0.0.1:{port}")

    def lines(self) -> dict[str, list[str]]:
        """What it holds of each log, in order: each entry once, or the table could not hold it."""
        held: dict[str, list[str]] = {}
        with closing(sqlite3.connect(self.data / "ward.sqlite")) as db:
            for log, line in db.execute("select log, line from entries order by log, seq"):
                held.setdefault(log, []).append(line)
        return held

    def votes(self) -> list[int]:
        """The ratings of all votes, by log and place."""
        read = [json.loads(line) for lines in self.lines().values() for line in lines]
        return [entry["body"]["rating"] for entry in read if entry["kind"] == "vote"]

    def dates(self) -> list[tuple[int, int | None, int]]:
        """Rating, true time and its error in ms (None: not known) of each vote, by log and place."""
        with closing(sqlite3.connect(self.data / "ward.sqlite")) as db:
            return db.execute("select rating, at, error from votes order by log, seq").fetchall()

    def check(self) -> None:
        assert "no difference" in self.call("check", "--data", str(self.data)).lower()
