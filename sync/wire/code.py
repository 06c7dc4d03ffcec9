"""The one-time code that a technician types: 8 characters of secret, 16 that name the ward.

`7K3M-Q2ZD-XXXX-XXXX-XXXX-XXXX`: no letters that look alike, groups of four. The second part is a fingerprint of the
ward's identity (its key and its CA), so a kiosk that reads the identity over an open network knows whether it is real.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from textwrap import wrap

import msgspec

from kiosk.keys import unhex

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 letters without 0 and O, 1 and I
SECRET, PRINT = 8, 16


class BadCode(ValueError):
    """The code was mistyped or belongs to another ward. The technician types it again."""


class Identity(msgspec.Struct, frozen=True):
    """Who the ward is: `GET /v1/identity`. Believed only if its fingerprint is the one in the code."""

    key: str  # Ed25519 public key, hex
    ca: str  # the CA certificate, PEM

    @property
    def fingerprint(self) -> str:
        return _letters(b"hailong ward v1\n" + unhex(self.key, 32) + self.ca.encode())


def fingerprint_of_log(public_key: bytes) -> str:
    """16 letters by which two people compare a log's key, where no network can carry a code."""
    return _letters(b"hailong kiosk v1\n" + public_key)


def grouped(letters: str) -> str:
    """As a person reads it: groups of four."""
    return "-".join(wrap(letters, 4))


def _letters(data: bytes) -> str:
    return "".join(ALPHABET[byte % 32] for byte in sha256(data).digest()[:PRINT])


@dataclass(frozen=True, slots=True)
class Code:
    secret: str
    fingerprint: str

    @classmethod
    def make(cls, identity: Identity) -> "Code":
        return cls("".join(secrets.choice(ALPHABET) for _ in range(SECRET)), identity.fingerprint)

    def __str__(self) -> str:
        return grouped(self.secret + self.fingerprint)


def read_code(text: str) -> Code:
    """A code as someone typed it: case, spaces and hyphens do not matter."""
    letters = _typed(text, "code", SECRET + PRINT)
    return Code(letters[:SECRET], letters[SECRET:])


def read_fingerprint(text: str) -> str:
    """A fingerprint as someone typed it; a whole code holds one too."""
    letters = "".join(text.upper().replace("-", "").split())
    return read_code(text).fingerprint if len(letters) == SECRET + PRINT else _typed(text, "fingerprint", PRINT)


def _typed(text: str, what: str, size: int) -> str:
    letters = "".join(text.upper().replace("-", "").split())
    if len(letters) != size:
        raise BadCode(f"a {what} has {size} letters and digits, this has {len(letters)}")
    if wrong := sorted(set(letters) - set(ALPHABET)):
        raise BadCode(f"a {what} never holds {' '.join(wrong)}: look again")
    return letters
