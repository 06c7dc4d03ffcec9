"""The panel of this machine, real or simulated: what differs is the pin factory and nothing else."""

from collections.abc import Callable

from hardware.buttons import ButtonPanel
from hardware.factory import board_pins, mock_pins, telling_why
from hardware.pins import Pins
from hardware.simulator import Keys

Tell = Callable[[int], None]


def open_panel(pins: Pins, on_press: Tell, on_release: Tell) -> ButtonPanel:
    """The buttons on the board's own lines; `NoPins` if it has none, or another program has taken one."""
    with telling_why():
        return ButtonPanel(pins, board_pins(), on_press, on_release)


def open_simulated(pins: Pins, on_press: Tell, on_release: Tell) -> tuple[ButtonPanel, Keys]:
    """The same panel on mock lines, and the keys that drive them."""
    factory = mock_pins()
    keys = Keys(factory, pins)
    return ButtonPanel(pins, factory, on_press, on_release), keys
