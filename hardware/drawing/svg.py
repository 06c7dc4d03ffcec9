"""A few SVG shapes as text. Colours and letters are classes of style.css; places are whole numbers, so that a picture
made again is the same to the byte.
"""

from html import escape
from importlib.resources import files
from itertools import pairwise

Point = tuple[int, int]


def document(width: int, height: int, title: str, shapes: list[str]) -> str:
    style = files("hardware.drawing").joinpath("style.css").read_text("utf-8")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    return "\n".join([head, f"<title>{escape(title)}</title>", f"<style>\n{style}</style>", *shapes, "</svg>", ""])


def text(at: Point, words: str, style: str) -> str:
    return f'<text x="{at[0]}" y="{at[1]}" class="{style}">{escape(words)}</text>'


def box(at: Point, size: Point, style: str, radius: int = 14) -> str:
    return f'<rect x="{at[0]}" y="{at[1]}" width="{size[0]}" height="{size[1]}" rx="{radius}" class="{style}"/>'


def dot(at: Point, radius: int, style: str) -> str:
    return f'<circle cx="{at[0]}" cy="{at[1]}" r="{radius}" class="{style}"/>'


def line(points: list[Point], style: str) -> str:
    return path("M" + " L".join(f"{x} {y}" for x, y in points), style)


def path(drawn: str, style: str) -> str:
    return f'<path d="{drawn}" class="{style}"/>'


def cable(points: list[Point], kind: str) -> str:
    """Level at each of its points: two cables that keep their order never cross. A pale edge parts it from others."""
    drawn = f"M{points[0][0]} {points[0][1]}"
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (x + to_x) // 2
        drawn += f" C{middle} {y} {middle} {to_y} {to_x} {to_y}"
    return path(drawn, "halo") + path(drawn, f"wire {kind}")


def picture(at: Point, size: int, source: str, units: int) -> str:
    """What is inside another SVG of `units` by `units`, shrunk to `size`."""
    inside = source.partition(">")[2].rpartition("</svg>")[0]
    shapes = " ".join(inside.split())
    return f'<g transform="translate({at[0]} {at[1]}) scale({size / units})">{shapes}</g>'
