"""Where pins come from: the board's own GPIO lines, or mock ones that the keyboard drives."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from gpiozero import GPIOZeroError
from gpiozero.pins import Factory
from gpiozero.pins.mock import MockFactory


class NoPins(Exception):
    """This machine has no GPIO lines that we can use. The terminal goes on with touch alone and says so."""


def board_pins() -> Factory:
    """The real lines, by lgpio. Never a mock: a panel that does nothing must not look like one that works."""
    # lgpio leaves a FIFO in its working directory, which on a terminal is read-only.
    os.environ.setdefault("LG_WD", tempfile.gettempdir())
    with telling_why():
        try:
            from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415  opens the library, which may be missing

            return LGPIOFactory()
        except (ImportError, AttributeError) as error:  # PyPI's lgpio for Python 3.13 is an empty stub
            raise NoPins(f"the lgpio library is not installed ({error})") from error


@contextmanager
def telling_why() -> Iterator[None]:
    """What gpiozero and lgpio raise about lines, as `NoPins`."""
    try:
        yield
    except (GPIOZeroError, OSError) as error:
        raise NoPins(str(error)) from error
    except Exception as error:  # not to swallow, but to ask where it comes from
        if type(error).__module__ != "lgpio":  # lgpio.error derives from Exception alone
            raise
        raise NoPins(str(error)) from error


def mock_pins() -> MockFactory:
    return MockFactory()
