"""The ward's receipts on a stick: only they say that what was carried has arrived.

A receipt is verified like an acknowledgement: signed by the pinned ward, and its `head` is our own hash at `have`. It
is no echo: it says when it was written, but nobody knows how long it was under way.
"""

from collections.abc import Iterator
from contextlib import suppress

import msgspec

from kiosk.votelog.folder import LogFolder, all_folders
from sync.acknowledge import acknowledge, note_fork
from sync.bulletin import announce
from sync.home import Home, Memory
from sync.outcomes import Outcome, Told, Trouble
from sync.own_log import OwnLog, short, tip_seq
from sync.stick import Stick
from sync.wire import Ack, BadSignature, Malformed, Purpose, read_signed
from sync.wire.carried import RECEIPT

MOST = 16 * 1024  # bytes of a receipt; one has less than 500


class Receipts:
    """Takes note of what the ward says that it has."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def pick_up(self, stick: Stick) -> Iterator[Told]:
        """Of all receipts there, what the ones for our logs say. Other kiosks' receipts are none of our business."""
        for name in stick.names():
            if name.lower().endswith(RECEIPT):
                told = self.take(stick.get(name, MOST), name)
                if told.meant is not Outcome.RECEIPT_OF_ANOTHER:
                    yield told

    def take(self, raw: bytes, name: str) -> Told:
        try:
            return self._take(raw)
        except Trouble as trouble:
            return trouble.told(file=name)

    def _take(self, raw: bytes) -> Told:
        ack = self._read(raw)
        folder = next((folder for folder in all_folders(self._home.logs) if folder.log == ack.log), None)
        if folder is None:
            raise Trouble(Outcome.RECEIPT_OF_ANOTHER, log=short(ack.log))
        try:
            acknowledge(OwnLog.open(folder), ack.have, ack.head)
        except Trouble as trouble:
            if trouble.outcome is Outcome.FORKED:
                note_fork(folder, trouble)
                announce(self._home, folder, trouble.told(), None)
            raise
        self._remember(folder, ack)
        return Told(Outcome.RECEIPT_TAKEN.name, {"log": short(ack.log), "have": ack.have})

    def _read(self, raw: bytes) -> Ack:
        ward = self._home.ward()
        if ward is None:
            raise Trouble(Outcome.NOT_ENROLLED)
        try:
            signed = read_signed(raw)
            ack = signed.read(Ack)
            signed.check(ward.public_key, Purpose.RECEIPT)
        except Malformed as error:
            raise Trouble(Outcome.RECEIPT_UNREADABLE) from error
        except BadSignature as error:
            raise Trouble(Outcome.RECEIPT_FORGED) from error
        return ack

    def _remember(self, folder: LogFolder, ack: Ack) -> None:
        """An old receipt never takes back what is known; the newest word may: the ward was restored from a copy."""
        memory = self._home.memory(folder)
        if ack.time > _last_word(memory) or ack.have > memory.have:
            told = max(ack.time, memory.told)
            self._home.remember(folder, msgspec.structs.replace(memory, have=ack.have, told=told))
        if ack.have == tip_seq(folder):
            announce(self._home, folder, Told(Outcome.DELIVERED.name), None)


def _last_word(memory: Memory) -> int:
    """When the ward last said what it has, by its own clock. ms."""
    said = 0
    if memory.echo:
        with suppress(msgspec.MsgspecError):
            said = msgspec.json.decode(memory.echo.reply, type=Ack).time
    return max(said, memory.told)
