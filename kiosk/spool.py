"""Requests from one program of the kiosk to another, as small files: `ID.ask` in, `ID.answer` out.

The terminal has no network, so it asks the courier (`data/spool`); `kiosk log` must not write the log, so it asks the
terminal (`data/spool/terminal`). Whoever serves looks once a second: cheaper than it sounds (one `scandir` of an empty
folder), and unlike inotify there is no limit, no lost event, and no harm if the folder is made anew.
"""

import json
import os
import secrets
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kiosk.clock import boot_id, boottime_ms

What = Literal["deliver", "network", "restart", "export", "trust", "audit", "leave"]

LOOK = 1.0  # s between two looks
OLD = 10 * 60_000  # ms; who asked has long gone away
LARGEST = 16 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Request:
    id: str
    what: str
    more: dict[str, Any]
    at: int  # ms since boot


class Garbage(Exception):
    """A file that is no request. It is removed, and one sentence told."""


def for_courier(data: Path) -> Path:
    return data / "spool"


def for_terminal(data: Path) -> Path:
    return data / "spool" / "terminal"


def ask(folder: Path, what: What, **more: Any) -> str:
    """Leave a request; its id is what `answer` wants. The file appears whole. Raises OSError."""
    _make(folder)
    request = secrets.token_hex(8)
    _put(folder / f"{request}.ask", {**more, "what": what, "boot": boot_id(), "mono": boottime_ms()})
    return request


def answer(folder: Path, request: str) -> dict[str, Any] | None:
    """What was answered, or None as long as nothing was."""
    try:
        found = json.loads((folder / f"{request}.answer").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def take_back(folder: Path, request: str) -> bool:
    """Nobody waits for it any more. False if it was taken already, and may still be done."""
    try:
        (folder / f"{request}.ask").unlink()
    except OSError:
        return False
    return True


def reply(folder: Path, request: str, body: dict[str, Any]) -> None:
    """A disk that will not take an answer is no reason to fail: who asked sees that none comes."""
    with suppress(OSError):
        _put(folder / f"{request}.answer", {**body, "boot": boot_id(), "mono": boottime_ms()})


def taken(folder: Path, complain: Callable[[str], None]) -> Iterator[Request]:
    """Every fresh request, once: its file is gone before it is done, so that none is done twice."""
    boot, now = boot_id(), boottime_ms()
    for file in _files(folder):
        try:
            document = _read(file)
        except FileNotFoundError:
            continue  # taken back, or replaced just now
        except (Garbage, OSError) as error:
            _remove(file)
            complain(f"{file}: {error}; removed")
            continue
        if file.suffix == ".ask":
            _remove(file)
        if _is_old(document, boot, now):
            _remove(file)
        elif file.suffix == ".ask":
            more = {key: value for key, value in document.items() if key not in {"what", "boot", "mono"}}
            yield Request(file.stem, document["what"], more, document["mono"])


Handler = Callable[[Request], dict[str, Any] | None]


class Clerk(threading.Thread):
    """Serves one folder. What a handler returns is the answer; None means that it will be given later, or never."""

    def __init__(
        self,
        folder: Path,
        handlers: Mapping[str, Handler],
        complain: Callable[[str], None],
    ) -> None:
        super().__init__(name="spool", daemon=True)
        self._folder, self._handlers, self._complain = folder, handlers, complain
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(LOOK):
            self.look()

    def look(self) -> None:
        for request in taken(self._folder, self._complain):
            handler = self._handlers.get(request.what)
            if handler is None:
                self._complain(f"{self._folder}: nobody here does {request.what!r}")
                reply(self._folder, request.id, {"done": False})
            elif (said := handler(request)) is not None:
                reply(self._folder, request.id, said)

    def end(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join()


def _files(folder: Path) -> list[Path]:
    """What lies there, oldest first. Drafts begin with a dot and belong to their writer; folders to somebody else."""
    try:
        with os.scandir(folder) as found:
            files = [(entry.stat(follow_symlinks=False).st_mtime_ns, entry.path) for entry in found if _is_ours(entry)]
    except OSError:
        return []  # not made yet, or a file went away under us: at the next look
    return [Path(path) for _, path in sorted(files)]


def _is_ours(entry: "os.DirEntry[str]") -> bool:
    return not entry.name.startswith(".") and not entry.is_dir(follow_symlinks=False)


def _read(file: Path) -> dict[str, Any]:
    if file.suffix not in {".ask", ".answer"}:
        raise Garbage("is no request")
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Garbage("is no file")
        return _decoded(opened.read(LARGEST + 1), asks=file.suffix == ".ask")


def _decoded(raw: bytes, *, asks: bool) -> dict[str, Any]:
    try:
        document = json.loads(raw) if len(raw) <= LARGEST else None
    except (ValueError, RecursionError) as error:
        raise Garbage("is no request") from error
    needed: dict[str, type] = {"boot": str, "mono": int} | ({"what": str} if asks else {})
    if isinstance(document, dict) and all(isinstance(document.get(key), kind) for key, kind in needed.items()):
        return document
    raise Garbage("is no request")


def _is_old(document: dict[str, Any], boot: str, now: int) -> bool:
    """By the kernel's clock, which never steps. From before a restart: nobody waits for it any more."""
    return bool(document["boot"] != boot or now - document["mono"] > OLD)


def _put(file: Path, document: dict[str, Any]) -> None:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        json.dump(document, opened)
        _give(handle, file.parent)
    draft.replace(file)


def _make(folder: Path) -> None:
    for part in (folder.parent, folder):
        if not part.is_dir():
            part.mkdir(mode=0o770, exist_ok=True)
            handle = os.open(part, os.O_RDONLY | os.O_DIRECTORY)
            _give(handle, part.parent)
            os.close(handle)


def _give(handle: int, folder: Path) -> None:
    """A technician types `sudo kiosk log`; the service must still be able to remove what that wrote."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink()
