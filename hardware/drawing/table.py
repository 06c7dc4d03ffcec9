"""The wiring as Markdown tables."""

from hardware.drawing.header import NAMES
from hardware.drawing.wiring import Wire, Wiring, channel
from hardware.drawing.words import LEVELS, STATUS, Say


def tables(wiring: Wiring, say: Say) -> str:
    return "\n".join([*_buttons(wiring, say), "", *_rest(wiring, say)]) + "\n"


def _buttons(wiring: Wiring, say: Say) -> list[str]:
    """A row for each rating, best first."""
    switch = {wire.what: wire for wire in wiring.buttons}
    lamp = {wire.what: (number, wire) for number, wire in enumerate(wiring.lamps)}
    heads = [say("button"), say("switch: from pin"), say("to"), say("lamp: from pin"), say("through ULN2803A")]
    rows = [
        [f"{rating} {say(LEVELS[int(rating)])}", _pin(wire), "GND", _pin(lamp[rating][1]), _through(lamp[rating][0])]
        for rating, wire in sorted(switch.items(), reverse=True)
    ]
    return _table(heads, rows)


def _rest(wiring: Wiring, say: Say) -> list[str]:
    buttons, status = wiring.grounds()
    rows = [
        [f"{say('status lamp')}: {say(STATUS[wire.what])}", _pin(wire), "330 Ω → LED → GND"] for wire in wiring.status
    ]
    rows += [[say("ground of the buttons"), _pin(buttons), ""], [say("ground of the status lamps"), _pin(status), ""]]
    rows += [
        ["ULN2803A", _pin(wire), end]
        for wire, end in zip(wiring.power, (say("lamps + and pin 10"), say("pin 9")), strict=True)
    ]
    rows += [[f"DS3231 {wire.what}", _pin(wire), ""] for wire in wiring.clock]
    return _table([say("part"), say("pin"), say("way")], rows)


def _pin(wire: Wire) -> str:
    return f"**{wire.pin}** ({NAMES[wire.pin]})"


def _through(number: int) -> str:
    into, out = channel(number)
    return f"{into} → {out}"


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in (heads, ["---"] * len(heads), *rows)]
