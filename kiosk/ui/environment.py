"""Tells Kivy how to behave. It reads its environment when first imported, so this comes before."""

import logging
import os
from dataclasses import dataclass
from typing import Literal

Touch = Literal["mouse", "mtdev", "hidinput"]

# No configuration of its own, no log files, no reading of our command line, no logger of its own.
KIVY = {"KIVY_NO_ARGS": "1", "KIVY_NO_CONFIG": "1", "KIVY_NO_FILELOG": "1", "KIVY_LOG_MODE": "PYTHON",
        "KIVY_WINDOW": "sdl2", "KIVY_TEXT": "sdl2", "KIVY_IMAGE": "sdl2", "KIVY_AUDIO": "sdl2",
        "KIVY_CLIPBOARD": "dummy", "KIVY_SPELLING": "", "KIVY_CAMERA": "", "KIVY_VIDEO": ""}  # fmt: skip

# One finger may be reported by several providers, and would then be several touches: exactly one is on.
PROVIDERS: dict[Touch, str] = {
    "mouse": "mouse,disable_multitouch",  # a right click must not leave Kivy's red dot
    "mtdev": "probesysfs,provider=mtdev",
    "hidinput": "probesysfs,provider=hidinput",
}


@dataclass(frozen=True)
class Display:
    """Where the screens are shown. `size` in px holds for a window; full screen takes what there is."""

    size: tuple[int, int] = (1280, 720)
    fullscreen: bool = False
    offscreen: bool = False
    touch: Touch = "mouse"
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
    _one_provider(display.touch)


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
        "KCFG_GRAPHICS_SHOW_CURSOR": str(int(display.cursor)),
        "KCFG_GRAPHICS_MULTISAMPLES": "0",
        "KCFG_GRAPHICS_ALLOW_SCREENSAVER": "0",
        "KCFG_KIVY_EXIT_ON_ESCAPE": "0",
        "KCFG_KIVY_KIVY_CLOCK": "interrupt",  # what a button's thread schedules is shown at once, not at the next tick
        "KCFG_KIVY_LOG_LEVEL": "warning",
    }


def _one_provider(touch: Touch) -> None:
    from kivy.config import Config  # noqa: PLC0415  its import is what the lines above prepare

    for name, _ in Config.items("input"):
        Config.remove_option("input", name)
    Config.set("input", touch, PROVIDERS[touch])


def _is_news(record: logging.LogRecord) -> bool:
    """Not of a libmtdev that nobody asked for, nor of a missing display: that is one sentence of ours."""
    message = record.getMessage()
    return "MTDev is not supported" not in message and "Unable to find any valuable Window" not in message
