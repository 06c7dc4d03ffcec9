"""What reads bytes that somebody else wrote, one small function each: only the documented errors may come out.

`fuzz(data)` returns, or raises what a caller does not expect; `seeds` are real documents to begin from. The quick tests
run each over a fixed corpus, `./setup.sh test fuzz` guides each by coverage.
"""

import base64
import gzip as standard_gzip
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nacl.signing import SigningKey

from kiosk.answers import read_answers
from kiosk.entry import Stamp, canonical, compose, genesis
from kiosk.mistakes import Mistake
from kiosk.seal import from_body, seal_body, seal_text
from kiosk.settings import read as read_settings
from sync.offline import read_answer
from sync.outcomes import Trouble
from sync.pinned import Ward as PinnedWard
from sync.pull import Puller, Refused
from sync.receipts import Receipts
from sync.ward.enrolment import Introduction, read_introduction
from sync.ward.failure import BadSettings
from sync.ward.problems import Refused as RefusedByWard
from sync.ward.settings import Release, settings_text
from sync.ward.settings import read_settings as read_ward_settings
from sync.wire import (
    Ack,
    Admission,
    BadCode,
    BadLine,
    BadSeal,
    BadSignature,
    Batch,
    Enrolment,
    Malformed,
    NotCarried,
    Purpose,
    Signed,
    TooLarge,
    carried,
    check_place,
    envelope_of,
    gunzip,
    gzip,
    opened,
    parse,
    read_code,
    read_fingerprint,
    read_seal,
    read_signed,
    seal,
    unpack,
    write_signed,
)
from tests.ward.kiosk_double import KioskDouble

Fuzz = Callable[[bytes], None]
LIMIT = 64 * 1024  # bytes that may come out of what was packed
WARD = SigningKey(b"w" * 32)
LOG = SigningKey(b"k" * 32)
FOLDER = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    fuzz: Fuzz
    seeds: Callable[[], Sequence[bytes]]


# What stands in the files and bodies


@cache
def kiosk() -> KioskDouble:
    double = KioskDouble(key=LOG)
    double.start()
    double.visit(5, 1)
    return double


def batches() -> list[bytes]:
    double = kiosk()
    ack = write_signed(Ack(double.log, 1, "0" * 64, 1, "0" * 64), Purpose.ACK, WARD).bytes()
    echoed = double.batch(after=1, echo=double.echo(ack, 1, 2), health={"disk": 1, "name": "Quầy"})
    return [double.batch().bytes(), echoed.bytes(), double.batch(after=3).bytes()]


def carried_files() -> list[bytes]:
    double = kiosk()
    introduction = double.enrolment()
    return [
        carried(introduction, double.batch(), bytes(WARD.verify_key)),
        introduction.bytes() + double.batch().bytes(),
    ]


def receipts() -> list[bytes]:
    double = kiosk()
    ack = Ack(double.log, 3, double.hashes()[3].hex(), 1_795_000_000_000, "0" * 64)
    signed = write_signed(ack, Purpose.RECEIPT, WARD)
    return [signed.bytes(), signed.line.encode()]


def admissions() -> list[bytes]:
    said = Admission(
        log=kiosk().log, kiosk="Quầy 1", time=1, nonce="0" * 64, key=bytes(WARD.verify_key).hex(), ca="PEM"
    )
    signed = write_signed(said, Purpose.ENROL, WARD)
    return [signed.bytes(), signed.line.encode()]


def questions() -> list[bytes]:
    signed = write_signed(Ack("0" * 32, 0, "0" * 64, 1, "0" * 64), Purpose.PULL, WARD)
    return [base64.urlsafe_b64encode(signed.bytes()), signed.line.encode()]


def introductions() -> list[bytes]:
    double = kiosk()
    succession = double.succession(KioskDouble(key=SigningKey(b"n" * 32)))
    both = double.enrolment("7K3MQ2ZD"), double.enrolment(None, succession)
    return [signed.bytes() for signed in both] + [signed.line.encode() for signed in both]


