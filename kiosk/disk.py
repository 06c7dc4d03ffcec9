"""The disk under the logs: room left, and what the file system has met."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

LEAST = 100_000_000  # bytes; votes need little, but the system under them does


@dataclass(frozen=True, slots=True)
class Disk:
    free: int  # bytes
    total: int
    read_only: bool
    errors: int  # that ext4 has met since it was made


def disk_under(folder: Path, sys: Path = Path("/sys")) -> Disk:
    """Raises OSError if there is no such folder."""
    usage = shutil.disk_usage(folder)
    device = _device(folder, sys)
    return Disk(
        usage.free,
        usage.total,
        bool(os.statvfs(folder).f_flag & os.ST_RDONLY),
        _number(sys / "fs" / "ext4" / device.name / "errors_count") or 0,
    )


def _device(folder: Path, sys: Path) -> Path:
    """Its place in sysfs, from the number that every file carries."""
    number = folder.stat().st_dev
    return (sys / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}").resolve()


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text("ascii"))
    except (OSError, ValueError):
        return None
