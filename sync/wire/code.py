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
        digest = sha256(b"hailong ward v1\n" + unhex(self.key, 32) + self.ca.encode()).digest()
        return "".join(ALPHABET[byte % 32] for byte in digest[:PRINT])


@dataclass(frozen=True, slots=True)
class Code:
    secret: str
    fingerprint: str

    @classmethod
    def make(cls, identity: Identity) -> "Code":
        return cls("".join(secrets.choice(ALPHABET) for _ in range(SECRET)), identity.fingerprint)

    def __str__(self) -> str:
        return "-".join(wrap(self.secret + self.fingerprint, 4))


def read_code(text: str) -> Code:
    """A code as someone typed it: case, spaces and hyphens do not matter."""
    letters = "".join(text.upper().replace("-", "").split())
    if len(letters) != SECRET + PRINT:
        raise BadCode(f"a code has {SECRET + PRINT} letters and digits, this has {len(letters)}")
    if wrong := sorted(set(letters) - set(ALPHABET)):
        raise BadCode(f"a code never holds {' '.join(wrong)}: look again")
    return Code(letters[:SECRET], letters[SECRET:])
