"""Why a run ended, kept for the `start` entry of the next: `python -m kiosk.ended [DATA FOLDER]` as ExecStopPost.

systemd knows what a dead process cannot say: that its watchdog, the kernel's lack of memory or somebody's SIGKILL ended
it. A run that fails by an exception notes it itself. Standard library only: this runs while a citizen waits.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

HOME = "/var/lib/hailong"
OURS = ("kiosk", "hardware")


@dataclass(frozen=True, slots=True)
class Ended:
    """`how` is `watchdog`, `memory`, `killed` or `crash`; `boot` and `mono` (ms) say when."""

    how: str
    why: str
    boot: str
    mono: int


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("STATE_DIRECTORY", HOME).split(":")[0]
    if found := what_systemd_says(os.environ):
        note(Path(folder), *found)


def what_systemd_says(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """How and why, from what systemd.exec(5) hands to ExecStopPost; None after an end in order."""
    result, status = environ.get("SERVICE_RESULT", ""), environ.get("EXIT_STATUS", "")
    match result:
        case "success" | "":
            return None
        case "watchdog":
            return "watchdog", ""
        case "oom-kill":
            return "memory", ""
        case "signal" if status == "KILL":
            return "killed", "SIGKILL"
        case "signal" | "core-dump":
            return "crash", f"SIG{status}"
        case "exit-code":
            return "crash", f"exit {status}"
        case _:
            return "killed", result  # a time-out, mostly


def note(data: Path, how: str, why: str) -> None:
    """The first word about a run stands: what failed, not that systemd then saw it fail. A disk may refuse it."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    ended = Ended(how, why, boot, time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000)
    with suppress(OSError), _file(data).open("x", encoding="utf-8") as file:
        json.dump(asdict(ended), file)


def read(data: Path) -> Ended | None:
    try:
        found = Ended(**json.loads(_file(data).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    right = [isinstance(text, str) for text in (found.how, found.why, found.boot)]
    return found if all(right) and isinstance(found.mono, int) else None


def forget(data: Path) -> None:
    """Once the log has it."""
    with suppress(OSError):
        _file(data).unlink()


def place_of(error: BaseException, thread: str) -> str:
    """What failed and where: never what it said, which may hold anything."""
    return f"{type(error).__name__} at {_innermost(error.__traceback__)} in {thread}"


def _innermost(trace: TracebackType | None) -> str:
    """The last place in our own code."""
    place = "?"
    while trace:
        *_, folder, name = Path(trace.tb_frame.f_code.co_filename).parts[-2:]
        if any(part in OURS for part in Path(trace.tb_frame.f_code.co_filename).parts):
            place = f"{folder}/{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _file(data: Path) -> Path:
    return data / "ended.json"


if __name__ == "__main__":
    main()
