"""The one path by which a batch comes in, whether a kiosk pushed it or the ward fetched it."""

from concurrent.futures import Future
from functools import partial

from sync.ward.house import House
from sync.ward.ingest import Held, Ingest, file_broken_chain
from sync.ward.problems import Refused
from sync.ward.receive import BrokenChain, Receiver
from sync.ward.settings import Limits
from sync.ward.writer import Writer
from sync.wire import Ack, Problem, Purpose, Signed, write_signed


class Intake:
    def __init__(self, house: House, writer: Writer, limits: Limits | None = None) -> None:
        """`limits`: others than those of the settings, for what an operator brings in by hand."""
        self._house, self._writer = house, writer
        self._receiver, self._ingest = Receiver(house.engine, limits or house.settings.limits), Ingest(house)

    def submit(self, body: bytes, *, packed: bool) -> Future[Held | Problem]:
        """Check the batch here, hand it to the writer; the future is done after the commit."""
        try:
            parcel = self._receiver.open(body, packed=packed)
        except BrokenChain as broken:
            return self._writer.submit(partial(file_broken_chain, broken=broken, now=self._house.clock()))
        return self._writer.submit(partial(self._ingest.take, parcel=parcel))

    def acknowledge(self, outcome: Held | Problem) -> Signed:
        """The signed answer, with the time at which it leaves."""
        if isinstance(outcome, Problem):
            raise Refused(outcome)
        ack = Ack(outcome.log, outcome.have, outcome.head, self._house.clock(), outcome.nonce)
        return write_signed(ack, Purpose.ACK, self._house.key)

    def take(self, body: bytes, *, packed: bool) -> Signed:
        return self.acknowledge(self.submit(body, packed=packed).result())
