"""The terminal in the machine, as somebody beside it sees and handles it."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.vm.agent import BUSY
from tests.vm.installed import KIT
from tests.vm.machine import Machine

UP = 600.0  # s until it shows its screen, under emulation on a busy machine
DATA = "/var/lib/hailong"
STEP = 1.0  # s between two looks into the machine

Entry = dict[str, Any]


class Terminal:
    def __init__(self, machine: Machine) -> None:
        self.machine, self.agent = machine, machine.agent

    def until(self, holds: Callable[[], bool], what: str, patience: float = 180) -> None:
        end = time.monotonic() + BUSY * patience
        while not holds():
            assert time.monotonic() < end, f"{what}: not within {BUSY * patience:.0f} s\n{self.journal()}"
            time.sleep(STEP)

    def wait_until_up(self) -> "Terminal":
        self.until(self.is_up, "the terminal is up", UP)
        self.until(lambda: self.lamps()["status.ready"], "the lamp 'ready' is lit", 60)
        return self

    def is_up(self) -> bool:
        """systemd heard READY: the first frames are on the screen."""
        return self.agent.try_to("systemctl is-active --quiet hailong-kiosk")[0] == 0

    def restart(self) -> None:
        self.agent.run("systemctl restart hailong-kiosk", 300)
        self.wait_until_up()

    def show(self, name: str, unit: str = "hailong-kiosk") -> str:
        return self.agent.run(f"systemctl show --property {name} --value {unit}").strip()

    def lamps(self) -> dict[str, bool]:
        lit: dict[str, bool] = json.loads(self._panel("lamps"))
        return lit

    def press(self, *ratings: int) -> list[Entry]:
        """Each when the panel is ready; what came of it, with the time to the lamp in ms."""
        said = self._panel("press " + " ".join(map(str, ratings)), 60 * len(ratings) + 60)
        return [json.loads(line) for line in said.splitlines()]

    def hold(self, rating: int) -> None:
        self._panel(f"down {rating}")

    def let_go(self, rating: int) -> None:
        self._panel(f"up {rating}")

    def entries(self, kind: str | None = None) -> list[Entry]:
        """All that stands in its logs, oldest log first, each with the `log` that it stands in."""
        told = [json.loads(line) for line in self.agent.run(f"{KIT}/entries.py").splitlines()]
        found = [{**json.loads(one["line"]), "log": one["log"]} for one in told]
        return [entry for entry in found if kind in (None, entry["kind"])]

    def lines(self) -> dict[str, list[str]]:
        """The lines themselves, by log."""
        held: dict[str, list[str]] = {}
        for one in map(json.loads, self.agent.run(f"{KIT}/entries.py").splitlines()):
            held.setdefault(one["log"], []).append(one["line"])
        return held

    def ratings(self) -> list[int]:
        return [entry["body"]["rating"] for entry in self.entries("vote")]

    def verify(self) -> str:
        return self.command("kiosk verify")

    def command(self, words: str) -> str:
        """A command of the terminal, as its user types it."""
        return self.agent.run(f"runuser -u hailong -- /opt/hailong/current/bin/{words}")

    def ask_courier(self, what: str) -> str:
        """What a touch on the staff screen asks of the courier; the id of the request."""
        place = f"for_courier(__import__('pathlib').Path('{DATA}'))"
        words = f"from kiosk.spool import ask, for_courier; print(ask({place}, '{what}'))"
        return self.command(f'python -I -c "{words}"').strip()

    def journal(self, lines: int = 40) -> str:
        words = f"journalctl -b --no-pager -o cat -n {lines} -u hailong-kiosk -u hailong-sync; systemctl --failed"
        return self.agent.try_to(words)[1]

    def set(self, toml: str) -> None:
        """Lay settings over those of the installation, and start again."""
        self.agent.put("/etc/hailong/kiosk.toml", toml)
        self.agent.run("chown root:hailong /etc/hailong/kiosk.toml && chmod 640 /etc/hailong/kiosk.toml")
        self.restart()

    def settings(self) -> str:
        return self.agent.read("/etc/hailong/kiosk.toml").decode()

    def picture(self, file: Path) -> Path:
        return self.machine.screendump(file)

    def _panel(self, words: str, timeout: float = 60) -> str:
        return self.agent.run(f"{KIT}/panel.py {words}", timeout)
