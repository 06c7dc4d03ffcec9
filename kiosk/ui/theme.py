"""The tokens of assets/theme.toml: colours as Kivy wants them, sizes in px for the window there is."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

Colour = tuple[float, float, float, float]


@dataclass(frozen=True)
class Theme:
    """`sizes` and `panel` are in mm on a 7-inch screen, `times` in ms."""

    panel: dict[str, float]
    colours: dict[str, Colour]
    contrast: dict[str, Colour]  # all of them, for a visitor who chooses high contrast
    sizes: dict[str, float]
    large: dict[str, float]  # all of them, for a visitor who chooses large letters
    shares: dict[str, float]
    times: dict[str, int]

    def unit(self, width: float, height: float) -> float:
        """How many px of this window stand for 1 mm of the panel: as many as fit both ways."""
        return min(max(width, height) / self.panel["long"], min(width, height) / self.panel["short"])

    def pixels(self, width: float, height: float, large: bool = False) -> dict[str, float]:
        unit = self.unit(width, height)
        return {name: mm * unit for name, mm in (self.large if large else self.sizes).items()}


def load() -> Theme:
    tokens = tomllib.loads(files("assets").joinpath("theme.toml").read_text(encoding="utf-8"))
    colours = {name: rgba(text) for name, text in tokens["colours"].items()}
    contrast = colours | {name: rgba(text) for name, text in tokens["contrast"].items()}
    sizes = tokens["sizes"]
    return Theme(tokens["panel"], colours, contrast, sizes, sizes | tokens["large"], tokens["shares"], tokens["times"])


def rgba(text: str) -> Colour:
    """`#rrggbb` as four numbers from 0 to 1."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red / 255, green / 255, blue / 255, 1.0
