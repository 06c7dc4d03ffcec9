"""What a photographed seal proves: whether a log still holds what it held when the seal was made."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Row, select

from sync.ward.audit import write_audit
from sync.ward.branches import letter, lines_on, numbers
from sync.ward.dossier import Dossier
from sync.ward.failure import Failure
from sync.ward.findings import file_finding
from sync.ward.reading import Remark
from sync.ward.store.tables import logs
from sync.wire import BadSeal, BadSignature, Seal, follow, genesis, read_seal, unhex


class Verdict(Enum):
    """The name is the sentence in locale/, the value the command's exit code."""

    seal_contained = 0
    seal_contradicted = 1
    seal_not_arrived = 3
    seal_unknown_log = 4
    seal_other_log = 5
    seal_forged = 6


@dataclass(frozen=True, slots=True)
class Answer:
    verdict: Verdict
    seal: Seal
    branch: str = "A"  # the branch that holds what the seal names

    @property
    def code(self) -> int:
        """0: contained; 3: not (yet) here; 1: it speaks against the log, or is no seal of it."""
        absent = (Verdict.seal_not_arrived, Verdict.seal_unknown_log)
        return 0 if self.verdict is Verdict.seal_contained else 3 if self.verdict in absent else 1


def read(text: str) -> Seal:
    try:
        return read_seal(text)
    except BadSeal as error:
        raise Failure(f"{error}; photograph it again, or type it once more") from error


def ask_file(seal: Seal, dossier: Dossier) -> Answer:
    if seal.log != dossier.cover.log:
        return Answer(Verdict.seal_other_log, seal)
    if not _is_genuine(seal, unhex(dossier.cover.key, 32)):
        return Answer(Verdict.seal_forged, seal)
    return Answer(_held(seal, dossier.hashes), seal, dossier.cover.branch)


def ask_ward(db: Connection, seal: Seal, who: str, now: int) -> Answer:
    """In every branch of the log. A contradiction is a finding, and the seal is kept with it."""
    log = db.execute(select(logs).where(logs.c.id == seal.log)).first()
    if log is None:
        return Answer(Verdict.seal_unknown_log, seal)
    if not _is_genuine(seal, log.key):
        return Answer(Verdict.seal_forged, seal)
    answer = _in_any_branch(db, seal, log)
    if answer.verdict is Verdict.seal_contradicted:
        detail = f"a seal of {seal.day} names another entry {seal.seq} than the ward has"
        file_finding(db, log.id, Remark("seal", f"entry {seal.seq}", detail), now)
        write_audit(
            db, who, "seal", f"contradicts log {log.id}: entry {seal.seq} was {seal.hash}, says {seal.sig}", now
        )
    return answer


def _in_any_branch(db: Connection, seal: Seal, log: Row[Any]) -> Answer:
    answers = []
    for number in numbers(db, log.id):
        hashes = [genesis(log.key), *follow(genesis(log.key), 0, lines_on(db, log, number))]
        answers.append(Answer(_held(seal, hashes), seal, letter(number)))
    contained = [answer for answer in answers if answer.verdict is Verdict.seal_contained]
    return (contained or answers)[0]


def _held(seal: Seal, hashes: Sequence[bytes]) -> Verdict:
    if seal.seq >= len(hashes):
        return Verdict.seal_not_arrived
    return Verdict.seal_contained if hashes[seal.seq].hex() == seal.hash else Verdict.seal_contradicted


def _is_genuine(seal: Seal, key: bytes) -> bool:
    try:
        seal.check(key)
    except BadSignature:
        return False
    return True
