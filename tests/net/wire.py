"""Two network namespaces and the wire between them, which loses, delays and throttles packets as the test says.

netem would do the same, but not every kernel has it (a container's host often has not); so the wire is ours: the
packets of two TUN devices, carried across by a thread. TCP at both ends is the kernel's own, with its retransmissions.
Only addresses of these two namespaces are used, and nothing leads out of them.
"""

import os
import random
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from heapq import heappop, heappush
from pathlib import Path
from select import select
from shutil import rmtree
from threading import Thread

KIOSK, WARD = "10.77.0.1", "10.77.0.2"
NAME, PORT = "ward.test", 8443
ETC = Path("/etc/netns")  # what `ip netns exec` lays over /etc
QUEUE = 4.0  # s of packets that wait before a slow line; what comes then is dropped, as a modem does
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
TICK = 0.05  # s in which the end is noticed


class Wire:
    """`loss` 0..1 and `delay` (s) in each direction, `rate` bytes/s in each direction, `cut`: nothing gets through."""

    def __init__(self, tag: str) -> None:
        self.loss, self.delay, self.rate, self.cut = 0.0, 0.0, 0.0, False
        self.bytes = self.packets = self.dropped = 0
        self.cut_after: int | None = None  # bytes from the kiosk until the wire cuts itself
        self.kiosk, self.ward = f"hl-{tag}-k", f"hl-{tag}-w"
        self._chance = random.Random(1)
        self._free = [0.0, 0.0]
        self._flying: list[tuple[float, int, int, bytes]] = []
        self._over = False
        self._ends = [_plug(self.kiosk, KIOSK, WARD), _plug(self.ward, WARD, KIOSK)]
        self._thread = Thread(target=self._run, name="wire", daemon=True)
        self._thread.start()

    def heal(self) -> None:
        self.loss, self.delay, self.rate, self.cut, self.cut_after = 0.0, 0.0, 0.0, False, None

    def close(self) -> None:
        self._over = True
        self._thread.join()
        for end in self._ends:
            os.close(end)

    def _run(self) -> None:
        while not self._over:
            wait = min(TICK, max(0.0, self._flying[0][0] - time.monotonic())) if self._flying else TICK
            for end in select(self._ends, [], [], wait)[0]:
                self._take(self._ends.index(end))
            self._deliver()

    def _take(self, side: int) -> None:
        try:
            packet = os.read(self._ends[side], 65536)
        except OSError:  # the device is down: the cable is pulled
            time.sleep(TICK)
            return
        if packet[0] >> 4 != 4:  # router solicitations of IPv6
            return
        self.packets += 1
        self.bytes += len(packet)
        if side == 0 and self.cut_after is not None:
            self.cut_after -= len(packet)
            self.cut = self.cut or self.cut_after < 0
        if self.cut or self._chance.random() < self.loss:
            self.dropped += 1
            return
        self._send(side, packet)

    def _send(self, side: int, packet: bytes) -> None:
        now = time.monotonic()
        leaves = max(now, self._free[side])
        if leaves - now > QUEUE:
            self.dropped += 1
            return
        if self.rate:
            leaves = self._free[side] = leaves + len(packet) / self.rate
        heappush(self._flying, (leaves + self.delay, self.packets, 1 - side, packet))

    def _deliver(self) -> None:
        while self._flying and self._flying[0][0] <= time.monotonic():
            _, _, side, packet = heappop(self._flying)
            if not self.cut:
                _write(self._ends[side], packet)


def _write(end: int, packet: bytes) -> None:
    try:
        os.write(end, packet)
    except OSError:  # the device is down
        return


def _plug(space: str, address: str, peer: str) -> int:
    """A namespace whose only way out is the device that is returned."""
    ip("netns", "add", space)
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    ioctl(end, TUNSETIFF, struct.pack("16sH", space.encode(), IFF_TUN | IFF_NO_PI))
    ip("link", "set", space, "netns", space)
    ip("-n", space, "address", "add", address, "peer", peer, "dev", space)
    for device in ("lo", space):
        ip("-n", space, "link", "set", device, "up")
    (ETC / space).mkdir(parents=True)
    (ETC / space / "resolv.conf").write_text("nameserver 10.77.0.3\noptions timeout:1 attempts:1\n")
    name_service(space, works=True)
    return end


def name_service(space: str, *, works: bool) -> None:
    """In place: the file is mounted over /etc/hosts of programs that run already."""
    (ETC / space / "hosts").write_text("127.0.0.1 localhost\n" + (f"{WARD} {NAME}\n" if works else ""))


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def inside(space: str, *command: object) -> list[str]:
    return ["ip", "netns", "exec", space, *map(str, command)]


@contextmanager
def laid() -> Iterator[Wire]:
    tag = f"{os.getpid() % 100_000}"
    try:
        wire = Wire(tag)
        try:
            yield wire
        finally:
            wire.close()
    finally:
        for space in (f"hl-{tag}-k", f"hl-{tag}-w"):
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)
            rmtree(ETC / space, ignore_errors=True)
