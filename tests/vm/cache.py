"""Where images lie: outside the checkout, in a folder named by a hash of everything that went into them."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hailong-vm"


def key(*parts: str | bytes | Path) -> str:
    """A name for what is made from these; a path stands for the bytes of its file."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]


def files_under(*folders: Path) -> list[Path]:
    return sorted(file for folder in folders for file in folder.rglob("*") if _counts(file))


def _counts(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


def made_once(name: str, make: Callable[[Path], None], parts: Iterable[str | bytes | Path]) -> Path:
    """The folder that `make` fills; it appears whole or not at all. Older ones of the same name are thrown away."""
    folder = home() / f"{name}-{key(*parts)}"
    with _one_at_a_time(name):
        if not folder.exists():
            _make(name, make, folder)
    return folder


def _make(name: str, make: Callable[[Path], None], folder: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=home()))
    try:
        make(draft)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    for old in home().glob(f"{name}-*"):
        shutil.rmtree(old)
    draft.chmod(0o755)
    draft.rename(folder)


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    """Two processes run the tests: the second waits for what the first one makes."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
