"""What could not be recorded, until one `fault` tells it; kept in memory that outlives the program, not the machine.

The disk is what refuses, so the count cannot lie there: it lies where systemd lets it outlive a restart of the service
(RuntimeDirectoryPreserve=restart, a tmpfs). If the power goes out before the disk has room again, it is forgotten.
"""

import json
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kiosk.entry import Stamp, plain


@dataclass(slots=True)
class Refused:
    """What could not be recorded since `first`. `presses` are votes; the others stand by their kind."""

    why: str
    first: Stamp
    last: Stamp
    kinds: Counter[str] = field(default_factory=Counter)

    def body(self) -> dict[str, Any]:
        others = {kind: times for kind, times in self.kinds.items() if kind != "vote"}
        when = {name: {"boot": s.boot, "mono": s.mono} for name, s in (("first", self.first), ("last", self.last))}
        told = {"fault": "not-recorded", "presses": self.kinds["vote"], "why": plain(self.why), **when}
        return told | ({"others": others} if others else {})


class Kept:
    """One small file in `folder`; without a folder nothing is kept, and nothing found."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / "refused.json" if folder else None

    def find(self) -> Refused | None:
        """What the run before could not tell any more. A file that cannot be read is as good as none."""
        try:
            found = json.loads(self._file.read_text("utf-8")) if self._file else None
            return _refused(found) if found else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep(self, refused: Refused) -> None:
        if self._file:
            with suppress(OSError):
                draft = self._file.with_name("refused.new")
                draft.write_text(json.dumps(_document(refused)), "utf-8")
                draft.replace(self._file)

    def forget(self) -> None:
        """Once the log has it."""
        if self._file:
            with suppress(OSError):
                self._file.unlink(missing_ok=True)


def _document(refused: Refused) -> dict[str, Any]:
    first, last = asdict(refused.first), asdict(refused.last)
    return {"why": refused.why, "first": first, "last": last, "kinds": dict(refused.kinds)}


def _refused(found: dict[str, Any]) -> Refused:
    kinds = Counter({str(kind): int(times) for kind, times in dict(found["kinds"]).items()})
    return Refused(str(found["why"]), Stamp(**found["first"]), Stamp(**found["last"]), kinds)
