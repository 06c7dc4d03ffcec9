"""The installed terminal, booted, enrolled, waiting for a press: kept with its memory, so that a test begins at once.

A test that resumes it finds the same machine and the same ward each time, whatever the tests before did to theirs.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.vm.cache import HERE, made_once
from tests.vm.installed import Installed
from tests.vm.machine import Machine, Parts, overlay_on, raw
from tests.vm.terminal import Terminal
from tests.vm.ward import URL, Ward, free_port

# A visit in a second instead of fifteen, and a courier that does not wait. All else has its usual value.
SETTINGS = """
[timing]
noted = 0.3
thanks = 0.6
deaf = 0.1

[sync]
every = 1.0
heartbeat = 5.0
"""


@dataclass(frozen=True)
class Ready:
    """Where it is kept: the disk and the memory of one moment, and the ward's folder."""

    folder: Path
    installed: Installed

    @property
    def disk(self) -> Path:
        return self.folder / "disk.raw"

    @contextmanager
    def resume(self, into: Path, disk: list[str] | None = None) -> Iterator[tuple[Terminal, Ward]]:
        """On a layer over its disk, or on another one with the same content."""
        ward = Ward(into, self.folder / "ward").start()
        parts = parts_of(self.installed, disk or overlay_on(self.disk, into / "layer.qcow2"), ward)
        try:
            with Machine(parts, into).resume(self.folder / "memory") as machine:
                yield Terminal(machine), ward
        finally:
            ward.stop()


def parts_of(installed: Installed, disk: list[str], ward: Ward) -> Parts:
    return Parts(installed.kernel, installed.initrd, disk, ward_port=ward.port, pull_port=free_port())


def ready(installed: Installed) -> Ready:
    def make(folder: Path) -> None:
        ward = Ward(folder).start()
        subprocess.run(["cp", "--sparse=always", installed.disk, folder / "disk.raw"], check=True)
        try:
            with Machine(parts_of(installed, raw(folder / "disk.raw"), ward), folder).start() as machine:
                make_ready(Terminal(machine).wait_until_up(), ward)
                (folder / "kiosk.toml").write_text(Terminal(machine).settings(), "utf-8")
                machine.keep(folder / "memory")
        finally:
            ward.stop()

    version = subprocess.run(["qemu-system-x86_64", "--version"], capture_output=True, check=True).stdout
    sources = [HERE / name for name in ("machine.py", "ready.py")]
    return Ready(made_once("ready", make, [installed.disk.parent.name, version, *sources]), installed)


def make_ready(terminal: Terminal, ward: Ward) -> None:
    terminal.set(terminal.settings() + SETTINGS)
    enrol(terminal, ward)
    terminal.agent.run("systemctl restart hailong-sync")
    terminal.until(lambda: ":8765" in terminal.agent.run("ss --listening --tcp --numeric"), "the courier serves")
    wait_until_delivered(terminal, ward)


def enrol(terminal: Terminal, ward: Ward) -> None:
    terminal.command(f"kiosk-sync enrol {URL} {ward.code('Quầy 1')}")


def wait_until_delivered(terminal: Terminal, ward: Ward) -> None:
    """Until the ward holds exactly the lines that stand in the terminal's logs."""
    terminal.until(lambda: ward.lines() == terminal.lines(), "every entry is at the ward", 600)
