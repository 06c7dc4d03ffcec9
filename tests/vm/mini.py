"""A machine that does nothing but vote: boots in seconds, so that one recording gives hundreds of cuts.

It runs the terminal's own log (kiosk.votelog) on ext4 on a disk whose unflushed writes can be dropped.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile

from kiosk.entry import Stamp
from kiosk.votelog.archive import Archive
from tests.vm.cache import HERE, ROOT, files_under, made_once
from tests.vm.image import Image
from tests.vm.machine import network_disk
from tests.vm.sockets import connect
from tests.vm.volatile import Event, VolatileDisk

PYTHON = "3.13"  # trixie's
GLIBC = (17, 24, 26, 28, 34)  # what its libraries may have been built for: 2.x
DISK = "64M"
Process = subprocess.Popen[bytes]


def initial_file_system(image: Image) -> Path:
    """The machine as one file."""

    def make(folder: Path) -> None:
        site = folder / "site"
        _unpack_libraries(site)
        shutil.copytree(ROOT / "kiosk", site / "kiosk", ignore=shutil.ignore_patterns("__pycache__", "ui"))
        words = [HERE / "build/mini.sh", image.root, site, HERE / "guest/voter.py", folder / "mini.cpio"]
        subprocess.run(words, check=True)
        shutil.rmtree(site)

    sources = [*files_under(ROOT / "kiosk/votelog"), ROOT / "kiosk/entry.py", ROOT / "kiosk/keys.py"]
    sources += [HERE / "build/mini.sh", HERE / "guest/voter.py"]
    return made_once("mini", make, [*sources, image.folder.name]) / "mini.cpio"


def _unpack_libraries(site: Path) -> None:
    """What the log imports beside the standard library, for the guest's Python."""
    wheels = site.parent / "wheels"
    pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps", "--dest", str(wheels)]
    target = ["--only-binary", ":all:", "--python-version", PYTHON]
    platforms = [word for libc in GLIBC for word in ("--platform", f"manylinux_2_{libc}_x86_64")]
    subprocess.run([*pip, *target, *platforms, "pynacl", "cffi"], check=True, capture_output=True)
    for wheel in wheels.iterdir():
        with ZipFile(wheel) as packed:
            packed.extractall(site)
    shutil.rmtree(wheels)


def make_disk(folder: Path) -> Path:
    """A small disk with a log that has begun, as the first start leaves it."""
    data, disk = folder / "data", folder / "mini.raw"
    archive = Archive(data / "logs", None, lambda _: {"ended": "first"})
    archive.begin(Stamp("made", 1, 1, "rtc"))
    archive.close()
    subprocess.run(["truncate", "-s", DISK, disk], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-d", data, disk], check=True)
    return disk


def record(image: Image, disk: Path, folder: Path, synchronous: str, seconds: float) -> list[Event]:
    """Vote for some seconds, then SIGKILL: all that reached the disk, with the acknowledged votes in between."""
    served = VolatileDisk(disk, folder / "nbd")
    (folder / "acks").unlink(missing_ok=True)
    command = [
        "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-machine", "q35", "-accel", "tcg",
        "-cpu", "Nehalem", "-m", "256", "-display", "none", "-kernel", image.kernel,
        "-initrd", initial_file_system(image), "-append", "console=ttyS0 quiet panic=1 PYTHONHASHSEED=0",
        *network_disk(folder / "nbd"), "-device", "virtio-blk-pci,drive=disk",
        "-device", "virtio-serial-pci", "-chardev", "socket,id=acks,path=acks,server=on,wait=off",
        "-device", "virtserialport,chardev=acks,name=acks", "-chardev", "file,id=console,path=console.log",
        "-serial", "chardev:console",
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=folder) as machine:
        try:
            _vote(served, folder / "acks", synchronous, seconds, machine)
        finally:
            machine.kill()
    served.end()
    return served.log


def _vote(served: VolatileDisk, port: Path, synchronous: str, seconds: float, machine: Process) -> None:
    with connect(port) as talk, talk.makefile("rb") as lines:
        talk.settimeout(120)
        assert lines.readline() == b"ready\n"
        talk.sendall(f"{synchronous}\n".encode())
        served.acknowledged(lines.readline().decode().strip())
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            served.acknowledged(lines.readline().decode().strip())
        machine.kill()
        for line in lines:  # what was on its way had been acknowledged before the cut
            if line.endswith(b"\n"):
                served.acknowledged(line.decode().strip())
