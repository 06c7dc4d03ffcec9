"""What becomes of a failure that nobody expected: the journal learns where, the next start why, and we end."""

import faulthandler
import os
import threading
from functools import partial
from pathlib import Path

from kiosk import ended


def catch_failures(data: Path) -> None:
    """For this process, from now on."""
    faulthandler.enable()  # when the watchdog ends us, the journal says where every thread stood
    threading.excepthook = partial(_crash, data)


def _crash(data: Path, failure: threading.ExceptHookArgs) -> None:
    """A dead thread must not leave a screen that thanks nobody: end at once."""
    threading.__excepthook__(failure)
    if failure.exc_value:
        thread = failure.thread.name if failure.thread else "?"
        ended.note(data, "crash", ended.place_of(failure.exc_value, thread))
    os._exit(1)
