"""What the kiosk answers to the ward's own questions: its logs and their batches, sealed, for the ward's eyes only."""

import base64
import binascii
from dataclasses import dataclass
from threading import Lock

import msgspec

from kiosk.entry import Stamp
from kiosk.votelog.folder import all_folders
from sync.acknowledge import acknowledge, note_fork
from sync.bulletin import announce
from sync.clock import Clock
from sync.home import Home, Memory, Moment
from sync.introduce import introduction
from sync.log_courier import LINES
from sync.outcomes import Outcome, Told, Trouble
from sync.own_log import OwnLog, tip_seq
from sync.parcel import parcel
from sync.pinned import Ward
from sync.wire import Ack, BadSignature, Batch, Echo, Malformed, Problem, Purpose, Refusal, Signed, gzip, read_signed
from sync.wire import seal as sealed

NO_LOG = "0" * 32  # the `log` of a question about all logs
UNKNOWN = "0" * 64  # the `head` of a ward that does not know the log yet


class Refused(Exception):
    """The question is not answered. `problem` is all that is said; None: not signed by the ward, so nothing is."""

    def __init__(self, status: int, problem: Problem | None = None) -> None:
        super().__init__(status)
        self.status, self.problem = status, problem


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose signature is the ward's."""

    ack: Ack
    signed: Signed


@dataclass(frozen=True, slots=True)
class Served:
    """The last batch that went out for a log: an acknowledgement that names it is an echo."""

    batch: Batch
    left: Stamp


class Puller:
    """Answers one question at a time, so that two of them can't mix up what was served last."""

    def __init__(self, home: Home, ward: Ward, clock: Clock) -> None:
        self._home, self._ward, self._clock = home, ward, clock
        self._served: dict[str, Served] = {}
        self._turn = Lock()

    def question(self, header: str) -> Question:
        """The question in a `Hailong-Request` header. Raises `Refused`."""
        try:
            signed = read_signed(base64.b64decode(header + "=" * (-len(header) % 4), b"-_", validate=True))
            signed.check(self._ward.public_key, Purpose.PULL)
            return Question(signed.read(Ack), signed)
        except (binascii.Error, ValueError, Malformed, BadSignature) as error:
            raise Refused(401) from error

    def logs(self, question: Question) -> bytes:
        """Every log's introduction, as the ward takes it."""
        if question.ack.log != NO_LOG:
            raise Refused(401)
        documents = [introduction(log) for log in self._logs()]
        return self._seal(msgspec.json.encode([{"line": it.line, "sig": it.signature} for it in documents]))

    def batch(self, question: Question, log: str, after: int, limit: int) -> bytes:
        """The batch after `after`. What the question acknowledges is taken note of first. Raises `Refused`."""
        if question.ack.log != log or question.ack.have != after:
            raise Refused(401)
        with self._turn:
            try:
                return self._seal(self._batch(self._log(log), question, min(limit, LINES)).bytes())
            except Trouble as trouble:
                raise _refusal(trouble) from trouble

    def _batch(self, log: OwnLog, question: Question, limit: int) -> Batch:
        if question.ack.head != UNKNOWN:
            self._acknowledge(log, question)
        stamp = self._clock.now()
        cut = log.copy(question.ack.have, limit)
        if cut.before.seq != question.ack.have:
            raise Trouble(Outcome.GAP, have=cut.tip.seq)
        batch = parcel(log, cut, stamp, self._home.memory(log.folder).echo, self._home.logs)
        self._served[log.id] = Served(batch, stamp)
        return batch

    def _acknowledge(self, log: OwnLog, question: Question) -> None:
        try:
            acknowledge(log, question.ack.have, question.ack.head)
        except Trouble as trouble:
            if trouble.outcome is Outcome.FORKED:
                note_fork(log.folder, trouble)
            raise
        self._keep_echo(log, question)
        if question.ack.have == tip_seq(log.folder):
            now = self._clock.now()
            announce(self._home, log.folder, Told(Outcome.DELIVERED.name), Moment(now.boot, now.mono, now.wall))

    def _keep_echo(self, log: OwnLog, question: Question) -> None:
        """The question names the batch that we served: it was written at the ward between then and now."""
        served = self._served.get(log.id)
        if served is None or served.batch.nonce != question.ack.nonce:
            return
        now, carried = self._clock.now(), served.batch.header.echo
        echo = Echo(question.signed.line, question.signed.signature, now.boot, served.left.mono, now.mono)
        dated = carried.boot if carried else self._home.memory(log.folder).dated
        self._home.remember(log.folder, Memory(question.ack.have, echo, dated))

    def _logs(self) -> list[OwnLog]:
        found = []
        for folder in all_folders(self._home.logs):
            try:
                found.append(OwnLog.open(folder))
            except Trouble:  # a log whose key is gone can't introduce itself
                continue
        return found

    def _log(self, log: str) -> OwnLog:
        found = next((folder for folder in all_folders(self._home.logs) if folder.log == log), None)
        if found is None:
            raise Refused(404)
        return OwnLog.open(found)

    def _seal(self, data: bytes) -> bytes:
        return sealed(gzip(data), self._ward.public_key)


def _refusal(trouble: Trouble) -> Refused:
    """As the ward says it when the same goes wrong in the other direction."""
    match trouble.outcome:
        case Outcome.FORKED:
            return _conflict(Refusal.FORK, "this kiosk holds another history than the question acknowledges", trouble)
        case Outcome.GAP:
            return _conflict(Refusal.GAP, "this log is shorter than that", trouble)
        case _:
            return Refused(503)


def _conflict(kind: Refusal, title: str, trouble: Trouble) -> Refused:
    have = int(trouble.facts["have"])
    return Refused(409, Problem(type=f"urn:hailong:{kind}", title=title, status=409, have=have))
