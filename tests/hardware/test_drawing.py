"""The wiring picture and tables of the guides are what the tool makes from pins.toml, and say what gpiozero says."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from gpiozero.pins.pi import PiBoardInfo

from assets.words import catalogue
from hardware.drawing.__main__ import default_wiring, main
from hardware.drawing.header import LINES, NAMES
from hardware.drawing.picture import HEIGHT, WIDTH, draw
from hardware.drawing.table import tables
from hardware.drawing.wiring import Wiring, wire_up
from hardware.drawing.words import speaker
from hardware.pins import Pins, default_pins

ROOT = Path(__file__).parent.parent.parent
GUIDES = {"en": ROOT / "hardware/README.md", "vi": ROOT / "hardware/HUONG-DAN.md"}
PI_4, PI_5 = 0xC03115, 0xC04170


@pytest.fixture
def wiring() -> Wiring:
    return default_wiring()


@pytest.mark.parametrize("language", GUIDES)
def test_the_picture_in_the_guide_is_the_one_that_the_tool_draws(language: str, tmp_path: Path) -> None:
    made = tmp_path / "made.svg"
    assert CliRunner().invoke(main, [str(made), "--language", language]).exit_code == 0
    kept = GUIDES[language].with_name(f"wiring.{language}.svg")
    assert made.read_text() == kept.read_text(), f"python -m hardware.drawing {kept.name} --language {language}"
    assert f"]({kept.name})" in GUIDES[language].read_text()


@pytest.mark.parametrize("language", GUIDES)
def test_the_tables_in_the_guide_are_the_ones_that_the_tool_prints(language: str) -> None:
    made = CliRunner().invoke(main, ["--tables", "--language", language]).output
    kept = re.search(r"<!-- wiring -->\n(.*?)<!-- /wiring -->", GUIDES[language].read_text(), re.S)
    assert kept
    assert kept[1] == made, f"python -m hardware.drawing --tables --language {language}"


def test_the_picture_of_the_mounting_is_the_one_that_the_tool_draws(tmp_path: Path) -> None:
    made, kept = tmp_path / "made.svg", ROOT / "hardware/mounting.svg"
    assert CliRunner().invoke(main, [str(made), "--mounting"]).exit_code == 0
    assert made.read_text() == kept.read_text(), "python -m hardware.drawing hardware/mounting.svg --mounting"
    numbers = set(re.findall(r'class="callout-number">(\d)<', kept.read_text()))
    for guide in GUIDES.values():
        section = guide.read_text().split("](mounting.svg)")[1].split("\n## ")[0]
        assert set(re.findall(r"^(\d)\. ", section, re.M)) == numbers, guide


def test_another_pin_is_another_picture(wiring: Wiring) -> None:
    pins = msgspec.convert(default_pins(), Pins, strict=False)
    other = wire_up(msgspec.structs.replace(pins, status=msgspec.structs.replace(pins.status, ready=18)))
    say = speaker("en")
    assert draw(other, say) != draw(wiring, say)
    assert "**12** (GPIO 18)" in tables(other, say)


@pytest.mark.parametrize("revision", [PI_4, PI_5])
def test_the_header_is_that_of_the_board(revision: int) -> None:
    """gpiozero knows it from another source."""
    board = PiBoardInfo.from_revision(revision).headers["J8"].pins
    assert len(NAMES) == 40
    for number, pin in board.items():
        powers = {"3V3": "3.3 V", "5V": "5 V", "GND": "GND"}
        expected = powers.get(pin.name) or pin.name.replace("GPIO", "GPIO ")
        assert NAMES[number] == expected


def test_each_pin_has_one_wire_and_each_part_its_own_line(wiring: Wiring) -> None:
    wires = list(wiring.all())
    assert len({wire.pin for wire in wires}) == len(wires) == 21
    settings = default_pins()
    for wire in wiring.buttons:
        assert wire.pin == LINES[settings["buttons"][wire.what]["line"]]
    for wire in wiring.lamps:
        assert wire.pin == LINES[settings["buttons"][wire.what]["lamp"]]
    for wire in wiring.status:
        assert wire.pin == LINES[settings["status"][wire.what]]


def test_power_goes_to_no_line(wiring: Wiring) -> None:
    ends = {"five": "5 V", "three": "3.3 V", "ground": "GND"}
    for wire in wiring.all():
        assert NAMES[wire.pin] == ends[wire.kind] if wire.kind in ends else NAMES[wire.pin].startswith("GPIO")


def test_cables_of_the_left_column_keep_their_order(wiring: Wiring) -> None:
    """Then none crosses another, as all have the same shape."""
    starts = re.findall(r'd="M776 (\d+) .*? (\d+)" class="wire', draw(wiring, speaker("vi")))
    pairs = sorted((int(pin), int(part)) for pin, part in starts)
    assert len(pairs) == 14
    assert [part for _, part in pairs] == sorted(part for _, part in pairs)


@pytest.mark.parametrize("language", GUIDES)
def test_everything_lies_on_the_paper(language: str, wiring: Wiring) -> None:
    root = ET.fromstring(draw(wiring, speaker(language)))
    for shape in root.iter("{http://www.w3.org/2000/svg}text"):
        assert 0 < int(shape.attrib["x"]) < WIDTH
        assert 0 < int(shape.attrib["y"]) < HEIGHT


@pytest.mark.parametrize("language", GUIDES)
def test_it_says_what_the_screens_say(language: str, wiring: Wiring) -> None:
    drawn = draw(wiring, speaker(language))
    for sentence in ("Very satisfied", "Neutral", "Very dissatisfied", "Ready", "Noted", "Cannot record"):
        assert f">{catalogue('screens', language).gettext(sentence)}<" in drawn


def test_lamps_of_a_panel_share_the_driver_from_its_first_channel(wiring: Wiring) -> None:
    three = replace(wiring, lamps=wiring.lamps[:3])
    assert re.findall(r"\| (\d → \d+) \|", tables(replace(three, buttons=three.lamps), speaker("en"))) == [
        "2 → 17",
        "3 → 16",
        "1 → 18",
    ]


def test_the_command_wants_one_thing() -> None:
    assert CliRunner().invoke(main, []).exit_code == 2
    assert CliRunner().invoke(main, ["--tables", "x.svg"]).exit_code == 2
