"""How the kiosk is, told to the ward with every batch. Whole numbers and text only: it stands in a canonical line."""

from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage
from typing import Any

from kiosk.entry import Stamp
from kiosk.votelog.folder import all_folders


def health(logs: Path, waiting: int, stamp: Stamp) -> dict[str, Any]:
    """`waiting` entries of this log are not in this batch; `free` bytes on the disk; `uptime` and `wall` in ms."""
    return {
        "version": version("hailong-kiosk"),
        "waiting": waiting,
        "free": disk_usage(logs).free,
        "uptime": stamp.mono,
        "wall": stamp.wall,
        "clock": stamp.clock,
        "logs": [folder.log for folder in all_folders(logs)],
    }
