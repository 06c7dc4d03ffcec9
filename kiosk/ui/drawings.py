"""Where the drawings lie."""

from importlib.resources import files


def drawing(kind: str, name: object) -> str:
    """The path of `assets/<kind>/<name>.png`."""
    return str(files("assets").joinpath(kind, f"{name}.png"))
