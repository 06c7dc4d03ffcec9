"""Names of files on a stick: ASCII, as FAT allows them, and in the order in which the ward wants them.

`quay-1_01-ab12cd34_0000001-0005000_20261121.hlb`: the kiosk, which of its logs, the entries, the day.
"""

from datetime import datetime

from kiosk.entry import Stamp
from kiosk.votelog.folder import LogFolder
from kiosk.votelog.reader import Slice
from sync.wire.carried import BATCH, INTRODUCTION, fat_name


def batch_name(kiosk: str, folder: LogFolder, cut: Slice, stamp: Stamp) -> str:
    span = f"{cut.before.seq + 1:07}-{cut.last.seq:07}"
    return f"{_log_name(kiosk, folder)}_{span}_{_day(stamp)}{BATCH}"


def introduction_name(kiosk: str, folder: LogFolder) -> str:
    return f"{_log_name(kiosk, folder)}{INTRODUCTION}"


def _log_name(kiosk: str, folder: LogFolder) -> str:
    return f"{fat_name(kiosk)}_{folder.place or 0:02}-{folder.log[:8]}"


def _day(stamp: Stamp) -> str:
    """As the kiosk believes; a guess is no date."""
    if stamp.clock == "unsynced":
        return "undated"
    try:
        return f"{datetime.fromtimestamp(stamp.wall / 1000).astimezone():%Y%m%d}"
    except (OverflowError, ValueError, OSError):
        return "undated"
