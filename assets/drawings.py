"""Where the drawings lie. Each SVG has PNGs of several sizes beside it, made by `assets/render.py`."""

from importlib.resources import files

SIZES = (128, 256, 512)  # px


def drawing(folder: str, name: object, pixels: float) -> str:
    """The path of the smallest PNG that need not be enlarged to show `pixels`."""
    size = next((size for size in SIZES if size >= pixels), SIZES[-1])
    return str(files("assets").joinpath(folder, f"{name}-{size}.png"))
