"""A terminal's log in a process of its own: appends votes and says each seq when `append` has returned.

python writer.py LOGS COUNT [synchronous]     the last argument weakens the log: the control of the tests
"""

import os
import sys
from pathlib import Path

from kiosk.entry import Stamp
from kiosk.votelog.archive import Archive

STAMP = Stamp("boot", 1, 1_790_000_000_000, "synced")


def main(logs: str, count: str, synchronous: str = "") -> None:
    archive = Archive(Path(logs), None, lambda archive: {})
    archive.begin(STAMP)
    if synchronous:
        archive.log._connection.execute(f"pragma synchronous = {synchronous}")  # type: ignore[union-attr]
    for _ in range(int(count)):
        place = archive.append("vote", STAMP, {"rating": 5, "note": "x" * 100})
        os.write(1, f"{place.log} {place.seq}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
