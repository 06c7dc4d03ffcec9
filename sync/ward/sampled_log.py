"""A simulated year as the log of a kiosk: real lines, a real chain, real signatures, and marked as a sample."""

import random
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from nacl.signing import SigningKey

from sync.ward.sample.year import AFTERNOON, MINUTE, MORNING, SUNDAY, Visit, Year
from sync.wire import Batch, Header, Mark, canonical, genesis, link, log_id, pack

SAMPLE = "sample"  # in the body of a `start`: only such a log is ever taken away again
EACH = 4000  # lines in a batch
BEFORE = 20 * MINUTE  # the kiosk starts so long before the first visit of a day
GAP = 6 * 60 * MINUTE  # without a visit for so long: it was switched off in between


def _text(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


UNIT = _text("Trung tâm Phục vụ hành chính công phường An Bình", "An Bình Public Administration Service Centre")
SESSIONS = (
    ("Buổi sáng", "Morning", (1, 2, 3, 4, 5), MORNING),
    ("Buổi chiều", "Afternoon", (1, 2, 3, 4, 5), AFTERNOON),
    ("Chủ nhật vì dân", "Sunday for the people", (7,), SUNDAY),
)
QUESTIONS = (
    ("procedure", "Ông/Bà hài lòng ở mức nào về việc giải quyết thủ tục?",
     "How satisfied are you with how your procedure was handled?"),
    ("attitude", "Ông/Bà hài lòng ở mức nào về thái độ phục vụ của cán bộ, công chức?",
     "How satisfied are you with the attitude of the officials?"),
)  # fmt: skip


class SampledLog:
    """Lines of one kiosk, told by a year."""

    def __init__(self, counter: dict[str, str], version: str) -> None:
        self.key = SigningKey.generate()
        self.lines: list[str] = []
        self.hashes = [genesis(bytes(self.key.verify_key))]
        self._body = start_body(counter, version)
        self._version = version
        self._boot, self._booted, self._at = "", 0, 0

    @property
    def log(self) -> str:
        return log_id(bytes(self.key.verify_key))

    def tell(self, year: Year, now: int) -> None:
        """What had happened by now (Unix ms)."""
        for visit in takewhile(lambda one: one.end < now - MINUTE, year.visits):
            if visit.at - self._at > GAP:
                self._restart(visit.at - BEFORE)
            self._visit(visit)

    def batches(self) -> Iterator[Batch]:
        """The whole log, in parts that a ward takes."""
        for after in range(0, len(self.lines), EACH):
            last = min(after + EACH, len(self.lines))
            yield pack(self._header(after, last), self.lines[after:last], self.key)

    def _header(self, after: int, last: int) -> Header:
        return Header(
            log=self.log, after=after, prev=self.hashes[after].hex(), last=last, head=self.hashes[last].hex(),
            tip=Mark(len(self.lines), self.hashes[-1].hex()), boot=self._boot, mono=self._at - self._booted,
            health={"version": self._version, "waiting": 0, "clock": "synced"},
        )  # fmt: skip

    def _restart(self, at: int) -> None:
        if self._boot:
            self._append("stop", self._at + 10 * MINUTE, {"why": "stop"})
        self._boot, self._booted = _uuid(), at - MINUTE
        self._append("start", at, self._body | {"ended": "stop" if self.lines else "first"})

    def _visit(self, visit: Visit) -> None:
        first = len(self.lines) + 1
        for press in visit.presses:
            said = {"visit": first, "question": press.question, "rating": press.rating}
            kind = "trial" if visit.trial else "vote"
            self._append(kind, press.at, said | {"lang": visit.lang, "via": visit.via})

    def _append(self, kind: str, at: int, body: dict[str, Any]) -> None:
        self._at = at
        place = {"seq": len(self.lines) + 1, "kind": kind, "boot": self._boot, "mono": at - self._booted}
        self.lines.append(canonical(place | {"wall": at, "clock": "synced", "body": body}))
        self.hashes.append(link(self.hashes[-1], self.lines[-1]))


def start_body(counter: dict[str, str], version: str) -> dict[str, Any]:
    levels = [5, 4, 3, 2, 1]
    return {
        SAMPLE: True,
        "version": version,
        "unit": UNIT,
        "counter": counter,
        "serial": None,
        "survey": {
            "order": levels,
            "levels": levels,
            "questions": [{"id": name, "text": _text(vi, en)} for name, vi, en in QUESTIONS],
        },
        "sessions": [_session(*one) for one in SESSIONS],
        "alive": None,
    }


def _session(vi: str, en: str, days: tuple[int, ...], hours: tuple[int, int]) -> dict[str, Any]:
    begins, ends = (f"{minute // 60:02}:{minute % 60:02}" for minute in hours)
    return {"name": _text(vi, en), "days": list(days), "from": begins, "to": ends}


def _uuid() -> str:
    digits = f"{random.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
