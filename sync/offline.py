"""Enrolment by stick: the ward's answer is believed if its fingerprint is the one that a person read at the ward."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from kiosk.votelog.folder import all_folders
from sync import tls
from sync.home import Home
from sync.introduce import introduction
from sync.outcomes import Outcome, Trouble
from sync.own_log import OwnLog, short
from sync.pinned import Ward
from sync.stick import Stick
from sync.verdict import nonce
from sync.wire import (
    Admission,
    BadCode,
    BadSignature,
    Identity,
    Malformed,
    Purpose,
    grouped,
    read_fingerprint,
    read_signed,
)
from sync.wire.carried import ADMISSION

MOST = 64 * 1024  # bytes of an answer; one has about 1500


@dataclass(frozen=True, slots=True)
class Answer:
    """A ward's answer to our own introduction, signed by the key in it. Whose key that is, a person must say."""

    admission: Admission

    @property
    def fingerprint(self) -> str:
        return grouped(Identity(self.admission.key, self.admission.ca).fingerprint)


def read_answer(home: Home, raw: bytes) -> Answer:
    """Raises `Trouble`."""
    try:
        signed = read_signed(raw)
        admission = signed.read(Admission)
        signed.check(bytes.fromhex(admission.key), Purpose.ENROL)
        tls.pinned(admission.ca)
    except (Malformed, BadSignature, ValueError, ssl.SSLError) as error:
        raise Trouble(Outcome.ANSWER_UNREADABLE) from error
    folder = next((folder for folder in all_folders(home.logs) if folder.log == admission.log), None)
    if folder is None or nonce(introduction(OwnLog.open(folder))) != admission.nonce:
        raise Trouble(Outcome.ANSWER_TO_ANOTHER, log=short(admission.log))
    return Answer(admission)


def answers_on(stick: Stick, home: Home) -> Iterator[Answer]:
    """Those to our own introduction; what else lies there is for others."""
    for name in stick.names():
        if name.lower().endswith(ADMISSION):
            try:
                yield read_answer(home, stick.get(name, MOST))
            except Trouble as trouble:
                if trouble.outcome not in (Outcome.ANSWER_UNREADABLE, Outcome.ANSWER_TO_ANOTHER):
                    raise


def believe(home: Home, answer: Answer, typed: str) -> Ward:
    """Pin the ward, if the letters that a person read at the ward are its fingerprint. Raises `Trouble`.

    Its address is not known: votes are carried, or pulled, until `enrol URL CODE`.
    """
    try:
        letters = read_fingerprint(typed)
    except BadCode as error:
        raise Trouble(Outcome.MISTYPED_FINGERPRINT) from error
    if grouped(letters) != answer.fingerprint:
        raise Trouble(Outcome.WRONG_FINGERPRINT, fingerprint=answer.fingerprint)
    said, before = answer.admission, home.ward()
    ward = Ward("", said.key, said.ca, said.kiosk)
    if before and before.key == ward.key:
        ward = msgspec.structs.replace(before, ca=ward.ca, kiosk=ward.kiosk)
    home.pin(ward)
    return ward
