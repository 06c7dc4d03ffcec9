"""Tells Kivy how to behave. It reads its environment when first imported, so this comes before."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kiosk.ui.display import needs_kernel_display

Touch = Literal["auto", "mouse", "mtdev", "hidinput"]

# No configuration of its own, no log files, no reading of our command line, no logger of its own.
KIVY = {"KIVY_NO_ARGS": "1", "KIVY_NO_CONFIG": "1", "KIVY_NO_FILELOG": "1", "KIVY_LOG_MODE": "PYTHON",
        "KIVY_WINDOW": "sdl2", "KIVY_TEXT": "sdl2", "KIVY_IMAGE": "sdl2", "KIVY_AUDIO": "sdl2",
        "KIVY_CLIPBOARD": "dummy", "KIVY_SPELLING": "", "KIVY_CAMERA": "", "KIVY_VIDEO": ""}  # fmt: skip

MOUSE = "mouse,disable_multitouch"  # a right click must not leave Kivy's red dot


@dataclass(frozen=True)
class Display:
    """Where the screens are shown. `size` in px holds for a window; full screen takes what there is."""

    size: tuple[int, int] = (1280, 720)
    fullscreen: bool = False
    offscreen: bool = False
    touch: Touch = "auto"
    rotation: int = 0  # degrees by which the picture is turned against the panel, with the touches on it
    cursor: bool = True


def prepare(display: Display) -> None:
    """To be called once, before anything of Kivy is imported."""
    os.environ.update(KIVY | _graphics(display))
    os.environ["SDL_NO_SIGNAL_HANDLERS"] = "1"  # else SDL turns SIGTERM into a wish to close the window
    if display.offscreen:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
    else:  # SDL left to itself ends with a driver that shows nothing, and a terminal that nobody sees
        os.environ.setdefault("SDL_VIDEODRIVER", "x11,wayland,kmsdrm")
    logging.getLogger("kivy").addFilter(_is_news)
    _one_provider(provider_of(display.touch, os.environ))


def provider_of(touch: Touch, environ: Mapping[str, str]) -> str:
    """Where touches come from. X and Wayland make a mouse of a finger; on KMSDRM nobody does, so the panel is read."""
    if touch != "auto":
        return touch
    return "mtdev" if needs_kernel_display(environ) else "mouse"


def has_window() -> bool:
    """Whether Kivy found a display. To be asked after `prepare`; opens the window."""
    from kivy.core.window import Window  # noqa: PLC0415  opens the window that was prepared

    return Window is not None


def _graphics(display: Display) -> dict[str, str]:
    width, height = display.size
    return {
        "KCFG_GRAPHICS_WIDTH": str(width),
        "KCFG_GRAPHICS_HEIGHT": str(height),
        "KCFG_GRAPHICS_FULLSCREEN": "auto" if display.fullscreen else "0",
        "KCFG_GRAPHICS_BORDERLESS": str(int(display.fullscreen)),
        "KCFG_GRAPHICS_ROTATION": str(display.rotation),
        "KCFG_GRAPHICS_SHOW_CURSOR": str(int(display.cursor)),
        "KCFG_GRAPHICS_MULTISAMPLES": "0",
        "KCFG_GRAPHICS_ALLOW_SCREENSAVER": "0",
        "KCFG_KIVY_EXIT_ON_ESCAPE": "0",
        "KCFG_KIVY_KIVY_CLOCK": "interrupt",  # what a button's thread schedules is shown at once, not at the next tick
        "KCFG_KIVY_LOG_LEVEL": "warning",
    }


def _one_provider(provider: str) -> None:
    """One finger may be reported by several, and would then be several touches. Those of panels begin in `touch.py`."""
    from kivy.config import Config  # noqa: PLC0415  its import is what the lines above prepare

    for name, _ in Config.items("input"):
        Config.remove_option("input", name)
    if provider == "mouse":
        Config.set("input", "mouse", MOUSE)


def _is_news(record: logging.LogRecord) -> bool:
    """Not of a libmtdev that nobody asked for, nor of a missing display: that is one sentence of ours."""
    message = record.getMessage()
    return "MTDev is not supported" not in message and "Unable to find any valuable Window" not in message
