"""A QR code as a texture: one texel a module, enlarged without blur, and no file."""

from typing import Any

import segno
from kivy.graphics.texture import Texture
from kivy.properties import ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

QUIET = 4  # modules of quiet zone around it, as the standard asks


class QrCode(Widget):
    """`text` as dark modules on light, each of them as large as the others; nothing without a text."""

    text = StringProperty("")
    dark = ColorProperty()
    light = ColorProperty()
    texture = ObjectProperty(None, allownone=True)
    modules = NumericProperty(1)  # in a row, quiet zone included

    def on_text(self, *_: Any) -> None:
        self._draw()

    def on_dark(self, *_: Any) -> None:
        self._draw()

    def on_light(self, *_: Any) -> None:
        self._draw()

    def _draw(self) -> None:
        if self.text and self.dark and self.light:
            rows = modules(self.text)
            self.modules = len(rows)
            self.texture = _texture(rows, _rgb(self.dark), _rgb(self.light))
        else:
            self.texture = None


def modules(text: str) -> list[list[bool]]:
    """The rows from the top, quiet zone included; True is dark."""
    code = segno.make(text, error="l", micro=False)  # nothing soils a screen: larger modules are worth more
    return [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET)]


def whole(side: float, modules: int) -> int:
    """The largest side, in px, that gives every module the same whole number of pixels: else a camera reads none."""
    return max(1, int(side) // modules) * modules


def _texture(rows: list[list[bool]], dark: bytes, light: bytes) -> Texture:
    texture = Texture.create(size=(len(rows), len(rows)), colorfmt="rgb")
    texture.mag_filter = texture.min_filter = "nearest"
    pixels = b"".join(dark if module else light for row in reversed(rows) for module in row)
    texture.blit_buffer(pixels, colorfmt="rgb", bufferfmt="ubyte")
    return texture


def _rgb(colour: list[float]) -> bytes:
    return bytes(round(part * 255) for part in colour[:3])
