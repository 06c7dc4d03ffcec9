"""One card for each group of parts, with a terminal for each wire at the edge that looks to the board."""

from importlib.resources import files

from hardware.drawing.svg import Point, box, cable, dot, line, path, picture, text
from hardware.drawing.wiring import STATUS as STATUS_NAMES
from hardware.drawing.wiring import Wire, channel
from hardware.drawing.words import LEVELS, STATUS, Say

FACE = 200  # units of a face's own drawing
LEFT, WIDTH = 40, 470  # of the cards on the left
TERMINAL = LEFT + WIDTH
RIGHT, RIGHT_WIDTH = 1090, 470
EDGE = RIGHT + RIGHT_WIDTH


def clock(wires: tuple[Wire, ...], top: int, say: Say) -> tuple[list[str], list[Point]]:
    """The clock battery: four named terminals."""
    places = [(TERMINAL, top + 34 + 38 * number) for number in range(len(wires))]
    shapes = [box((LEFT, top), (WIDTH, 182), "card"), text((64, top + 44), say("Clock battery DS3231"), "title")]
    shapes += [text((64, top + 76), say("recommended; the Pi 5 has a"), "quiet")]
    shapes += [text((64, top + 100), say("battery connector of its own"), "quiet")]
    for wire, (x, y) in zip(wires, places, strict=True):
        shapes += [text((x - 20, y + 7), wire.what, "left"), dot((x, y), 7, "filled")]
    return shapes, places


def buttons(wires: tuple[Wire, ...], top: int, say: Say) -> tuple[list[str], list[Point]]:
    """Each switch between its line and the common ground, which is the last terminal."""
    places = [(TERMINAL, top + 92 + 66 * number) for number in range(len(wires) + 1)]
    height = places[-1][1] - top + 34
    shapes = [box((LEFT, top), (WIDTH, height), "card"), text((64, top + 44), say("Buttons: the switch"), "title")]
    bus = TERMINAL - 100
    shapes += [line([(bus, places[0][1]), (bus, places[-1][1]), places[-1]], "part")]
    for wire, (x, y) in zip(wires, places[:-1], strict=True):
        shapes += [face((60, y - 28), 56, wire.what), text((130, y + 7), say(LEVELS[int(wire.what)]), "name")]
        shapes += [*_switch(bus, y), dot((x, y), 7, "filled"), dot((bus, y), 6, "filled")]
    ground = places[-1]
    return [*shapes, _label(ground, say("common ground"), bus), dot(ground, 7, "filled")], places


def status(wires: tuple[Wire, ...], top: int, say: Say) -> tuple[list[str], list[Point]]:
    """Each lamp with its resistor between line and ground."""
    places = [(TERMINAL, top + 88 + 58 * number) for number in range(len(wires) + 1)]
    height = places[-1][1] - top + 30
    shapes = [box((LEFT, top), (WIDTH, height), "card"), text((64, top + 44), say("Three status lamps"), "title")]
    bus = TERMINAL - 190
    shapes += [line([(bus, places[0][1]), (bus, places[-1][1]), places[-1]], "part")]
    for wire, (x, y) in zip(wires, places[:-1], strict=True):
        assert wire.what in STATUS_NAMES
        shapes += [dot((80, y), 15, wire.what), text((108, y + 7), say(STATUS[wire.what]), "name")]
        shapes += [*_diode(bus, y), *_resistor((x - 92, y)), dot((x, y), 7, "filled"), dot((bus, y), 6, "filled")]
    ground = places[-1]
    return [*shapes, _label(ground, say("common ground"), bus), dot(ground, 7, "filled")], places


