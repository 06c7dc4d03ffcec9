"""The board we run on, from its own files; absent elsewhere without error."""

from pathlib import Path


def serial(tree: Path = Path("/proc/device-tree")) -> str | None:
    """The board's serial number: a log that wakes up on another board begins a successor."""
    try:
        return (tree / "serial-number").read_text("ascii").strip("\0\n") or None
    except (OSError, UnicodeDecodeError):
        return None
