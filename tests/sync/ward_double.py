"""An honest ward in memory: it speaks the whole contract and keeps every line that it takes."""

import json
from dataclasses import dataclass, field

import msgspec
from nacl.signing import SigningKey

from kiosk.entry import canonical, genesis, log_id
from sync.post import Answer
from sync.verdict import nonce
from sync.wire import (
    Ack,
    BadSignature,
    Batch,
    Code,
    Enrolment,
    Fork,
    Header,
    Identity,
    Problem,
    Proof,
    Purpose,
    Refusal,
    Signed,
    Welcome,
    gunzip,
    read_signed,
    unpack,
    verify,
    write_signed,
)


@dataclass
class Held:
    """What the ward has of one log."""

    key: bytes
    lines: list[str] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)  # of 0, 1, 2 ...
    headers: list[Header] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)  # the lines of the other branch by their hashes

    @property
    def have(self) -> int:
        return len(self.lines)


class Refused(Exception):
    def __init__(self, status: int, kind: Refusal, **more: int | str) -> None:
        self.problem = Problem(type=f"urn:hailong:{kind}", title="refused", status=status, **more)  # type: ignore[arg-type]


def forked(ward: "WardDouble", have: int, head: str, kept: int, asked: str, log: str) -> Problem:
    """What a ward says of a fork, signed."""
    signed = write_signed(Fork(log, have, head, kept, ward.time, asked), Purpose.FORK, ward.key)
    refusal = Refused(409, Refusal.FORK, have=have, head=head).problem
    return msgspec.structs.replace(refusal, signed=Proof(signed.line, signed.signature))


class WardDouble:
    def __init__(self, ca: str, limit: int = 5000) -> None:
        self.key, self.limit, self.time = SigningKey.generate(), limit, 1_795_000_000_000
        self.identity = Identity(bytes(self.key.verify_key).hex(), ca)
        self.code = Code.make(self.identity)
        self.used: str | None = None
        self.logs: dict[str, Held] = {}
        self.order: list[str] = []  # the logs in the order in which their first lines came

    @property
    def public(self) -> bytes:
        return bytes(self.key.verify_key)

    def let_in(self, key: bytes) -> Held:
        return self.logs.setdefault(log_id(key), Held(key, hashes=[genesis(key)]))

    def answer(self, method: str, path: str, body: bytes = b"") -> Answer:
        try:
            match method, path:
                case "GET", "/v1/identity":
                    return Answer(200, msgspec.json.encode(self.identity), {"content-type": "application/json"})
                case "POST", "/v1/kiosks":
                    return Answer(200, self._enrol(read_signed(body)).bytes())
                case "POST", "/v1/batches":
                    return Answer(200, self._take(unpack(gunzip(body, 10_000_000))).bytes())
        except Refused as refused:
            problem = refused.problem
            return Answer(problem.status, msgspec.json.encode(problem), {"content-type": "application/problem+json"})
        return Answer(404, b"")

    def ack(self, log: str, have: int, head: bytes, nonce: str, purpose: Purpose = Purpose.ACK) -> Signed:
        self.time += 1
        return write_signed(Ack(log, have, head.hex(), self.time, nonce), purpose, self.key)

    def _take(self, batch: Batch) -> Signed:
        header = batch.header
        held = self.logs.get(header.log)
        if held is None:
            raise Refused(401, Refusal.UNKNOWN_LOG)
        batch.check_signature(held.key)
        if len(batch.lines) > self.limit:
            raise Refused(413, Refusal.TOO_LARGE, limit=self.limit)
        if header.after > held.have and header.prev not in held.beside:
            raise Refused(409, Refusal.GAP, have=held.have)
        hashes = [bytes.fromhex(header.prev), *batch.check_chain()]
        overlap = held.hashes[header.after : header.last + 1]
        if overlap != hashes[: len(overlap)] or header.after > held.have:
            refused = Refused(409, Refusal.FORK)
            held.beside |= {hash_.hex(): line for hash_, line in zip(hashes[1:], batch.lines, strict=True)}
            refused.problem = forked(self, held.have, held.hashes[-1].hex(), header.last, batch.nonce, header.log)
            raise refused
        if batch.lines and not held.lines:
            self.order.append(header.log)
        held.lines += batch.lines[held.have - header.after :]
        held.hashes += hashes[len(overlap) :]
        held.headers.append(header)
        return self.ack(header.log, held.have, held.hashes[-1], batch.nonce)

    def _enrol(self, signed: Signed) -> Signed:
        enrolment = signed.read(Enrolment)
        key = bytes.fromhex(enrolment.key)
        signed.check(key, Purpose.ENROL)
        if enrolment.log not in self.logs:
            self._admit(enrolment)
        self.let_in(key)
        return write_signed(Welcome(enrolment.log, "Quầy 1", self.time, nonce(signed)), Purpose.ENROL, self.key)

    def _admit(self, enrolment: Enrolment) -> None:
        if enrolment.code is not None:
            if enrolment.code != self.code.secret or self.used not in (None, enrolment.log):
                raise Refused(403, Refusal.BAD_CODE)
            self.used = enrolment.log
            return
        old = enrolment.succeeds
        if old is None or old.log not in self.logs:
            raise Refused(401, Refusal.UNKNOWN_LOG)
        said = canonical({"hash": old.hash, "key": enrolment.key, "log": old.log, "seq": old.seq})
        try:
            verify(self.logs[old.log].key, Purpose.SUCCESSION, said.encode(), old.sig or "")
        except BadSignature as error:
            raise Refused(401, Refusal.BAD_SIGNATURE) from error


def resigned(ward: WardDouble, honest: Answer, **lies: int | str) -> Answer:
    """The ward's own answer with other words in it, signed by the ward."""
    line, _ = honest.body.decode().splitlines()
    return Answer(200, write_signed(json.loads(line) | lies, Purpose.ACK, ward.key).bytes())
