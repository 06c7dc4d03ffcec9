"""A signed document: line 1 is canonical JSON, line 2 a JSON string with the signature of purpose ‖ line 1."""

from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from nacl.signing import SigningKey

from kiosk.entry import BadLine, canonical, parse
from kiosk.keys import Purpose, sign, verify

T = TypeVar("T")


class Malformed(ValueError):
    """The bytes do not have the form that both ends agreed on. Refused; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A document as it was sent. `line` is kept verbatim: it is what the signature is over."""

    line: str
    signature: str

    def check(self, public_key: bytes, purpose: Purpose) -> None:
        """Return if the key signed this line for this purpose, else raise `BadSignature`."""
        verify(public_key, purpose, self.line.encode(), self.signature)

    def read(self, kind: type[T]) -> T:
        """The document as a typed struct; `Malformed` names the field that does not fit."""
        try:
            return msgspec.convert(parse(self.line), kind)
        except (BadLine, msgspec.ValidationError) as error:
            raise Malformed(str(error)) from error

    def bytes(self) -> bytes:
        return f'{self.line}\n"{self.signature}"\n'.encode()


def write_signed(document: msgspec.Struct | dict[str, Any], purpose: Purpose, key: SigningKey) -> Signed:
    line = canonical(msgspec.to_builtins(document))
    return Signed(line, sign(key, purpose, line.encode()))


def read_signed(raw: bytes) -> Signed:
    """The two lines of a signed document, not yet checked."""
    lines = split_lines(raw)
    if len(lines) != 2:
        raise Malformed(f"a signed document has 2 lines, this has {len(lines)}")
    return Signed(lines[0], signature_in(lines[1]))


def open_lines(raw: bytes) -> tuple[Signed, list[str]]:
    """A signed document with lines behind it, nothing of it checked."""
    first, second, *lines = split_lines(raw) if raw.count(b"\n") > 1 else ("", "")
    return Signed(first, signature_in(second)), lines


def open_signed(raw: bytes, kind: type[T], purpose: Purpose, public_key: bytes) -> T:
    """Read, check the signature, decode."""
    signed = read_signed(raw)
    signed.check(public_key, purpose)
    return signed.read(kind)


def split_lines(raw: bytes) -> list[str]:
    """UTF-8 lines, each ended by a newline, the last one too."""
    if not raw.endswith(b"\n"):
        raise Malformed("the last line is not ended by a newline")
    try:
        return raw[:-1].decode().split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error


def signature_in(line: str) -> str:
    """The signature from line 2: a JSON string of 128 lower-case hex digits, byte for byte."""
    inner = line[1:-1]
    if line != f'"{inner}"' or len(inner) != 128 or set(inner) - set("0123456789abcdef"):
        raise Malformed("line 2 is not a signature of 128 lower-case hex digits in quotes")
    return inner
