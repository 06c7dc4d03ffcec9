"""The bare machine: a Debian trixie as a raw disk, its kernel and initial file system, made once."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.vm.cache import HERE, made_once

DISK = "3G"  # sparse


class NotBuilt(Exception):
    """The bare system could not be made; the end of the log says why."""


@dataclass(frozen=True)
class Image:
    folder: Path

    @property
    def kernel(self) -> Path:
        return self.folder / "kernel"

    @property
    def initrd(self) -> Path:
        return self.folder / "initrd"

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def disk(self) -> Path:
        return self.folder / "disk.raw"


def bare() -> Image:
    names = ("build/archive.sh", "build/root.sh", "build/customize.sh", "guest/agent.py", "guest/test-agent.service")
    sources = [HERE / name for name in names]
    return Image(made_once("bare", _build, [*sources, DISK, os.environ.get("HAILONG_VM_ARCHIVE", "")]))


def _build(folder: Path) -> None:
    with (folder / "build.log").open("wb") as log:
        built = subprocess.run(["nice", HERE / "build/root.sh", folder], stdout=log, stderr=log, check=False)
    if built.returncode:
        raise NotBuilt((folder / "build.log").read_text("utf-8", "replace")[-2000:])
    make_disk(folder / "root", folder / "disk.raw")


def make_disk(root: Path, disk: Path) -> None:
    """An ext4 file system in a file, without mounting anything."""
    subprocess.run(["truncate", "-s", DISK, disk], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-L", "root", "-d", root, disk], check=True)
