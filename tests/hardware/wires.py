"""Mock lines that remember in which order they changed, as somebody behind the desk with a camera would."""

from gpiozero.pins.mock import MockFactory, MockPin

from hardware.pins import Pins


class Film:
    """A factory whose output lines write down every change: (line, on)."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, bool]] = []
        film = self

        class Watched(MockPin):
            def _change_state(self, value: bool) -> bool:
                changed = bool(super()._change_state(value))
                if changed and self.function == "output":
                    film.seen.append((int(self.info.name.removeprefix("GPIO")), value))
                return changed

        self.factory = MockFactory(pin_class=Watched)

    def lit(self, pins: Pins) -> set[str]:
        """The lamps that are lit now, by their names in the settings."""
        lines = {f"buttons.{rating}": one.lamp for rating, one in pins.buttons.items()}
        lines |= {f"status.{name}": getattr(pins.status, name) for name in pins.status.__struct_fields__}
        return {name for name, line in lines.items() if self.factory.pin(line).state}