def lines() -> list[bytes]:
    stamp = Stamp("boot", 1, 1_795_000_000_000, "rtc")
    odd = compose(2, "fault", stamp, {"text": "Quầy 1\u2028", "deep": [[[{"a": [None, True, -1]}]]], "n": 2**53 - 1})
    return [line.encode() for line in [*kiosk().lines, odd]]


def seals() -> list[bytes]:
    made = seal_body(3, genesis(bytes(LOG.verify_key)), LOG, date(2026, 11, 18), Stamp("boot", 1, 2, "rtc"))
    text = seal_text(from_body(made))
    return [text.encode(), text.lower().replace("/", "/ \n").encode(), canonical(made).encode()]


def kiosk_settings() -> list[bytes]:
    return [
        b'data = "/var/lib/hailong"\n[unit]\nname = {vi = "A", en = "B"}\n[survey]\nlevels = [5, 3, 1]\n',
        b'[[sessions]]\nname = {vi = "A", en = "B", more = {fr = "C"}}\ndays = [1]\nfrom = "07:30"\nto = "11:00"\n',
        b'timing.noted = 2.5\n[panel.buttons.5]\nline = 5\nlamp = 12\n[staff]\npin = "s:1"\n[screen]\nrotation = 90',
        b'unit = "A"\ncounter = {vi = "A", en = "B"}\npin = "258036"\nlevels = [5]\n[pins.buttons.5]\nline = 5\n',
        b"a = 1979-05-27T07:32:00Z\nb = [inf, nan, 0x1f, 1e9]\nc.d.e = true\n",
    ]


def ward_settings() -> list[bytes]:
    return [settings_text('Xã "A"', Release.DAILY, ("a", "b")).encode()]


# What reads them


def batch(data: bytes) -> None:
    with suppress(Malformed, BadLine, BadSignature):
        read = unpack(data)
        assert read.bytes() == data, "a batch is kept as it came, byte for byte"
        read.check_chain()
        read.check_signature(bytes(LOG.verify_key))


def header(data: bytes) -> None:
    """As `batch`, with a signature that fits, so that what stands behind it is reached."""
    with suppress(Malformed, BadLine, BadSignature, UnicodeDecodeError):
        first, _, rest = data.decode().partition("\n")
        signed = Signed(first, LOG.sign(Purpose.BATCH + first.encode()).signature.hex())
        read = unpack(signed.bytes() + rest.encode())
        read.check_signature(bytes(LOG.verify_key))
        _ = read.nonce
        read.check_chain()


def signed(data: bytes) -> None:
    with suppress(Malformed, BadSignature):
        read = read_signed(data)
        assert read.bytes() == data
        read.check(bytes(WARD.verify_key), Purpose.ACK)
        read.read(Ack)


def squeezed(data: bytes) -> None:
    with suppress(Malformed, TooLarge):
        assert len(gunzip(data, LIMIT)) <= LIMIT


def carried_file(data: bytes) -> None:
    with suppress(NotCarried):
        envelope_of(data)
    with suppress(NotCarried, Malformed, TooLarge):
        opened(data, WARD, LIMIT)


def carried_box(data: bytes) -> None:
    """What is in the box of a file whose envelope and seal are right: introduction and batch."""
    box = seal(gzip(data), bytes(WARD.verify_key))
    outside = {"v": 1, "form": "hailong carry", "ward": bytes(WARD.verify_key).hex(), "log": kiosk().log, "after": 0,
               "last": 0, "size": len(box), "sha256": sha256(box).hexdigest()}  # fmt: skip
    with suppress(Malformed, TooLarge, BadLine, BadSignature):
        introduction, inner = opened(canonical(outside).encode() + b"\n" + box, WARD, LIMIT)
        introduction.read(Enrolment)
        read: Batch = unpack(inner)
        read.check_chain()


def receipt(data: bytes) -> None:
    for raw in (data, _signed_by(WARD, Purpose.RECEIPT, data)):
        told = Receipts(_home()).take(raw, "a.hlr")
        assert told.outcome in ("RECEIPT_UNREADABLE", "RECEIPT_FORGED", "RECEIPT_OF_ANOTHER"), told


