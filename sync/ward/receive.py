"""A body becomes a checked batch: unpacked within limits, signed by its log, every line canonical and in the chain."""

from dataclasses import dataclass

from sqlalchemy import Engine, select

from sync.ward.problems import refuse
from sync.ward.settings import Limits
from sync.ward.store.tables import logs
from sync.wire import BadLine, BadSignature, Batch, Malformed, Refusal, TooLarge, gunzip, unpack


@dataclass(frozen=True, slots=True)
class Parcel:
    """A batch that is what it claims to be; `hashes` are those of its lines."""

    batch: Batch
    hashes: list[bytes]


class BrokenChain(Exception):
    """The log's own key signed a header over lines that do not fit. Refused, and filed as a finding."""

    def __init__(self, batch: Batch, error: BadLine) -> None:
        super().__init__(str(error))
        self.batch, self.seq = batch, error.seq


@dataclass(frozen=True, slots=True)
class Receiver:
    engine: Engine
    limits: Limits

    def open(self, body: bytes, *, packed: bool) -> Parcel:
        batch = self._read(body, packed)
        self._check_signature(batch)
        try:
            return Parcel(batch, batch.check_chain())
        except BadLine as error:
            raise BrokenChain(batch, error) from error

    def _read(self, body: bytes, packed: bool) -> Batch:
        limit = self.limits.body_bytes
        try:
            plain = gunzip(body, limit) if packed else body
            self._check_size(plain)
            return unpack(plain)
        except TooLarge as error:
            raise refuse(Refusal.TOO_LARGE, str(error), limit=limit) from error
        except Malformed as error:
            raise refuse(Refusal.MALFORMED, str(error)) from error

    def _check_size(self, plain: bytes) -> None:
        """Before anything is split: nobody knows yet who sent it."""
        if len(plain) > self.limits.body_bytes:
            raise refuse(Refusal.TOO_LARGE, f"{len(plain)} bytes", limit=self.limits.body_bytes)
        if (lines := plain.count(b"\n") - 2) > self.limits.lines:
            raise refuse(Refusal.TOO_LARGE, f"{lines} lines", limit=self.limits.lines)

    def _check_signature(self, batch: Batch) -> None:
        log = batch.header.log
        with self.engine.connect() as db:
            key = db.execute(select(logs.c.key).where(logs.c.id == log)).scalar()
        if key is None:
            raise refuse(Refusal.UNKNOWN_LOG, f"log {log}: enrol it with a code from `ward enrol`")
        try:
            batch.check_signature(key)
        except BadSignature as error:
            raise refuse(Refusal.BAD_SIGNATURE, f"log {log}: {error}") from error
