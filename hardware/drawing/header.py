"""The 40-pin header that every Raspberry Pi since the B+ has: odd pins in one column, even ones in the other."""

from typing import Literal

Side = Literal["left", "right"]

THREE_VOLTS, FIVE_VOLTS, GROUND = "3.3 V", "5 V", "GND"
LINES = {  # BCM number: physical pin
    2: 3, 3: 5, 4: 7, 14: 8, 15: 10, 17: 11, 18: 12, 27: 13, 22: 15, 23: 16, 24: 18, 10: 19, 9: 21, 25: 22, 11: 23,
    8: 24, 7: 26, 0: 27, 1: 28, 5: 29, 6: 31, 12: 32, 13: 33, 19: 35, 16: 36, 26: 37, 20: 38, 21: 40,
}  # fmt: skip
POWER = {1: THREE_VOLTS, 17: THREE_VOLTS, 2: FIVE_VOLTS, 4: FIVE_VOLTS} | dict.fromkeys(
    (6, 9, 14, 20, 25, 30, 34, 39), GROUND
)
NAMES = POWER | {pin: f"GPIO {line}" for line, pin in LINES.items()}


def side(pin: int) -> Side:
    """With the USB ports at the bottom, odd pins are on the left, towards the middle of the board."""
    return "left" if pin % 2 else "right"


def row(pin: int) -> int:
    """0 at the top, next to the card slot, to 19."""
    return (pin - 1) // 2


def ground_after(pin: int) -> int:
    """The next ground in the same column, else the last one before it: so that wires do not cross."""
    grounds = [one for one, name in POWER.items() if name == GROUND and side(one) == side(pin)]
    return min((one for one in grounds if one > pin), default=max(grounds))
