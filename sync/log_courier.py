"""One log on its way to the ward: as many batches as it takes, each of them acknowledged before the next."""

from dataclasses import dataclass

import msgspec

from kiosk.entry import Stamp
from kiosk.votelog.marks import Mark
from kiosk.votelog.reader import Slice
from sync.acknowledge import acknowledge, note_fork
from sync.clock import Clock
from sync.home import Home, Memory
from sync.introduce import introduce_successor
from sync.outcomes import Outcome, Trouble
from sync.own_log import OwnLog
from sync.parcel import parcel
from sync.pinned import Ward
from sync.post import Road
from sync.verdict import check_fits, proven_fork, signed_reply
from sync.wire import Ack, Batch, Echo, Purpose, gzip

LINES = 5000  # larger batches gain nothing (FEASIBILITY §3)
FEWEST = 50  # lines, about 1 kB: what a line that carries anything carries in time
QUICK = 5_000  # ms: a batch of twice the size is still far from the 30 s that we wait for an answer
SLOW = 15_000  # ms: half of those; one that is given up was sent for nothing

HEADERS = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Kit:
    """What a courier works with."""

    home: Home
    ward: Ward
    road: Road
    clock: Clock


@dataclass(slots=True)
class Size:
    """How many lines go at once. Remembered as long as the courier lives.

    `most` is what the ward, or a proxy before it, takes. `lines` is less on a line so slow that a whole batch would not
    be through before our patience ends: it halves when one was not, or nearly not, and doubles when one went quickly.
    """

    lines: int = LINES
    most: int = LINES

    def halve(self, sent: int) -> None:
        self.lines = self.most = max(1, sent // 2)

    def went(self, sent: int, ms: int) -> None:
        if ms < QUICK and sent >= self.lines:
            self.lines = min(self.most, 2 * self.lines)
        elif ms > SLOW:
            self.stuck(sent)

    def stuck(self, sent: int) -> None:
        self.lines = min(self.most, max(FEWEST, sent // 2))


class LogCourier:
    def __init__(self, log: OwnLog, kit: Kit, size: Size) -> None:
        self._log, self._kit, self._size = log, kit, size
        self._memory = kit.home.memory(log.folder)
        self.heard: int | None = None  # `mono` of the ward's last acknowledgement
        self._went_back = self._introduced = False

    def deliver(self, *, contact: bool, probe: bool = False) -> None:
        """Return when every entry that verifies is acknowledged, else raise `Trouble`.

        `contact`: speak to the ward even if nothing waits. `probe`: begin with an empty batch.
        """
        if probe:
            self._exchange(self._cut(0))
        cut = self._cut(self._size.lines)
        shortened = cut.before.seq < self._memory.have  # the ward has more than this log still holds: let it say so
        contact = contact or shortened
        while cut.lines or (cut.tip.seq and (contact or self._memory.undated)):
            contact = not self._exchange(cut) and contact and not self._memory.forked
            cut = self._cut(self._size.lines)
        if cut.broken:
            raise Trouble(Outcome.DAMAGED, seq=cut.last.seq, detail=cut.broken)
        if self._memory.forked:
            raise Trouble(Outcome.FORKED)

    def _cut(self, lines: int) -> Slice:
        """The next entries, in memory: no read of the log is open while we speak to the ward."""
        return self._log.copy(self._memory.have, lines)

    def _exchange(self, cut: Slice) -> bool:
        """Send one batch; False if it must be sent again, mended."""
        stamp = self._kit.clock.now()
        batch = parcel(self._log, cut, stamp, self._memory.echo, self._kit.home.logs)
        try:
            self._send(batch, stamp)
        except Trouble as trouble:
            self._mend(trouble, batch)
            return False
        return True

    def _send(self, batch: Batch, left: Stamp) -> None:
        answer = self._kit.road.post("/v1/batches", gzip(batch.bytes()), HEADERS)
        came = self._kit.clock.now()
        address, ward_key = self._kit.road.address, self._kit.ward.public_key
        ack, reply = signed_reply(answer, address, Ack, Purpose.ACK, ward_key)
        check_fits(ack, batch.signed, self._log.id, address)
        acknowledge(self._log, ack.have, ack.head)
        dated = batch.header.echo.boot if batch.header.echo else self._memory.dated
        self.heard = came.mono
        self._size.went(len(batch.lines), came.mono - left.mono)
        self._remember(Memory(ack.have, Echo(reply.line, reply.signature, left.boot, left.mono, came.mono), dated))
        if ack.have < min(batch.header.last, batch.header.after + 1):
            self._go_back(ack.have)

    def _mend(self, trouble: Trouble, batch: Batch) -> None:
        """Return if sending again can help, else raise what is to be told."""
        match trouble.outcome:
            case Outcome.TOO_LARGE if len(batch.lines) > 1:
                self._size.halve(len(batch.lines))
            case Outcome.TOO_LARGE if batch.lines:
                raise Trouble(Outcome.LINE_TOO_LARGE, seq=batch.header.last) from trouble
            case Outcome.TIMED_OUT | Outcome.BROKEN_OFF if batch.lines:
                self._size.stuck(len(batch.lines))
                raise trouble
            case Outcome.GAP if trouble.problem and trouble.problem.have is not None:
                self._go_back(trouble.problem.have)
            case Outcome.UNKNOWN_LOG if not self._introduced:
                self._introduced = True
                introduce_successor(self._log, self._kit.road, self._kit.ward.public_key, trouble)
            case Outcome.FORKED:
                self._go_on_beside(trouble, batch)
            case _:
                raise trouble

    def _go_on_beside(self, trouble: Trouble, batch: Batch) -> None:
        """The ward holds another branch. That is noted for the terminal, and what it lacks of ours is sent as well."""
        fork = self._proven(trouble, batch)
        kept, after = int(fork.facts["kept"]), batch.header.after
        note_fork(self._log.folder, fork)
        moves = kept > after or (kept < after and not self._went_back)
        self._went_back = self._went_back or kept < after
        self._remember(msgspec.structs.replace(self._memory, have=kept, forked=True))
        if not moves:
            raise fork

    def _proven(self, trouble: Trouble, batch: Batch) -> Trouble:
        """The fork as the ward signed it, with how far it has our branch. Raises another `Trouble` if it did not."""
        if trouble.problem is None:  # by an acknowledgement: our lines were taken, but the ward's log goes on otherwise
            trouble.facts["kept"] = batch.header.last
            return trouble
        address = self._kit.road.address
        fork = proven_fork(trouble, address, self._kit.ward.public_key)
        check_fits(fork, batch.signed, self._log.id, address)
        if self._log.mark(fork.have) == Mark(fork.have, bytes.fromhex(fork.head)):
            raise Trouble(Outcome.GARBAGE, address=address, detail="fork") from trouble
        kept = min(fork.kept, batch.header.last)
        return Trouble(Outcome.FORKED, have=fork.have, head=fork.head, kept=kept)

    def _go_back(self, have: int) -> None:
        """The ward has less than we thought. Once in a round: a second time it is not moving."""
        if self._went_back:
            raise Trouble(Outcome.GAP, have=have)
        self._went_back = True
        self._remember(msgspec.structs.replace(self._memory, have=have))

    def _remember(self, memory: Memory) -> None:
        self._memory = memory
        self._kit.home.remember(self._log.folder, memory)
