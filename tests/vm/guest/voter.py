#!/usr/bin/python3
"""Process 1 of the small machine: mounts the disk and votes into the log there, by the terminal's own code.

On the port it says "ready", then waits for a line: what `synchronous` is to be. From then on a line for each vote that
`append` has returned for: its place in the log.
"""

import ctypes
import os
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, "/site")
NOATIME = 1024
FINIT_MODULE = 313  # x86-64
EEXIST = 17
libc = ctypes.CDLL(None, use_errno=True)


def mount(what: str, where: str, kind: str, flags: int = 0) -> None:
    if libc.mount(what.encode(), where.encode(), kind.encode(), flags, None):
        raise OSError(ctypes.get_errno(), f"mount {where}")


def load_modules() -> None:
    for name in Path("/modules/order").read_text().split():
        file = os.open(f"/modules/{name}", os.O_RDONLY)
        if libc.syscall(FINIT_MODULE, file, b"", 0) and ctypes.get_errno() != EEXIST:
            raise OSError(ctypes.get_errno(), name)
        os.close(file)


def devices() -> tuple[str, str]:
    """The port and the disk, which appear in their own time."""
    while True:
        ports = [str(file) for file in Path("/dev").glob("vport*")]
        if ports and Path("/dev/vda").exists():
            return ports[0], "/dev/vda"
        time.sleep(0.02)


def ask(port: int) -> str:
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(port, 100) or b""
        time.sleep(0.01)
    return line.decode().strip()


def vote(port: int, synchronous: str) -> None:
    from kiosk.entry import Stamp
    from kiosk.votelog.archive import Archive
    from kiosk.votelog.log import Place

    def now() -> Stamp:
        since_boot = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        return Stamp("small", since_boot // 1_000_000, time.time_ns() // 1_000_000, "rtc")

    def body(place: Place) -> dict[str, object]:
        return {"visit": place.seq, "question": "procedure", "rating": place.seq % 5 + 1, "lang": "vi", "via": "button"}

    archive = Archive(
        Path("/data/logs"), None, lambda archive: {"ended": archive.last.kind if archive.last else "first"}
    )
    archive.begin(now())
    if synchronous != "full":
        archive.log._connection.execute(f"pragma synchronous = {synchronous}")
    while True:
        place = archive.append("vote", now(), body)
        os.write(port, b"%d\n" % place.seq)


def main() -> None:
    mount("proc", "/proc", "proc")
    mount("sys", "/sys", "sysfs")
    mount("dev", "/dev", "devtmpfs")
    load_modules()
    name, disk = devices()
    mount(disk, "/data", "ext4", NOATIME)
    port = os.open(name, os.O_RDWR)
    os.write(port, b"ready\n")
    vote(port, ask(port))


try:
    main()
finally:  # process 1 must not end, or what it printed is lost in the kernel's panic
    traceback.print_exc()
    time.sleep(3600)
