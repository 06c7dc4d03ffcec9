"""The board we run on, from its own files; what it does not tell is None, and elsewhere everything is.

Not tried on a real Pi. Sources: the kernel's raspberrypi-hwmon, firmware and mmc drivers, and the Pi's documentation.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path("/")
TOO_HOT = 80.0  # °C: from here on the Pi throttles itself


@dataclass(frozen=True, slots=True)
class Power:
    """What the power supply and the heat do to the board. `since_boot` stays true when it is over."""

    under_voltage: bool
    under_voltage_since_boot: bool | None  # None where the kernel tells only the present
    throttled: bool | None
    throttled_since_boot: bool | None


@dataclass(frozen=True, slots=True)
class ClockChip:
    """A real-time clock. A Pi 5 has one without a battery too: only the voltage tells."""

    name: str
    battery_volts: float | None  # Pi 5; None where the chip does not tell
    charging_volts: float | None  # Pi 5; 0 is not charging: right for a cell that must not be charged

    @property
    def has_battery(self) -> bool | None:
        return None if self.battery_volts is None else self.battery_volts >= 1.5


@dataclass(frozen=True, slots=True)
class Card:
    """An SD card or eMMC. Only eMMC tells its wear."""

    device: str
    kind: str  # "SD" or "MMC"
    name: str
    manufacturer: str  # as "0x000003"
    used_percent: int | None  # of its life, the worse of its two kinds of cells, rounded up to tens; 110 is beyond it
    spare_blocks: Literal["normal", "warning", "urgent"] | None


@dataclass(frozen=True, slots=True)
class Board:
    model: str | None
    serial: str | None
    temperature: float | None  # °C
    power: Power | None
    clock_chip: ClockChip | None
    cards: tuple[Card, ...]


def read_board(root: Path = ROOT) -> Board:
    """A few small files, in about a millisecond."""
    return Board(_model(root), serial(root), _temperature(root), _power(root), _clock_chip(root), _cards(root))


def serial(root: Path = ROOT) -> str | None:
    """The board's serial number: a log that wakes up on another board begins a successor."""
    return _text(root / "proc/device-tree/serial-number")


def _model(root: Path) -> str | None:
    return _text(root / "proc/device-tree/model")


def _temperature(root: Path) -> float | None:
    """The hottest zone: on a Pi there is one, the processor's."""
    zones = [_number(file) for file in root.glob("sys/class/thermal/thermal_zone*/temp")]
    return max((zone / 1000 for zone in zones if zone is not None), default=None)


def _power(root: Path) -> Power | None:
    """The firmware's bits, else the alarm of the kernel's voltage monitor, which looks every two seconds."""
    bits, alarm = _throttled_bits(root), _voltage_alarm(root)
    if bits is not None:
        now = bool(bits & 1 << 0) or bool(alarm)
        return Power(now, bool(bits & 1 << 16), bool(bits & 1 << 2), bool(bits & 1 << 18))
    return None if alarm is None else Power(alarm, None, None, None)


def _throttled_bits(root: Path) -> int | None:
    """Hexadecimal: bit 0 under-voltage, 2 throttled, and the same 16 higher for "since boot"."""
    platform = root / "sys/devices/platform"
    for file in (*platform.glob("*/*firmware/get_throttled"), *platform.glob("*firmware/get_throttled")):
        if (bits := _number(file, base=16)) is not None:
            return bits
    return None


def _voltage_alarm(root: Path) -> bool | None:
    for name in root.glob("sys/class/hwmon/hwmon*/name"):
        if _text(name) == "rpi_volt" and (alarm := _number(name.with_name("in0_lcrit_alarm"))) is not None:
            return bool(alarm)
    return None


def _clock_chip(root: Path) -> ClockChip | None:
    """The first one is the one that the system reads at boot."""
    for folder in sorted(root.glob("sys/class/rtc/rtc*")):
        if name := _text(folder / "name"):
            return ClockChip(name, _volts(folder / "battery_voltage"), _volts(folder / "charging_voltage"))
    return None


def _volts(file: Path) -> float | None:
    microvolts = _number(file)
    return None if microvolts is None else microvolts / 1_000_000


def _cards(root: Path) -> tuple[Card, ...]:
    devices = [folder / "device" for folder in sorted(root.glob("sys/class/block/mmcblk[0-9]"))]
    return tuple(_card(device) for device in devices if (device / "type").exists())


def _card(device: Path) -> Card:
    return Card(
        device.parent.name,
        _text(device / "type") or "",
        _text(device / "name") or "",
        _text(device / "manfid") or "",
        _used_percent(_text(device / "life_time")),
        _spare_blocks(_number(device / "pre_eol_info", base=16)),
    )


def _used_percent(life_time: str | None) -> int | None:
    """JEDEC 5.0: two hexadecimal numbers, 1 for up to 10 % of its life, ... 10 for all of it, 11 beyond; 0 unknown."""
    try:
        used = max((int(step, 16) for step in (life_time or "").split()), default=0)
    except ValueError:
        return None
    return used * 10 or None


def _spare_blocks(info: int | None) -> Literal["normal", "warning", "urgent"] | None:
    """JEDEC 5.0: 2 is 80 % of the spare blocks used, 3 is 90 %."""
    match info:
        case 1:
            return "normal"
        case 2:
            return "warning"
        case 3:
            return "urgent"
        case _:
            return None


def _text(file: Path) -> str | None:
    """None also where the driver answers with an error."""
    try:
        return file.read_text("utf-8").strip("\0 \n") or None
    except (OSError, UnicodeDecodeError):
        return None


def _number(file: Path, base: int = 10) -> int | None:
    try:
        return int(_text(file) or "", base)
    except ValueError:
        return None
