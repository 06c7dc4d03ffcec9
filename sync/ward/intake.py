"""The one path by which a batch comes in, whether a kiosk pushed it or the ward fetched it."""

from concurrent.futures import Future
from functools import partial

from sync.ward.house import House
from sync.ward.ingest import Forked, Held, Ingest, file_broken_chain
from sync.ward.problems import Refused, problem
from sync.ward.receive import BrokenChain, Receiver
from sync.ward.settings import Limits
from sync.ward.writer import Writer
from sync.wire import Ack, Fork, Problem, Proof, Purpose, Refusal, Signed, write_signed

Outcome = Held | Forked | Problem


class Intake:
    def __init__(self, house: House, writer: Writer, limits: Limits | None = None) -> None:
        """`limits`: others than those of the settings, for what an operator brings in by hand."""
        self._house, self._writer = house, writer
        self._receiver, self._ingest = Receiver(house.engine, limits or house.settings.limits), Ingest(house)

    def submit(self, body: bytes, *, packed: bool) -> Future[Outcome]:
        """Check the batch here, hand it to the writer; the future is done after the commit."""
        try:
            parcel = self._receiver.open(body, packed=packed)
        except BrokenChain as broken:
            return self._writer.submit(partial(file_broken_chain, broken=broken, now=self._house.clock()))
        return self._writer.submit(partial(self._ingest.take, parcel=parcel))

    def acknowledge(self, outcome: Outcome) -> Signed:
        """The signed answer, with the time at which it leaves."""
        if isinstance(outcome, Problem):
            raise Refused(outcome)
        if isinstance(outcome, Forked):
            raise Refused(self._fork(outcome))
        ack = Ack(outcome.log, outcome.have, outcome.head, self._house.clock(), outcome.nonce)
        return write_signed(ack, Purpose.ACK, self._house.key)

    def _fork(self, found: Forked) -> Problem:
        fork = Fork(found.log, found.have, found.head, found.kept, self._house.clock(), found.nonce)
        signed = write_signed(fork, Purpose.FORK, self._house.key)
        proof = Proof(signed.line, signed.signature)
        detail = "the ward keeps both branches"
        return problem(Refusal.FORK, detail, have=found.have, head=found.head, signed=proof)

    def take(self, body: bytes, *, packed: bool) -> Signed:
        return self.acknowledge(self.submit(body, packed=packed).result())
