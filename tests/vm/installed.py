"""The machine after `setup.sh install` from the bundle, without a network; and the board that the tests give it.

`installed` does it in the running machine, as a person would. `prepared` does it in a chroot on the host, as somebody
who prepares cards on a desk: the same steps without emulation, and nothing has started yet.
"""

import shutil
import subprocess
import tempfile
import time
import tomllib
from pathlib import Path

from tests.vm.agent import Agent
from tests.vm.cache import HERE, ROOT, made_once
from tests.vm.image import Image, make_disk
from tests.vm.machine import Machine, Parts, raw

GUEST = HERE / "guest"
KIT = "/usr/local/lib/vmtest"
PINS = ROOT / "hardware/pins.toml"
CARD = HERE / "build/card.sh"
INSTALL = "/mnt/setup.sh install --bundle /mnt --yes --unit 'UBND phường An Bình' --counter 'Quầy 1'"

KIT_FILES = {
    f"{KIT}/gpio-sim.sh": GUEST / "gpio-sim.sh",
    f"{KIT}/panel.py": GUEST / "panel.py",
    f"{KIT}/touch.py": GUEST / "touch.py",
    f"{KIT}/entries.py": GUEST / "entries.py",
    f"{KIT}/fill.sh": GUEST / "fill.sh",
    f"{KIT}/pins.toml": PINS,
    "/etc/systemd/system/gpio-sim.service": GUEST / "gpio-sim.service",
    "/etc/systemd/system/hailong-kiosk.service.d/pi-revision.conf": GUEST / "pi-revision.conf",
}


class NotInstalled(Exception):
    """`setup.sh install` failed in the machine; what it said."""


class Installed:
    """A disk with the terminal on it, not running; and what `install` said."""

    def __init__(self, folder: Path, image: Image) -> None:
        self.disk, self.said = folder / "disk.raw", (folder / "install.log").read_text("utf-8")
        self.kernel, self.initrd = image.kernel, image.initrd


def installed(image: Image, bundle: Path) -> Installed:
    def make(folder: Path) -> None:
        shutil.copyfile(image.disk, folder / "disk.raw")
        subprocess.run(["fallocate", "--dig-holes", folder / "disk.raw"], check=True)
        with tempfile.TemporaryDirectory(prefix="vm-") as name:
            _install(image, bundle, folder, Path(name))

    parts = [image.folder.name, bundle.parent.name, INSTALL, *KIT_FILES.values()]
    return Installed(made_once("installed", make, parts), image)


def _install(image: Image, bundle: Path, folder: Path, work: Path) -> None:
    stick = as_disk(bundle, work / "bundle.raw")
    more = [
        "-drive",
        f"file={stick},format=raw,if=none,id=bundle,readonly=on",
        "-device",
        "virtio-blk-pci,drive=bundle",
    ]
    parts = Parts(image.kernel, image.initrd, raw(folder / "disk.raw"), more=more)
    with Machine(parts, work).start() as machine:
        put_kit(machine.agent)
        machine.agent.run("mount -o ro /dev/vdb /mnt")
        start = time.monotonic()
        status, said = machine.agent.try_to(INSTALL, 1500)
        (folder / "install.log").write_text(f"{said}\n{time.monotonic() - start:.0f} s\n", "utf-8")
        if status:
            raise NotInstalled(said + machine.agent.try_to("journalctl -b -u hailong-kiosk -n 30 --no-pager")[1])
        machine.off()


def prepared(image: Image, bundle: Path) -> Installed:
    def make(folder: Path) -> None:
        words = ["nice", CARD, image.root, bundle, folder / "root"]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        (folder / "install.log").write_text(done.stdout, "utf-8")
        if done.returncode:
            raise NotInstalled(done.stdout)
        put_kit_into(folder / "root")
        make_disk(folder / "root", folder / "disk.raw")
        shutil.rmtree(folder / "root")

    parts = [image.folder.name, bundle.parent.name, CARD, *KIT_FILES.values()]
    return Installed(made_once("prepared", make, parts), image)


def as_disk(folder: Path, disk: Path) -> Path:
    """A folder as a file system that a machine can mount."""
    subprocess.run(["truncate", "-s", "1G", disk], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-d", folder, disk], check=True)
    return disk


def put_kit(agent: Agent) -> None:
    """The simulated board, before the terminal comes: a Pi has its GPIO lines from the first boot on."""
    for path, (data, mode) in kit().items():
        agent.put(path, data, mode)
    agent.run("systemctl daemon-reload && systemctl enable --now gpio-sim")


def put_kit_into(root: Path) -> None:
    for path, (data, mode) in kit().items():
        file = root / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        file.chmod(mode)
    subprocess.run(["chroot", root, "systemctl", "--quiet", "enable", "gpio-sim"], check=True)


def kit() -> dict[str, tuple[bytes, int]]:
    """Each file of the board by its path, with its mode."""
    files = {path: (file.read_bytes(), 0o755 if file.suffix == ".py" else 0o644) for path, file in KIT_FILES.items()}
    buttons = tomllib.loads(PINS.read_text())["buttons"].values()
    return files | {f"{KIT}/buttons": ("".join(f"{button['line']}\n" for button in buttons).encode(), 0o644)}
