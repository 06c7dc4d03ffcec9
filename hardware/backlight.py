"""The screen's backlight through sysfs, where there is one: the Pi's own display has, most HDMI screens have not."""

from pathlib import Path

ROOT = Path("/")


class CannotDim(Exception):
    """The brightness stays as it is. One sentence for the technician; everything else goes on."""


class Backlight:
    """Brightness from 0 to 1."""

    def __init__(self, folder: Path, most: int) -> None:
        self._file, self._most = folder / "brightness", most

    def get(self) -> float:
        """Raises `CannotDim`."""
        try:
            return min(1.0, int(self._file.read_text()) / self._most)
        except (OSError, ValueError) as error:
            raise CannotDim(f"The brightness cannot be read from {self._file} ({_why(error)}).") from error

    def set(self, share: float) -> None:
        """Anything above 0 leaves at least a glimmer. Raises `CannotDim`."""
        share = min(1.0, max(0.0, share))
        step = max(1, round(share * self._most)) if share else 0
        try:
            self._file.write_text(str(step))
        except PermissionError as error:
            raise CannotDim(
                f"The brightness cannot be set: this user may not write {self._file}; give it the group video."
            ) from error
        except OSError as error:
            raise CannotDim(f"The brightness cannot be set through {self._file} ({_why(error)}).") from error


def find_backlight(root: Path = ROOT) -> Backlight | None:
    """The first that says how bright it can be; None if there is none."""
    for file in sorted(root.glob("sys/class/backlight/*/max_brightness")):
        try:
            most = int(file.read_text())
        except (OSError, ValueError):
            continue
        if most > 0:
            return Backlight(file.parent, most)
    return None


def _why(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
