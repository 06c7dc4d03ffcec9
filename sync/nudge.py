"""A word to a `kiosk-sync run` that is waiting: look again now."""

import os
import signal
from contextlib import suppress

from sync import files
from sync.home import Home


def say_who_runs(home: Home) -> None:
    home.run_lock.write_text(f"{os.getpid()}\n", "ascii")


def nudge(home: Home) -> None:
    """Does nothing if no service runs, or if it is not ours to signal: it looks by itself a little later."""
    if files.is_held(home.run_lock):
        with suppress(OSError, ValueError):
            os.kill(int(home.run_lock.read_text("ascii")), signal.SIGUSR1)
