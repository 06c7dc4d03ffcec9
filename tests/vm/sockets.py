"""Unix sockets that another process makes in its own time."""

import socket
import time
from pathlib import Path


def connect(path: Path, patience: float = 20.0) -> socket.socket:
    end = time.monotonic() + patience
    while True:
        one = socket.socket(socket.AF_UNIX)
        try:
            one.connect(str(path))
        except OSError:
            one.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return one
