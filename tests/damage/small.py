"""A real file system with no room: the card's folder lies on a small ext4 or tmpfs, of which so much is left free."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.damage.card import Card
from tests.damage.run import Fault

SIZE = 16 * 1024 * 1024  # bytes: the card, its ballast of 2 MB, a journal
BLOCK = 4096  # bytes


def may_mount() -> bool:
    return os.geteuid() == 0


@dataclass
class SmallDisk(Fault):
    """While the kiosk runs, `free` bytes are left on its card; then somebody makes room."""

    form: str  # ext4 | tmpfs
    free: int
    ballast: bool = True
    votes = 60  # so many that each level but the last is reached
    filled: bool = field(default=False, init=False)
    refused: int = field(default=0, init=False)  # citizens who were told so

    def before(self, card: Card) -> None:
        """The card moves to a file system of its own."""
        aside = card.folder.with_name("aside")
        card.folder.rename(aside)
        card.folder.mkdir()
        subprocess.run(["mount", *self._device(card.folder), card.folder], check=True)
        shutil.copytree(aside, card.folder, dirs_exist_ok=True)
        shutil.rmtree(aside)

    def during(self, card: Card) -> None:
        if not self.ballast:
            (card.home.logs / "ballast").unlink(missing_ok=True)
        os.sync()  # blocks that were given up are free only then
        place = os.statvfs(card.folder)
        with (card.folder / "filler").open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, place.f_bavail * place.f_frsize - self.free)
        self.filled = True

    def after(self, card: Card) -> None:
        if self.filled:
            (card.folder / "filler").unlink()
            self.filled = False

    def end(self, card: Card) -> None:
        self.refused = len(card.oracle.sorry)
        if card.folder.is_mount():
            subprocess.run(["umount", card.folder], check=True)

    def _device(self, folder: Path) -> list[str]:
        if self.form == "tmpfs":
            return ["-t", "tmpfs", "-o", f"size={SIZE}", "none"]
        image = folder.with_name("image")
        with image.open("wb") as file:
            file.truncate(SIZE)
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", "-b", str(BLOCK), image], check=True)
        return ["-o", "loop", str(image)]
