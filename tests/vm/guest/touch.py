#!/usr/bin/python3
"""A touch panel through /dev/uinput, as the kernel shows an FT5406: protocol B with slots, direct, one finger.

touch.py PIPE: makes the device, then obeys lines from the named pipe: `tap X Y` (0..1 of the screen),
`down X Y`, `up`. The device lives as long as the program.
"""

import fcntl
import os
import struct
import sys
import time
from pathlib import Path

SYN, KEY, ABS = 0, 1, 3
TOUCH = 0x14A
X, Y, SLOT, MT_X, MT_Y, FINGER = 0, 1, 0x2F, 0x35, 0x36, 0x39
WIDTH, HEIGHT = 1280, 800  # of the panel's own grid
CREATE = ord("U") << 8 | 1


def request(number: int) -> int:
    return 1 << 30 | 4 << 16 | ord("U") << 8 | number


def make() -> int:
    device = os.open("/dev/uinput", os.O_WRONLY | os.O_NONBLOCK)
    for kind in (SYN, KEY, ABS):
        fcntl.ioctl(device, request(100), kind)
    fcntl.ioctl(device, request(101), TOUCH)
    fcntl.ioctl(device, request(110), 1)  # INPUT_PROP_DIRECT
    for axis in (X, Y, SLOT, MT_X, MT_Y, FINGER):
        fcntl.ioctl(device, request(103), axis)
    highest = [0] * 64
    highest[X] = highest[MT_X] = WIDTH - 1
    highest[Y] = highest[MT_Y] = HEIGHT - 1
    highest[SLOT], highest[FINGER] = 9, 65535
    name = struct.pack("80sHHHHI", b"raspberrypi-ts", 0x18, 1, 1, 1, 0)
    os.write(device, name + struct.pack("64i", *highest) + bytes(768))
    fcntl.ioctl(device, CREATE)
    return device


def tell(device: int, *events: tuple[int, int, int]) -> None:
    for kind, code, value in (*events, (SYN, 0, 0)):
        os.write(device, struct.pack("llHHi", 0, 0, kind, code, value))


def down(device: int, finger: int, x: float, y: float) -> None:
    left, top = int(x * (WIDTH - 1)), int(y * (HEIGHT - 1))
    tell(device, (ABS, SLOT, 0), (ABS, FINGER, finger), (ABS, MT_X, left), (ABS, MT_Y, top), (KEY, TOUCH, 1),
         (ABS, X, left), (ABS, Y, top))  # fmt: skip


def up(device: int) -> None:
    tell(device, (ABS, FINGER, -1), (KEY, TOUCH, 0))


def main(pipe: str) -> None:
    os.mkfifo(pipe)  # first: whoever sees the device may write
    device, finger = make(), 0
    while True:
        for line in Path(pipe).read_text().splitlines():
            word, *place = line.split()
            if word in ("tap", "down"):
                finger += 1
                down(device, finger, *map(float, place))
            if word == "tap":
                time.sleep(0.1)
            if word in ("tap", "up"):
                up(device)


main(*sys.argv[1:])