def lamps(wires: tuple[Wire, ...], top: int, say: Say) -> tuple[list[str], list[Point]]:
    """The driver chip between the lines and the lamps: five volts, ground, then one terminal for each lamp."""
    first = top + 210
    rows = [first + 72 * number for number in range(len(wires))]
    ground = (RIGHT, first + 72 * len(wires) + 4)
    plus = (RIGHT, top + 92)
    height = ground[1] - top + 44
    shapes = [box((RIGHT, top), (RIGHT_WIDTH, height), "card")]
    shapes += [text((RIGHT + 24, top + 44), say("Buttons: the lamp"), "title")]
    shapes += _driver(first - 50, ground[1] + 26, len(wires), rows)
    rail = EDGE - 116
    shapes += [cable([plus, (rail, plus[1])], "five"), line([(rail, plus[1]), (rail, rows[-1])], "wire five")]
    shapes += [text((RIGHT + 24, plus[1] - 12), "5 V", "right"), dot(plus, 7, "filled")]
    com = (RIGHT + 190, ground[1])
    shapes += [line([com, (rail, com[1]), (rail, rows[-1])], "wire five"), dot(ground, 7, "filled")]
    shapes += [line([ground, (RIGHT + 50, ground[1])], "wire ground")]
    for wire, y in zip(wires, rows, strict=True):
        shapes += [line([(RIGHT, y), (RIGHT + 50, y)], "wire lamp"), dot((RIGHT, y), 7, "filled")]
        shapes += [line([(RIGHT + 190, y), (RIGHT + 232, y)], "wire lamp"), *_lamp((RIGHT + 258, y))]
        shapes += [line([(RIGHT + 284, y), (rail, y)], "wire five"), dot((rail, y), 6, "filled")]
        shapes += [face((rail + 34, y - 28), 56, wire.what)]
    return shapes, [plus, *((RIGHT, y) for y in rows), ground]


def _driver(top: int, bottom: int, used: int, rows: list[int]) -> list[str]:
    shapes = [box((RIGHT + 50, top), (140, bottom - top), "chip", 8), dot((RIGHT + 120, top), 12, "notch")]
    shapes += [text((RIGHT + 120, top + 36), "ULN2803A", "pin light")]
    for number, y in enumerate(rows[:used]):
        into, out = channel(number)
        shapes += [text((RIGHT + 70, y + 6), str(into), "pin light"), text((RIGHT + 170, y + 6), str(out), "pin light")]
    ground = bottom - 20
    return [
        *shapes,
        text((RIGHT + 84, ground), "9 GND", "pin light"),
        text((RIGHT + 153, ground), "COM 10", "value light"),
    ]


def face(at: Point, size: int, rating: str) -> str:
    return picture(at, size, files("assets").joinpath("faces", f"{rating}.svg").read_text("utf-8"), FACE)


def _label(ground: Point, words: str, bus: int) -> str:
    return text((bus - 16, ground[1] + 6), words, "left unused")


def _switch(bus: int, y: int) -> list[str]:
    """Open, as a button is at rest."""
    return [line([(bus, y), (bus + 24, y)], "part"), line([(bus + 24, y), (bus + 66, y - 20)], "part"),
            line([(bus + 70, y), (TERMINAL, y)], "part"), dot((bus + 24, y), 5, "filled"),
            dot((bus + 70, y), 5, "filled")]  # fmt: skip


def _diode(bus: int, y: int) -> list[str]:
    """The long leg (anode) to the resistor, the short one (cathode, the flat side) to ground."""
    return [line([(bus, y), (TERMINAL, y)], "part"),
            path(f"M{bus + 62} {y - 13} L{bus + 36} {y} L{bus + 62} {y + 13} Z", "filled"),
            line([(bus + 35, y - 14), (bus + 35, y + 14)], "part")]  # fmt: skip


def _resistor(at: Point) -> list[str]:
    return [box((at[0], at[1] - 13), (68, 26), "resistor", 5), text((at[0] + 34, at[1] + 6), "330 Ω", "value")]


def _lamp(at: Point) -> list[str]:
    x, y = at
    return [dot(at, 26, "noted"), line([(x - 15, y - 15), (x + 15, y + 15)], "part"),
            line([(x - 15, y + 15), (x + 15, y - 15)], "part")]  # fmt: skip
