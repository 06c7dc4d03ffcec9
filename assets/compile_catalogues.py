"""Compiles every .po in locale/ to the .mo beside it: `python -m assets.compile_catalogues` (needs babel)."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"


def compile_all() -> list[Path]:
    """Makes each .mo that is missing or older than its .po, and names those it made."""
    stale = [source for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")) if _is_stale(source)]
    return [compile_one(source) for source in stale]


def compile_one(source: Path) -> Path:
    target = source.with_suffix(".mo")
    beside = target.with_suffix(f".{os.getpid()}")  # renamed when whole: a reader never meets half a catalogue
    with source.open("rb") as text, beside.open("wb") as compiled:
        write_mo(compiled, read_po(text))
    return beside.replace(target)


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


if __name__ == "__main__":
    for made in compile_all():
        print(made.relative_to(LOCALE.parent.parent))
