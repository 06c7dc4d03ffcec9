"""The touch panels of this machine, from the kernel's own files. Not tried on a real Pi.

Only panels are named: Kivy's own search takes every input device on a Pi, and would read a keyboard's keys as touches.
"""

import ctypes
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/")

# linux/input-event-codes.h
ABS_X, ABS_MT_POSITION_X = 0x00, 0x35
BTN_TOUCH = 0x14A
INPUT_PROP_POINTER = 0x00  # needs a pointer on the screen: a touchpad

WORD = ctypes.sizeof(ctypes.c_long) * 8  # bits of the numbers in sysfs


@dataclass(frozen=True, slots=True)
class TouchPanel:
    device: Path  # /dev/input/event3
    fingers: bool  # tells several fingers apart


def touch_panels(root: Path = ROOT) -> list[TouchPanel]:
    """Those that this user may read just now."""
    found = [_panel(root, folder / "device") for folder in sorted(root.glob("sys/class/input/event*"))]
    return [panel for panel in found if panel and os.access(panel.device, os.R_OK)]


def _panel(root: Path, device: Path) -> TouchPanel | None:
    axes, keys = _bits(device / "capabilities/abs"), _bits(device / "capabilities/key")
    fingers = _has(axes, ABS_MT_POSITION_X)
    if _has(_bits(device / "properties"), INPUT_PROP_POINTER) or not (fingers or _has(axes, ABS_X)):
        return None
    if not _has(keys, BTN_TOUCH) and not fingers:  # a joystick has axes too
        return None
    return TouchPanel(root / "dev/input" / device.parent.name, fingers)


def _bits(file: Path) -> int:
    """Hexadecimal words, the highest first; 0 where there is no such file."""
    try:
        words = file.read_text("ascii").split()
        return sum(int(word, 16) << WORD * place for place, word in enumerate(reversed(words)))
    except (OSError, ValueError):
        return 0


def _has(bits: int, bit: int) -> bool:
    return bool(bits >> bit & 1)
