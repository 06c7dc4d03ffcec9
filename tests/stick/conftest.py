"""A stick with FAT32: a file that the kernel mounts by a loop device, or, where it has no FAT, a FUSE driver."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.sync.conftest import ca, new_kiosk, office  # noqa: F401  fixtures

SIZE = 36_000  # KiB; FAT32 has at least 65 525 clusters


def succeeds(*words: object) -> bool:
    return subprocess.run(list(map(str, words)), capture_output=True, check=False, timeout=100).returncode == 0


class Fat:
    """`place` is where it is mounted while it is."""

    def __init__(self, folder: Path) -> None:
        self.image, self.place = folder / "stick.img", folder / "mounted"
        self.place.mkdir()
        self.driver = ""
        assert succeeds("mkfs.vfat", "-F", 32, "-s", 1, "-C", self.image, SIZE), "install dosfstools"

    def mount(self, *, read_only: bool = False) -> Path:
        if succeeds("mount", "-t", "vfat", "-o", "loop,ro" if read_only else "loop", self.image, self.place):
            self.driver = "kernel"
        elif succeeds("fusefat", "-o", "ro" if read_only else "rw+", self.image, self.place):
            self.driver = "fusefat"
        assert self.driver, "neither the kernel nor fusefat mounts FAT here: run as root, install fusefat"
        return self.place

    def unmount(self, *, lazily: bool = False) -> None:
        assert succeeds("umount", *(("-l",) if lazily else ()), self.place)

    def is_sound(self) -> bool:
        """Of fusefat itself nobody says that it leaves a sound file system when a writer is killed."""
        return succeeds("fsck.vfat", "-n", self.image)

    def files(self, image: Path, into: Path) -> list[Path]:
        """As another system reads the image: by mtools, past our own driver."""
        into.mkdir(exist_ok=True)
        for file in into.iterdir():
            file.unlink()
        subprocess.run(["mcopy", "-n", "-i", image, "::*", into], capture_output=True, check=False, timeout=100)
        return sorted(into.iterdir())


@pytest.fixture
def fat() -> Iterator[Fat]:
    with TemporaryDirectory(dir="/dev/shm") as folder:
        fat = Fat(Path(folder))
        yield fat
        succeeds("umount", "-l", fat.place)
