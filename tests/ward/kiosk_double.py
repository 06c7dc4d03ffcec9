"""A kiosk in miniature: real lines, real chain, real signatures, and no screen."""

import json
from dataclasses import dataclass, field
from typing import Any

from nacl.signing import SigningKey

from kiosk.entry import Clock, Stamp, canonical, compose, genesis, link, log_id
from kiosk.keys import Purpose, sign
from sync.wire import Batch, Echo, Enrolment, Header, Mark, Signed, Succession, pack, write_signed

START = {
    "version": "0.1.0",
    "unit": {"vi": "Trung tâm Phục vụ hành chính công phường An Bình", "en": "Public Administration Service Centre"},
    "counter": {"vi": "Quầy 1 · Tư pháp – Hộ tịch", "en": "Counter 1 · Justice"},
    "serial": None,
    "survey": {
        "order": [5, 4, 3, 2, 1],
        "levels": [5, 4, 3, 2, 1],
        "questions": [
            {"id": "procedure", "text": {"vi": "Ông/Bà hài lòng ở mức nào về việc giải quyết thủ tục?",
                                         "en": "How satisfied are you with how your procedure was handled?"}},
            {"id": "attitude", "text": {"vi": "Ông/Bà hài lòng ở mức nào về thái độ phục vụ của cán bộ, công chức?",
                                        "en": "How satisfied are you with the attitude of the officials?"}},
        ],
    },
    "sessions": [],
    "ended": "unknown",
    "alive": None,
}  # fmt: skip


@dataclass
class KioskDouble:
    """Append entries, then send any stretch of them."""

    key: SigningKey = field(default_factory=SigningKey.generate)
    boot: str = "11111111-1111-4111-8111-111111111111"
    mono: int = 10_000
    wall: int = 1_795_000_000_000
    clock: Clock = "synced"
    lines: list[str] = field(default_factory=list)

    @property
    def public(self) -> bytes:
        return bytes(self.key.verify_key)

    @property
    def log(self) -> str:
        return log_id(self.public)

    def hashes(self) -> list[bytes]:
        """Of entry 0 (before the first), 1, 2 ..."""
        all_ = [genesis(self.public)]
        for line in self.lines:
            all_.append(link(all_[-1], line))
        return all_

    def append(self, kind: str, body: dict[str, Any]) -> int:
        seq = len(self.lines) + 1
        self.lines.append(compose(seq, kind, Stamp(self.boot, self.mono, self.wall, self.clock), body))
        self.pass_time(1000)
        return seq

    def pass_time(self, ms: int) -> None:
        self.mono += ms
        self.wall += ms

    def start(self, **more: Any) -> int:
        return self.append("start", START | more)

    def vote(self, rating: int, visit: int | None = None, question: str = "procedure", kind: str = "vote") -> int:
        seq = len(self.lines) + 1
        said = {"question": question, "rating": rating, "lang": "vi", "via": "button"}
        return self.append(kind, {"visit": visit or seq, **said})

    def visit(self, first: int, second: int) -> None:
        """Two questions of one visit."""
        seq = self.vote(first)
        self.vote(second, seq, "attitude")

    def batch(self, after: int = 0, last: int | None = None, echo: Echo | None = None, **more: Any) -> Batch:
        last = len(self.lines) if last is None else last
        hashes = self.hashes()
        header = Header(
            log=self.log, after=after, prev=hashes[after].hex(), last=last, head=hashes[last].hex(),
            tip=Mark(len(self.lines), hashes[-1].hex()), boot=self.boot, mono=self.mono, echo=echo, **more,
        )  # fmt: skip
        return pack(header, self.lines[after:last], self.key)

    def echo(self, reply: bytes, left: int, came: int) -> Echo:
        line, sig = reply.decode().splitlines()
        return Echo(line, json.loads(sig), self.boot, left, came)

    def enrolment(self, code: str | None = None, succeeds: Succession | None = None) -> Signed:
        said = Enrolment(log=self.log, key=self.public.hex(), code=code, succeeds=succeeds)
        return write_signed(said, Purpose.ENROL, self.key)

    def succession(self, new: "KioskDouble", seq: int | None = None, *, signed: bool = True) -> Succession:
        """This log hands over to another."""
        seq = len(self.lines) if seq is None else seq
        end = {"log": self.log, "seq": seq, "hash": self.hashes()[seq].hex()}
        sig = sign(self.key, Purpose.SUCCESSION, canonical({"key": new.public.hex(), **end}).encode())
        return Succession(**end, sig=sig if signed else None)