def admission(data: bytes) -> None:
    for raw in (data, _signed_by(WARD, Purpose.ENROL, data)):
        with suppress(Trouble):
            read_answer(_home(), raw)


def question(data: bytes) -> None:
    """The header of a ward's pull, at the kiosk."""
    puller = Puller(_home(), _home().ward(), _NoClock())
    for raw in (data, base64.urlsafe_b64encode(_signed_by(WARD, Purpose.PULL, data))):
        with suppress(Refused):
            puller.question(raw.decode("latin-1"))


def introduction(data: bytes) -> None:
    """The body of `POST /v1/kiosks`."""
    for raw in (data, _signed_by(LOG, Purpose.ENROL, data)):
        with suppress(RefusedByWard):
            read: Introduction = read_introduction(raw, "10.0.0.1")
            assert len(read.key) == 32


def line(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")  # a database may hold what is no UTF-8
    with suppress(BadLine):
        value = parse(text)
        assert canonical(value) == text
    with suppress(BadLine):
        check_place(text, 1)


def code(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for read in (read_code, read_fingerprint):
        with suppress(BadCode):
            read(text)
    with suppress(BadCode):
        again = read_code(text)
        assert read_code(str(again)) == again


def seal_as_text(data: bytes) -> None:
    with suppress(BadSeal, BadSignature):
        read = read_seal(data.decode("utf-8", "replace"))
        assert read_seal(seal_text(read)) == read
        read.check(bytes(LOG.verify_key))


def seal_as_body(data: bytes) -> None:
    with suppress(BadLine, BadSeal, BadSignature, UnicodeDecodeError):
        read = from_body(parse(data.decode()))
        seal_text(read)
        read.check(bytes(LOG.verify_key))


def settings(data: bytes) -> None:
    with suppress(Mistake):
        read_settings(_file(data))


def answers(data: bytes) -> None:
    with suppress(Mistake):
        read_answers(_file(data))


def ward_toml(data: bytes) -> None:
    with suppress(BadSettings):
        read_ward_settings(_file(data))


TARGETS = {
    target.name: target
    for target in (
        Target("batch", batch, batches),
        Target("batch, signed", header, lambda: [_unsigned(one) for one in batches()]),
        Target("signed document", signed, receipts),
        Target("gzip", squeezed, lambda: [gzip(b"0" * 70_000), standard_gzip.compress(b"abc"), gzip(batches()[0])]),
        Target("carried file", carried_file, lambda: carried_files()[:1]),
        Target("carried, its box", carried_box, lambda: carried_files()[1:]),
        Target("receipt", receipt, receipts),
        Target("ward's answer on a stick", admission, admissions),
        Target("question of a pull", question, questions),
        Target("introduction", introduction, introductions),
        Target("line", line, lines),
        Target("code", code, lambda: [b"7K3M-Q2ZD-ABCD-EFGH-JKLM-NPQR", b"abcd efgh jklm npqr", "Ａ１ß".encode()]),
        Target("seal text", seal_as_text, lambda: seals()[:2]),
        Target("seal entry", seal_as_body, lambda: seals()[2:]),
        Target("kiosk.toml", settings, kiosk_settings),
        Target("hailong.toml", answers, kiosk_settings),
        Target("ward.toml", ward_toml, ward_settings),
    )
}


# Tools


def _signed_by(key: SigningKey, purpose: Purpose, first: bytes) -> bytes:
    return first + b'\n"' + key.sign(purpose.value + first).signature.hex().encode() + b'"\n'


def _unsigned(raw: bytes) -> bytes:
    first, _, rest = raw.split(b"\n", 2)
    return first + b"\n" + rest


def _file(data: bytes) -> Path:
    file = FOLDER / f"fuzzed-{os.getpid()}.toml"
    file.write_bytes(data)
    return file


@cache
def _home() -> Any:
    """A kiosk that is enrolled and has no log, so that nothing is written."""
    ward = PinnedWard("", bytes(WARD.verify_key).hex(), "", "Quầy 1")
    return SimpleNamespace(ward=lambda: ward, logs=FOLDER / "no-such-logs")


class _NoClock:
    def now(self) -> Stamp:
        raise AssertionError("nothing is answered here")
