"""The whole picture: the board with its header in the middle, a card for each group of parts around it."""

from hardware.drawing import parts
from hardware.drawing.header import NAMES, POWER, row, side
from hardware.drawing.svg import Point, box, cable, document, dot, line, text
from hardware.drawing.wiring import Wire, Wiring
from hardware.drawing.words import Say

WIDTH, HEIGHT = 1600, 1190
TOP, PITCH = 236, 40  # of the header's first row
COLUMN = {"left": 776, "right": 824}
NAMED = {"left": 640, "right": 960}  # where a pin's name ends
KINDS = {"3.3 V": "three", "5 V": "five", "GND": "ground"}


def draw(wiring: Wiring, say: Say) -> str:
    groups = (
        (wiring.clock, *parts.clock(wiring.clock, 150, say)),
        ((*wiring.status, wiring.grounds()[1]), *parts.status(wiring.status, 362, say)),
        ((*wiring.buttons, wiring.grounds()[0]), *parts.buttons(wiring.buttons, 690, say)),
        (_lamp_wires(wiring), *parts.lamps(wiring.lamps, 420, say)),
    )
    cables = [_cable(wire, place) for wires, _, places in groups for wire, place in zip(wires, places, strict=True)]
    shapes = [*_page(say), *_board(say), *cables, *_pins(wiring)]
    return document(WIDTH, HEIGHT, say("Wiring"), [*shapes, *(shape for group in groups for shape in group[1])])


def _lamp_wires(wiring: Wiring) -> tuple[Wire, ...]:
    five, ground = wiring.power
    return (five, *wiring.lamps, ground)


def _cable(wire: Wire, place: Point) -> str:
    y = TOP + PITCH * row(wire.pin)
    column, named = COLUMN[side(wire.pin)], NAMED[side(wire.pin)]
    return cable([(column, y), (named, y), place], wire.kind)


def _page(say: Say) -> list[str]:
    return [box((0, 0), (WIDTH, HEIGHT), "paper", 0), box((0, 0), (WIDTH, 116), "band", 0),
            text((40, 56), say("Wiring"), "heading"),
            text((40, 92), say("Raspberry Pi 4 or 5; made from hardware/pins.toml"), "subheading"),
            *_legend(say), *_warning(say)]  # fmt: skip


def _legend(say: Say) -> list[str]:
    words = (("line", say("button")), ("lamp", say("button lamp")), ("status", say("status lamp")),
             ("bus", say("clock")), ("three", "3.3 V"), ("five", "5 V"), ("ground", say("ground (GND)")))  # fmt: skip
    shapes = [box((parts.RIGHT, 150), (parts.RIGHT_WIDTH, 130), "card")]
    for number, (kind, word) in enumerate(words):
        x, y = parts.RIGHT + 24 + 152 * (number % 3), 182 + 34 * (number // 3)
        shapes += [line([(x, y), (x + 26, y)], f"wire {kind}"), text((x + 36, y + 6), word, "quiet")]
    return shapes


def _warning(say: Say) -> list[str]:
    at = (parts.RIGHT, 300)
    return [box(at, (parts.RIGHT_WIDTH, 96), "warning"),
            text((at[0] + 24, at[1] + 40), say("Pull the plug before you touch a wire."), "alarm"),
            text((at[0] + 24, at[1] + 72), say("Never 5 V on a pin that is named GPIO."), "alarm")]  # fmt: skip


def _board(say: Say) -> list[str]:
    card, usb = say("card slot at this end"), say("USB ports at this end")
    return [box((620, 150), (360, 930), "board", 22), box((748, 206), (104, 820), "header", 8),
            text((800, 184), card, "edge"), text((800, 1060), usb, "edge")]  # fmt: skip


def _pins(wiring: Wiring) -> list[str]:
    used = {wire.pin: wire.kind for wire in wiring.all()}
    return [shape for pin in sorted(NAMES) for shape in _pin(pin, used.get(pin))]


def _pin(pin: int, kind: str | None) -> list[str]:
    """A wired pin has its name above the wire, the others at their height in grey."""
    x, y, where = COLUMN[side(pin)], TOP + PITCH * row(pin), side(pin)
    name_x = x - 38 if where == "left" else x + 38
    colour = f"pin-{kind or KINDS.get(POWER.get(pin, ''), 'none')}"
    light = " light" if colour == "pin-ground" else ""
    name = text((name_x, y - 7), NAMES[pin], where) if kind else text((name_x, y + 6), NAMES[pin], f"{where} unused")
    return [dot((x, y), 17, colour), text((x, y + 6), str(pin), f"pin{light}"), name]
