"""The board's facts from a tree of files like a Pi's; absent files, and nonsense in them, are None and no error."""

from pathlib import Path

import pytest

from hardware.board import Board, Card, ClockChip, Power, read_board, serial

PI_4 = {
    "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
    "proc/device-tree/serial-number": "10000000abcdef01\0",
    "sys/class/thermal/thermal_zone0/temp": "48312\n",
    "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
    "sys/class/hwmon/hwmon1/name": "rpi_volt\n",
    "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "0\n",
    "sys/devices/platform/soc/soc:firmware/get_throttled": "50000\n",
    "sys/class/block/mmcblk0/device/type": "SD\n",
    "sys/class/block/mmcblk0/device/name": "SC32G\n",
    "sys/class/block/mmcblk0/device/manfid": "0x000003\n",
    "sys/class/block/mmcblk0p1/size": "524288\n",
}
PI_5 = {
    "sys/class/rtc/rtc0/name": "rpi-rtc soc@107c000000:rpi_rtc\n",
    "sys/class/rtc/rtc0/battery_voltage": "3012000\n",
    "sys/class/rtc/rtc0/charging_voltage": "0\n",
}


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_a_pi_4(tmp_path: Path) -> None:
    assert read_board(tree(tmp_path, PI_4)) == Board(
        "Raspberry Pi 4 Model B Rev 1.4",
        "10000000abcdef01",
        48.312,
        Power(under_voltage=False, under_voltage_since_boot=True, throttled=False, throttled_since_boot=True),
        None,
        (Card("mmcblk0", "SD", "SC32G", "0x000003", None, None),),
    )


def test_elsewhere_everything_is_absent_without_error(tmp_path: Path) -> None:
    assert read_board(tmp_path) == Board(None, None, None, None, None, ())


def test_this_machine_is_read_without_error() -> None:
    assert isinstance(read_board(), Board)


@pytest.mark.parametrize(
    ("bits", "alarm", "power"),
    [
        ("0", "0", Power(False, False, False, False)),
        ("50005", "1", Power(True, True, True, True)),
        ("1", None, Power(True, False, False, False)),
        ("0x50000", None, Power(False, True, False, True)),
        ("0", "1", Power(True, False, False, False)),
        (None, "1", Power(True, None, None, None)),
        (None, "0", Power(False, None, None, None)),
        ("nonsense", None, None),
    ],
)
def test_power(bits: str | None, alarm: str | None, power: Power | None, tmp_path: Path) -> None:
    if bits is not None:
        tree(tmp_path, {"sys/devices/platform/soc/soc:firmware/get_throttled": bits})
    if alarm is not None:
        tree(tmp_path, {"sys/class/hwmon/hwmon3/name": "rpi_volt\n", "sys/class/hwmon/hwmon3/in0_lcrit_alarm": alarm})
    assert read_board(tmp_path).power == power


@pytest.mark.parametrize(
    ("files", "chip", "has_battery"),
    [
        (PI_5, ClockChip("rpi-rtc soc@107c000000:rpi_rtc", 3.012, 0.0), True),
        (PI_5 | {"sys/class/rtc/rtc0/battery_voltage": "12000"},
         ClockChip("rpi-rtc soc@107c000000:rpi_rtc", 0.012, 0.0), False),
        ({"sys/class/rtc/rtc0/name": "rtc-ds1307 1-0068\n"}, ClockChip("rtc-ds1307 1-0068", None, None), None),
    ],
)  # fmt: skip
def test_the_clock_and_its_battery(
    files: dict[str, str], chip: ClockChip, has_battery: bool | None, tmp_path: Path
) -> None:
    found = read_board(tree(tmp_path, files)).clock_chip
    assert found == chip
    assert found.has_battery == has_battery


@pytest.mark.parametrize(
    ("life_time", "pre_eol", "used", "spare"),
    [
        ("0x01 0x01", "0x01", 10, "normal"),
        ("0x02 0x09", "0x02", 90, "warning"),
        ("0x0b 0x01", "0x03", 110, "urgent"),
        ("0x00 0x00", "0x00", None, None),
        ("", "", None, None),
        ("worn", "out", None, None),
    ],
)
def test_an_emmc_tells_its_wear(life_time: str, pre_eol: str, used: int, spare: str, tmp_path: Path) -> None:
    device = "sys/class/block/mmcblk0/device/"
    tree(tmp_path, {device + "type": "MMC\n", device + "life_time": life_time, device + "pre_eol_info": pre_eol})
    (card,) = read_board(tmp_path).cards
    assert (card.kind, card.used_percent, card.spare_blocks) == ("MMC", used, spare)


def test_the_hottest_zone_is_told_and_a_zone_that_fails_is_left_out(tmp_path: Path) -> None:
    zones = {f"sys/class/thermal/thermal_zone{n}/temp": text for n, text in enumerate(("41000", "77500", "N/A"))}
    assert read_board(tree(tmp_path, zones)).temperature == 77.5


def test_the_serial_number_is_read_and_may_be_absent(tmp_path: Path) -> None:
    assert serial(tmp_path) is None
    assert serial(tree(tmp_path, PI_4)) == "10000000abcdef01"


def test_a_name_that_is_no_text_is_absent(tmp_path: Path) -> None:
    tree(tmp_path, PI_4)
    (tmp_path / "proc/device-tree/model").write_bytes(b"\xff\xfe")
    assert read_board(tmp_path).model is None
