"""A machine in QEMU: a disk, a screen, a network, a panel behind /dev/gpiochip0, and a plug that can be pulled."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.vm.agent import Agent, Gone
from tests.vm.qmp import Monitor

SIZE = (800, 480)  # px, as the 7-inch panel has
WARD_AT = "10.0.2.100"  # the host's ward, as the guest sees it: the only place it can reach
WARD_PORT = 8443
BOOT = 1200.0  # s; a boot takes 45-60 s where nothing else runs


def kvm_usable() -> bool:
    """/dev/kvm alone is no proof: a paravirtual one (module kvm_pvm) accepts the guest and then dies in it."""
    flags = Path("/proc/cpuinfo").read_text().split()
    return (
        os.access("/dev/kvm", os.R_OK | os.W_OK)
        and not Path("/sys/module/kvm_pvm").exists()
        and ("vmx" in flags or "svm" in flags)
    )


def _processor() -> list[str]:
    """Not `-cpu max` under emulation: Kivy crashes in llvmpipe there, every time."""
    if kvm_usable():
        return ["-accel", "kvm", "-cpu", "host", "-smp", "2"]
    return ["-accel", "tcg,thread=single", "-icount", "shift=1,sleep=on", "-cpu", "Nehalem", "-smp", "1"]


@dataclass
class Parts:
    """What a machine is made of."""

    kernel: Path
    initrd: Path
    disk: list[str]  # QEMU's options for block device `disk`
    memory: int = 1024  # MiB
    screen: bool = True
    ward_port: int | None = None  # of the host
    pull_port: int | None = None  # of the host, forwarded to the kiosk's own server
    clock: str = "utc"  # what the clock without a battery says at power-up: also 1970-01-01T00:00:00
    append: str = ""
    more: list[str] = field(default_factory=list)


class Machine:
    """`start` plugs it in; `cut` pulls the plug; `off` asks it to end."""

    def __init__(self, parts: Parts, folder: Path) -> None:
        self.parts, self.folder = parts, folder
        self._talks: list[Monitor | Agent] = []
        folder.mkdir(parents=True, exist_ok=True)

    def start(self, patience: float = BOOT) -> "Machine":
        for old in ("agent", "monitor", "acks"):
            (self.folder / old).unlink(missing_ok=True)
        with (self.folder / "qemu.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )
        try:
            self.monitor = Monitor(self.folder / "monitor")
            self._talks.append(self.monitor)
            self.agent = Agent(self.folder / "agent")
            self._talks.append(self.agent)
            if patience:
                self.agent.wait(patience)
        except BaseException:
            self.cut()
            raise
        return self

    def resume(self, memory: Path) -> "Machine":
        """As it was when `keep` was called, in seconds instead of a boot."""
        self.parts.more += ["-incoming", f"exec:cat {memory}"]
        self.start(patience=0)
        self._wait_for("query-status", lambda said: said["status"] != "inmigrate")
        self.monitor("cont")
        return self

    def keep(self, memory: Path) -> None:
        """Stop, put memory and devices into a file, end. The disk stays as it is at this moment."""
        self.monitor("stop")
        self.monitor("migrate", uri=f"exec:cat > {memory}")
        self._wait_for("query-migrate", lambda said: said["status"] == "completed")
        self.monitor("quit")
        self._process.wait(60)

    def _wait_for(self, question: str, holds: Callable[[Any], bool], patience: float = 600) -> None:
        end = time.monotonic() + patience
        while not holds(self.monitor(question)):
            if time.monotonic() > end:
                raise TimeoutError(question)
            time.sleep(0.1)

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """The plug: QEMU is killed, whatever the guest is doing."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        for talk in self._talks:
            talk.close()

    def off(self, patience: float = 120) -> None:
        with suppress(Gone, TimeoutError):
            self.agent.try_to("systemctl --no-block poweroff", 30)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.cut()
            raise

    def reboot(self) -> None:
        with suppress(Gone):
            self.agent.try_to("systemctl --no-block reboot", 30)
        self.agent.wait(BOOT)

    def screendump(self, png: Path) -> Path:
        png.unlink(missing_ok=True)
        self.monitor("screendump", filename=str(png), format="png")
        for _ in range(250):
            if png.exists() and png.read_bytes()[-8:-4] == b"IEND":
                return png
            time.sleep(0.02)
        raise TimeoutError(f"{png} was not written")

    def network(self, up: bool) -> None:
        self.monitor("set_link", name="lan", up=up)

    def plug_stick(self, image: Path) -> None:
        file = {"driver": "file", "filename": str(image)}
        self.monitor("blockdev-add", driver="raw", file=file, **{"node-name": "stick"})
        self.monitor("device_add", driver="usb-storage", drive="stick", id="stick", removable=True)

    def pull_stick(self) -> None:
        self.monitor("device_del", id="stick")
        for _ in range(500):
            with suppress(Exception):
                self.monitor("blockdev-del", **{"node-name": "stick"})
                return
            time.sleep(0.02)
        raise TimeoutError("the stick could not be pulled")

    def _command(self) -> list[str]:
        parts = self.parts
        return [
            "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-machine", "q35", *_processor(),
            "-m", str(parts.memory), "-display", "none", "-rtc", f"base={parts.clock}",
            "-kernel", str(parts.kernel), "-initrd", str(parts.initrd),
            "-append", f"root=LABEL=root rw console=ttyS0 quiet loglevel=4 {parts.append}".strip(),
            *parts.disk, "-device", "virtio-blk-pci,drive=disk,write-cache=on", "-device", "virtio-rng-pci",
            *self._network(), "-device", "qemu-xhci",
            *(["-device", f"virtio-vga,xres={SIZE[0]},yres={SIZE[1]}"] if parts.screen else []),
            "-device", "virtio-serial-pci", *self._port("agent"), *self._port("acks"),
            "-chardev", "file,id=console,path=console.log,append=on", "-serial", "chardev:console",
            "-qmp", "unix:monitor,server=on,wait=off", *parts.more,
        ]  # fmt: skip

    def _network(self) -> list[str]:
        """No internet: the guest reaches the ward and nothing else, and is reached at its own server alone."""
        words = ["user", "id=lan", "restrict=on"]
        if self.parts.pull_port:
            words.append(f"hostfwd=tcp:127.0.0.1:{self.parts.pull_port}-:8765")
        if self.parts.ward_port:
            words.append(f"guestfwd=tcp:{WARD_AT}:{WARD_PORT}-cmd:socat - TCP:127.0.0.1:{self.parts.ward_port}")
        return ["-netdev", ",".join(words), "-device", "virtio-net-pci,netdev=lan,id=card"]

    def _port(self, name: str) -> list[str]:
        socket = f"socket,id={name},path={name},server=on,wait=off"
        return ["-chardev", socket, "-device", f"virtserialport,chardev={name},name=test.{name}"]


def overlay_on(image: Path, layer: Path) -> list[str]:
    """A disk that begins as `image` and leaves it as it is."""
    make = ["qemu-img", "create", "-q", "-f", "qcow2", "-b", str(image), "-F", "raw", str(layer)]
    subprocess.run(make, check=True)
    return ["-drive", f"file={layer},format=qcow2,if=none,id=disk,cache=unsafe"]


def raw(image: Path) -> list[str]:
    return ["-drive", f"file={image},format=raw,if=none,id=disk,cache=unsafe"]


def network_disk(socket: Path) -> list[str]:
    """A disk that this process serves (volatile.py)."""
    return ["-blockdev", f"driver=nbd,node-name=disk,server.type=unix,server.path={socket}"]
