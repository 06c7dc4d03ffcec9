"""Whether there is a display yet. The kernel may find it up to 20 s after everything else has started, as it may the
panel; SDL looks once. No card is named here: a Pi has two, and which one drives the screen changes from boot to boot.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

LIMIT = 45.0  # s
LOOK = 0.25  # s between two looks

ROOT = Path("/")


def needs_kernel_display(environ: Mapping[str, str]) -> bool:
    """No X and no Wayland: SDL will draw on the kernel's display itself (KMSDRM), unless it is told otherwise."""
    return (
        "kmsdrm" in environ.get("SDL_VIDEODRIVER", "kmsdrm")
        and not environ.get("DISPLAY")
        and not environ.get("WAYLAND_DISPLAY")
    )


def is_there(root: Path = ROOT) -> bool:
    """A connected screen on a card that this user may open."""
    connected = [file for file in root.glob("sys/class/drm/card*-*/status") if _text(file) == "connected"]
    cards = [root / "dev/dri" / file.parent.name.partition("-")[0] for file in connected]
    return any(os.access(card, os.R_OK | os.W_OK) for card in cards)


def wait_until(there: Callable[[], bool], pause: Callable[[float], None], limit: float = LIMIT) -> bool:
    """False if it did not come within `limit` s; SDL has the last word then."""
    for _ in range(round(limit / LOOK)):
        if there():
            return True
        pause(LOOK)
    return there()


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
