"""How a terminal stands: from the side, and from the front. No words: the numbers are those of the guides' list."""

from hardware.drawing.parts import face
from hardware.drawing.svg import Point, box, document, dot, line, path, text
from hardware.drawing.wiring import STATUS

WIDTH, HEIGHT, FLOOR = 1600, 800, 730
BUTTONS, MIDDLE, PITCH = 5, 1265, 96  # of the row seen from the front
EYE_OF_CITIZEN, EYE_AT_DESK = (742, 262), (214, 322)


def draw() -> str:
    shapes = [box((0, 0), (WIDTH, HEIGHT), "paper", 0), box((30, 30), (900, 740), "card"),
              box((960, 30), (610, 740), "card"), line([(60, FLOOR), (900, FLOOR)], "part")]  # fmt: skip
    return document(
        WIDTH, HEIGHT, "1–7", [*shapes, *_desk(), *_terminal(), *_citizen(), *_sight(), *_height(), *_front()]
    )


def _desk() -> list[str]:
    """Whoever works there sits, and sees the back of the housing."""
    return [path("M120 730 V560 q0 -150 64 -150 q60 0 60 120 V730 Z", "person"), dot((184, 330), 56, "person"),
            box((210, 540), (150, 22), "wood", 4), box((326, 562), (22, 168), "wood", 2)]  # fmt: skip


def _terminal() -> list[str]:
    """Back, hood and foot; the panel leans away from the citizen."""
    hood = "M440 214 H672 L676 300 L632 474 L602 460 L508 262 H440 Z"
    return [box((468, 480), (56, 250), "post", 4), box((416, 712), (160, 18), "post", 6),
            path("M440 214 H508 L612 484 H440 Z", "housing"), path(hood, "hood"),
            line([(440, 214), (672, 214)], "roof"), line([(514, 274), (560, 394)], "screen"),
            line([(574, 430), (592, 477)], "buttons"), path("M496 484 V640 q0 60 -30 66 H330", "cord"),
            box((478, 576), (36, 12), "clip", 3), box((478, 656), (36, 12), "clip", 3),
            *_number((620, 190), 2), *_number((408, 400), 1), *_number((540, 640), 6)]  # fmt: skip


def _citizen() -> list[str]:
    return [path("M716 730 V440 q0 -106 68 -106 q70 0 70 106 V730 Z", "person"), dot((784, 258), 58, "person"),
            path("M790 400 Q700 476 606 452", "arm")]  # fmt: skip


def _sight() -> list[str]:
    """The citizen's reaches the screen, that of the desk ends at the housing."""
    blocked = (430, EYE_AT_DESK[1])
    x, y = blocked
    return [line([EYE_OF_CITIZEN, (546, 336)], "seen"), dot(EYE_OF_CITIZEN, 7, "filled"),
            line([EYE_AT_DESK, blocked], "unseen"), dot(EYE_AT_DESK, 7, "filled"),
            line([(x - 14, y - 14), (x + 2, y + 14)], "stop"), line([(x + 2, y - 14), (x - 14, y + 14)], "stop"),
            *_number((300, 288), 7)]  # fmt: skip


def _height() -> list[str]:
    """Of the buttons above the floor."""
    x, low = 650, FLOOR - 2
    arrows = f"M{x - 9} 500 L{x} 484 L{x + 9} 500 M{x - 9} {low - 16} L{x} {low} L{x + 9} {low - 16}"
    mark = [line([(x, 486), (x, low)], "measure"), path(arrows, "measure"), line([(600, 482), (664, 482)], "measure")]
    return [
        *mark,
        box((x - 60, 566), (120, 34), "label", 6),
        text((x, 590), "85–105 cm", "figure"),
        *_number((x, 634), 3),
    ]


def _front() -> list[str]:
    """The housing's lid, the screen, the lamps, the buttons with the dot on the one in the middle."""
    shapes = [path("M990 130 L1040 80 H1490 L1540 130 V640 H990 Z", "housing"), *_glass()]
    for place, rating in enumerate(range(BUTTONS, 0, -1)):
        x = MIDDLE + PITCH * (place - 2)
        shapes += [face((x - 38, 280), 76, str(rating)), dot((x, 556), 42, "button")]
        shapes += [face((x - 27, 529), 54, str(rating))]
    shapes += [dot((1390 + 40 * place, 450), 12, name) for place, name in enumerate(STATUS)]
    return [*shapes, dot((MIDDLE, 522), 7, "filled"), *_number((MIDDLE, 472), 4), *_number((1524, 450), 5), *_spacing()]


def _glass() -> list[str]:
    return [box((1020, 130), (490, 282), "glass", 10), box((1023, 133), (484, 48), "band", 8),
            box((1050, 204), (340, 16), "ghost", 4), box((1050, 232), (240, 16), "ghost", 4)]  # fmt: skip


def _spacing() -> list[str]:
    """From the middle of a button to that of the next."""
    x, to, y = MIDDLE - 2 * PITCH, MIDDLE - PITCH, 618
    ends = [line([(at, y - 9), (at, y + 9)], "measure pale") for at in (x, to)]
    return [*ends, line([(x, y), (to, y)], "measure pale"), text((to + 50, y + 7), "70 mm", "figure light")]


def _number(at: Point, number: int) -> list[str]:
    return [dot(at, 22, "callout"), text((at[0], at[1] + 8), str(number), "callout-number")]
