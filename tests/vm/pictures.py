"""Two pictures, compared pixel by pixel."""

import subprocess
from pathlib import Path

FAR = 48  # of 255, in any colour: more than smoothing of edges by another renderer

Size = tuple[int, int]


def difference(shown: Path, drawn: Path) -> float:
    """The share of the drawn pixels that the screen shows otherwise.

    A screendump is of the whole scan-out buffer, which Mesa makes a multiple of 64 wide and high: what is shown stands
    in its top left corner.
    """
    (width, height), expected = pixels(drawn)
    found = cropped(*pixels(shown), (width, height))
    far = sum(
        any(abs(a - b) > FAR for a, b in zip(found[at : at + 3], expected[at : at + 3], strict=True))
        for at in range(0, len(expected), 3)
        if found[at : at + 3] != expected[at : at + 3]
    )
    return far / (width * height)


def pixels(png: Path) -> tuple[Size, bytes]:
    """Size, and red, green, blue for each pixel."""
    said = subprocess.run(["pngtopnm", png], capture_output=True, check=True).stdout
    _, width, height = said.split(maxsplit=3)[:3]
    size = int(width), int(height)
    return size, said[-size[0] * size[1] * 3 :]


def cropped(size: Size, picture: bytes, to: Size) -> bytes:
    line, wanted = size[0] * 3, to[0] * 3
    return b"".join(picture[at * line : at * line + wanted] for at in range(to[1]))


def keep_cropped(png: Path, to: Size) -> None:
    """The picture as it is seen on the screen, for people."""
    picture = f"P6\n{to[0]} {to[1]}\n255\n".encode() + cropped(*pixels(png), to)
    png.write_bytes(subprocess.run(["pnmtopng"], input=picture, capture_output=True, check=True).stdout)
