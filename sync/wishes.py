"""What the courier wishes of root: a file in `/run/hailong`, for which systemd waits (`hailong-restart.path`,
`hailong-eject.path`). It needs no rights for it, and there is nothing else that it could ask."""

from pathlib import Path

PLACE = Path("/run/hailong")  # made by systemd-tmpfiles, only where the terminal was installed


def restart(place: Path = PLACE) -> str:
    """Restart the board; why not, if it can't."""
    return _wish(place / "restart")


def eject(place: Path = PLACE) -> str:
    """Unmount the stick; done when the file is gone again."""
    return _wish(place / "eject")


def _wish(file: Path) -> str:
    try:
        file.touch(mode=0o600)
    except FileNotFoundError:
        return "not installed by setup.sh"
    except OSError as error:
        return f"{file}: {error.strerror}"
    return ""
