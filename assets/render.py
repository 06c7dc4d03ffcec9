"""Draws every SVG in faces/ and pictograms/ to the PNGs beside it: `python -m assets.render` (needs resvg-py).

Three sizes of each, so that the screen never shrinks one to less than half, which would blur it.

A PNG carries the SHA-256 of the source it was drawn from, so that a test can tell when it is stale.
"""

import hashlib
import struct
import zlib
from pathlib import Path

from assets.drawings import SIZES

FOLDERS = ("faces", "pictograms")
KEYWORD = b"Source-SHA256"
SIGNATURE_AND_HEADER = 8 + 25  # a PNG's first 33 bytes; further chunks may follow


def sources() -> list[Path]:
    return sorted(file for folder in FOLDERS for file in (Path(__file__).parent / folder).glob("*.svg"))


def digest(source: Path) -> str:
    return hashlib.sha256(source.read_bytes()).hexdigest()


def drawn_from(png: Path) -> str | None:
    """The digest of the source that this PNG was drawn from."""
    _before, found, after = png.read_bytes().partition(KEYWORD + b"\0")
    return after[:64].decode("ascii") if found else None


def render(source: Path) -> None:
    import resvg_py  # noqa: PLC0415  only a person who changes a drawing needs it

    # Pictograms are drawn in currentColor: white here, and the screen multiplies it by its colour.
    for size in SIZES:
        image = resvg_py.svg_to_bytes(svg_string=source.read_text(), width=size, style_sheet="svg { color: #fff }")
        source.with_name(f"{source.stem}-{size}.png").write_bytes(_labelled(bytes(image), digest(source)))


def _labelled(image: bytes, label: str) -> bytes:
    chunk = b"tEXt" + KEYWORD + b"\0" + label.encode("ascii")
    framed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return image[:SIGNATURE_AND_HEADER] + framed + image[SIGNATURE_AND_HEADER:]


if __name__ == "__main__":
    for drawing in sources():
        render(drawing)
