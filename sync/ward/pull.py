"""`ward pull`: fetch from a kiosk's own server what it has not yet sent, and take it in by the same path as a push.

Each request is signed by the ward and carries its acknowledgement; each answer is sealed to the ward's key.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Row, select

from sync.ward.enrolment import Enroller, introduce
from sync.ward.failure import Failure
from sync.ward.house import House
from sync.ward.ingest import Forked
from sync.ward.intake import Intake
from sync.ward.problems import Refused
from sync.ward.pull_client import Declined, KioskClient
from sync.ward.report import Report
from sync.ward.store.tables import kiosks, logs
from sync.ward.writer import Writer
from sync.wire import Ack, Malformed, Purpose, Signed, TooLarge, gunzip, unpack, unseal, write_signed
from sync.wire.batch import LogId

NO_LOG, NO_HASH = "0" * 32, "0" * 64
CONFLICT = 409  # what is acknowledged is not what the kiosk holds


class Offer(msgspec.Struct, frozen=True):
    """One log that the kiosk holds: its enrolment, signed by the log's own key."""

    line: str
    sig: str


class _Named(msgspec.Struct, frozen=True):
    log: LogId  # nothing else is ever printed: the answer may come from anyone


class Puller:
    def __init__(self, house: House, writer: Writer, client: KioskClient) -> None:
        self._house, self._writer, self._client = house, writer, client
        self._intake = Intake(house, writer)

    def pull(self, only: str | None = None) -> Iterator[Report]:
        """Fetch every log that the kiosk offers, oldest first, or one of them."""
        chosen = [offer for offer in self._offers() if only in (None, _log_of(offer))]
        if not chosen:
            raise Failure(f"the kiosk does not offer log {only}" if only else "the kiosk offers no log yet")
        for offer in chosen:
            log, refusal = _log_of(offer), self._introduce(offer)
            yield Report(f"log {log}: {refusal}; left", ok=False) if refusal else self._fetch(log)

    def _offers(self) -> list[Offer]:
        content = self._get("/v1/logs", {}, Ack(NO_LOG, 0, NO_HASH, self._house.clock(), secrets.token_hex(32)))
        try:
            return msgspec.json.decode(content, type=list[Offer])
        except msgspec.DecodeError as error:
            raise Failure(f"the kiosk's list of logs cannot be read: {error}") from error

    def _introduce(self, offer: Offer) -> str:
        """Why the log cannot be let in; empty if it is known or has just been let in."""
        try:
            who = introduce(Signed(offer.line, offer.sig), self._client.url)
        except (Refused, Malformed) as error:
            return f"its introduction is not good: {error}"
        outcome = self._writer.submit(partial(Enroller(self._house).take, who=who)).result()
        return str(outcome) if isinstance(outcome, Refused) else ""

    def _fetch(self, log: str) -> Report:
        before, nonce = self._row(log), secrets.token_hex(32)
        try:
            while nonce:
                nonce = self._fetch_once(log, nonce)
        except Declined as error:
            beside = self._fetch_beside(log) if error.status == CONFLICT else None
            said = error if beside is None else f"it is forked; {beside} entries of the other branch were kept"
            return Report(f"log {log} ({before.name}): {said}", ok=False)
        except (Refused, Malformed) as error:
            return Report(f"log {log} ({before.name}): {error}", ok=False)
        got = self._row(log).have - before.have
        return Report(f"log {log} ({before.name}): {got} new entries, {before.have + got} in all")

    def _fetch_once(self, log: str, nonce: str) -> str:
        """Take one batch; the nonce to acknowledge next, or "" when the kiosk has heard that we have all it has."""
        row = self._row(log)
        head = bytes(row.head).hex()
        body = self._get(
            "/v1/batch", {"log": log, "after": row.have}, Ack(log, row.have, head, self._house.clock(), nonce)
        )
        batch = unpack(body)
        if batch.header.log != log:
            raise Malformed(f"the kiosk sent log {batch.header.log} instead")
        self._intake.take(body, packed=False)
        if batch.lines and self._row(log).have == row.have:
            raise Malformed("the kiosk sent again what the ward has")
        return batch.nonce if batch.lines else ""

    def _fetch_beside(self, log: str) -> int | None:
        """The kiosk holds another branch than ours: how many entries of it are new here. None: it gives none."""
        new = 0
        try:
            after = 0
            while True:
                ack = Ack(log, after, NO_HASH, self._house.clock(), secrets.token_hex(32))
                body = self._get("/v1/batch", {"log": log, "after": after}, ack)
                batch = unpack(body)
                outcome = self._intake.submit(body, packed=False).result()
                new += outcome.added if isinstance(outcome, Forked) else 0
                if not batch.lines or batch.header.last <= after:
                    return new
                after = batch.header.last
        except (Refused, Malformed, Declined):
            return None

    def _get(self, path: str, query: dict[str, Any], ack: Ack) -> bytes:
        request = write_signed(ack, Purpose.PULL, self._house.key).bytes()
        sealed = self._client.get(path, query, urlsafe_b64encode(request).decode().rstrip("="))
        try:
            return gunzip(unseal(sealed, self._house.key), self._house.settings.limits.body_bytes)
        except TooLarge as error:
            raise Malformed(str(error)) from error

    def _row(self, log: str) -> Row[int, bytes, str]:
        query = select(logs.c.have, logs.c.head, kiosks.c.name).join(kiosks, kiosks.c.id == logs.c.kiosk)
        with self._house.engine.connect() as db:
            return db.execute(query.where(logs.c.id == log)).one()


def _log_of(offer: Offer) -> str:
    """The log that the offer says it is for; checked where it is let in."""
    try:
        return msgspec.json.decode(offer.line, type=_Named).log
    except msgspec.DecodeError:
        return "?"
