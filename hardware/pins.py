"""Which line of the board is which button and lamp: the defaults in pins.toml, changed by the settings."""

from collections import Counter
from collections.abc import Collection
from importlib.resources import files
from typing import Annotated, Any, Literal

import msgspec

Line = Annotated[int, msgspec.Meta(ge=0, le=27)]  # BCM numbers on the 40-pin header


class ButtonPins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One button and the lamp in it. `pull` is the resistor inside the board; `active` the level of a press."""

    line: Line
    lamp: Line
    pull: Literal["up", "down", "none"] = "up"
    active: Literal["low", "high"] = "low"

    @property
    def pull_up(self) -> bool | None:
        """As gpiozero says it: None is a floating line, with a resistor outside the board."""
        return {"up": True, "down": False, "none": None}[self.pull]

    @property
    def pressed(self) -> Literal["low", "high"]:
        """The only level a press can have: a resistor pulls to the other one."""
        levels: dict[str, Literal["low", "high"]] = {"up": "low", "down": "high", "none": self.active}
        return levels[self.pull]

    @property
    def resistor_differs(self) -> bool:
        """Lines 2 and 3 (I2C) have a pull-up soldered to the board."""
        return self.line in (2, 3) and self.pull != "up"


class StatusPins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Three lamps: ready for a press, noted, cannot record."""

    ready: Line
    noted: Line
    cannot_record: Line


class Pins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole panel: a button for each rating, and the status lamps."""

    buttons: dict[Annotated[int, msgspec.Meta(ge=1, le=5)], ButtonPins]
    status: StatusPins
    buzzer: Line | None = None  # the same sound for every rating

    def only(self, ratings: Collection[int]) -> "Pins":
        """The panel with these buttons alone: the lines of the others stay free."""
        return msgspec.structs.replace(
            self, buttons={rating: pins for rating, pins in self.buttons.items() if rating in ratings}
        )

    def used(self) -> dict[str, int]:
        """Every line in use, by the name it has in the settings."""
        buttons = {f"buttons.{rating}.{name}": getattr(pins, name)
                   for rating, pins in self.buttons.items() for name in ("line", "lamp")}  # fmt: skip
        buzzer = {} if self.buzzer is None else {"buzzer": self.buzzer}
        return (
            buttons | buzzer | {f"status.{name}": getattr(self.status, name) for name in self.status.__struct_fields__}
        )

    def clash(self) -> tuple[str, str, int] | None:
        """Two names that share one line, and the line; None if every line has one use."""
        used = self.used()
        for line, times in Counter(used.values()).items():
            if times > 1:
                first, second = [name for name, pin in used.items() if pin == line][:2]
                return first, second, line
        return None


def default_pins() -> dict[str, Any]:
    """What pins.toml says, undecoded, so that settings can be laid over it."""
    document: dict[str, Any] = msgspec.toml.decode(files("hardware").joinpath("pins.toml").read_bytes())
    return document
