"""The command `kiosk run` as systemd starts it: a process of its own, off-screen, with a real socket to report to."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from kiosk.votelog.folder import all_folders
from kiosk.votelog.reader import read_slice
from tests.systemd_double import SystemdDouble

KIOSK = Path(sys.executable).with_name("kiosk")
PATIENCE = 60  # s: a busy machine is no failure


class RealTerminal:
    """`code` may spoil something in it before it begins."""

    def __init__(self, folder: Path, data: str = "", code: str = "") -> None:
        self.folder = folder
        self.config = folder / "kiosk.toml"
        self.config.write_text(f'data = "{data or folder / "data"}"\nsessions = []\n')
        (folder / "notify").unlink(missing_ok=True)
        self.systemd = SystemdDouble(folder / "notify")
        own = {name: value for name, value in os.environ.items() if not name.startswith(("SDL_", "KIVY_", "KCFG_"))}
        self.environ = {**own, **self.systemd.environ, "SDL_VIDEODRIVER": "offscreen", "LC_ALL": "C.UTF-8"}
        self.said: list[str] = []
        program = [sys.executable, "-c", code] if code else [KIOSK]
        command = [*program, "run", "--config", self.config, "--simulate"]
        self.process = subprocess.Popen(command, env=self.environ, stderr=subprocess.PIPE, text=True)

    def until(self, state: str) -> None:
        """Until it has told systemd so."""
        end = time.monotonic() + PATIENCE
        while state not in self.said:
            assert time.monotonic() < end, f"never said {state}, but {self.said}"
            assert self.process.poll() is None, self.process.stderr.read() if self.process.stderr else ""
            self.said += self.systemd.heard()
            time.sleep(0.02)  # another process: there is nothing to hand its time to

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [KIOSK, words[0], "--config", self.config, *words[1:]]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, check=False, timeout=PATIENCE)

    def wait(self) -> int:
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
        self.systemd.close()

    def entries(self) -> list[dict[str, Any]]:
        (folder,) = all_folders(self.folder / "data" / "logs")
        return [json.loads(line) for line in read_slice(folder, bytes(folder.key().verify_key), 0, 99, 10**6).lines]
