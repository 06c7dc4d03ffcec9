"""One line of the vote log: its canonical bytes and its place in the chain.

The line is the truth: it is written once, hashed, stored, signed, sent and stored again at the ward, byte for byte.
Standard library only, so that an inspector can read and run this file alone.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, NoReturn
from unicodedata import is_normalized, normalize

MAX_LINE = 64 * 1024  # bytes of UTF-8
MAX_DEPTH = 32  # objects and arrays within each other: how deep a reader can go must not depend on its stack
MAX_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly (RFC 8785 follows IEEE 754 doubles)

Clock = Literal["synced", "rtc", "unsynced"]


class BadLine(ValueError):
    """A line that is not canonical, or not in its place. It is refused whole; nothing of it is counted."""

    def __init__(self, why: str, seq: int | None = None) -> None:
        super().__init__(why if seq is None else f"entry {seq}: {why}")
        self.why, self.seq = why, seq


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something happened: exact within one boot (`boot`, `mono`), and as the kiosk believes (`wall`, `clock`)."""

    boot: str  # kernel boot id
    mono: int  # CLOCK_BOOTTIME, ms
    wall: int  # Unix time, ms; may be wrong by months
    clock: Clock


def compose(seq: int, kind: str, stamp: Stamp, body: dict[str, Any]) -> str:
    """The canonical line of one entry."""
    line = canonical({"seq": seq, "kind": kind, **asdict(stamp), "body": body})
    if len(line.encode()) > MAX_LINE:
        raise BadLine(f"longer than {MAX_LINE} bytes", seq)
    return line


def parse(line: str) -> dict[str, Any]:
    """What a canonical line says. A line whose bytes differ from its own re-encoding is refused."""
    if len(line if line.isascii() else line.encode("utf-8", "surrogatepass")) > MAX_LINE:
        raise BadLine(f"longer than {MAX_LINE} bytes")
    try:
        value, _ = _DECODER.raw_decode(line)  # what stands behind it is not in the re-encoding
        if line.count("{") + line.count("[") > MAX_DEPTH:
            _check_depth(value)
        # In ASCII the encoder's own order of keys is that of RFC 8785, and all text is in NFC: no need to look closer.
        same = line == (_ENCODER.encode(value) if line.isascii() else canonical(value))
    except (ValueError, RecursionError) as error:
        raise BadLine(getattr(error, "why", "not JSON")) from error
    if not same:
        raise BadLine("not in canonical form")
    if not isinstance(value, dict):
        raise BadLine("not a JSON object")
    return value


def canonical(value: object) -> str:
    """RFC 8785 for strings in NFC, integers up to 2^53-1, booleans, null, arrays and objects."""
    _check_depth(value)
    return _PLAIN_ENCODER.encode(_checked(value))


def plain(text: str) -> str:
    """A text from elsewhere (an error message, a path) as one that a line can hold."""
    return normalize("NFC", text.encode("utf-8", "replace").decode())


def _check_depth(value: object, left: int = MAX_DEPTH) -> None:
    if isinstance(value, dict | list | tuple):
        if left == 0:
            raise BadLine(f"nested deeper than {MAX_DEPTH}")
        for inner in value.values() if isinstance(value, dict) else value:
            _check_depth(inner, left - 1)


def _checked(value: object) -> object:
    """The same value with its keys in RFC 8785 order, refusing what the log does not hold."""
    match value:
        case str():
            return _checked_text(value)
        case bool() | None:
            return value
        case int() if abs(value) <= MAX_INTEGER:
            return value
        case dict():
            return {_checked_text(key): _checked(value[key]) for key in sorted(value, key=_utf16)}
        case list() | tuple():
            return [_checked(item) for item in value]
        case _:
            raise BadLine(f"holds {value!a:.40}, which has no canonical form")


def _checked_text(text: object) -> str:
    if not isinstance(text, str):
        raise BadLine(f"has a key that is no text: {text!a:.40}")
    if not text.isascii():
        if not is_normalized("NFC", text):
            raise BadLine(f"text is not in NFC: {text!a:.40}")
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise BadLine("text holds half a surrogate pair")
    return text


def _utf16(key: object) -> bytes:
    """RFC 8785 sorts keys by UTF-16 code units, which differs from code points above U+FFFF."""
    return _checked_text(key).encode("utf-16-be")


def _no_float(text: str) -> NoReturn:
    raise BadLine(f"holds the number {text:.40}; only integers have a canonical form here")


def _integer(text: str) -> int:
    if len(text) < 16:
        return int(text)
    if len(text) > 17 or abs(number := int(text)) > MAX_INTEGER:
        raise BadLine(f"holds the number {text:.40}, which not every reader keeps exactly")
    return number


_DECODER = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float, parse_int=_integer)
_PLAIN_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False)


# The chain


def log_id(public_key: bytes) -> str:
    """A log is named by its key: the first 32 hex digits of SHA-256 over the raw 32 bytes."""
    return hashlib.sha256(public_key).hexdigest()[:32]


def genesis(public_key: bytes) -> bytes:
    """The hash before the first entry, so that a chain belongs to its log."""
    return hashlib.sha256(b"hailong log v1\n" + public_key).digest()


def link(previous: bytes, line: str) -> bytes:
    """The hash of an entry: SHA-256(previous hash ‖ line)."""
    return hashlib.sha256(previous + line.encode()).digest()


def follow(previous: bytes, after: int, lines: Iterable[str]) -> Iterator[bytes]:
    """The hash of each line in turn; `BadLine` names the first that is not canonical or not in its place."""
    for seq, line in enumerate(lines, after + 1):
        check_place(line, seq)
        previous = link(previous, line)
        yield previous


def check_place(line: str, seq: int) -> dict[str, Any]:
    """What the line says, if it is canonical and says that it is entry `seq`."""
    try:
        value = parse(line)
    except BadLine as error:
        raise BadLine(error.why, seq) from error
    said = value.get("seq")
    if said != seq or isinstance(said, bool):
        raise BadLine(f"says that it is entry {said!a:.40}", seq)
    return value
