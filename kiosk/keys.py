"""Ed25519 keys (libsodium through PyNaCl): made once, kept in one file, used with a purpose."""

import os
from enum import Enum
from pathlib import Path

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from kiosk.entry import log_id


class Purpose(bytes, Enum):
    """What a signature is for. The prefix keeps one kind of document from being taken for another."""

    BATCH = b"hailong batch v1\n"
    ACK = b"hailong ack v1\n"
    PULL = b"hailong pull v1\n"
    ENROL = b"hailong enrol v1\n"
    SUCCESSION = b"hailong succession v1\n"
    SEAL = b"hailong seal v1\n"
    RECEIPT = b"hailong receipt v1\n"
    FORK = b"hailong fork v1\n"
    EXPORT = b"hailong export v1\n"


class BadKey(Exception):
    """A key file is missing, damaged, or not the key of its log. The log is closed and a successor begins."""


class BadSignature(Exception):
    """The document was not signed by the key that it claims, or not for this purpose. It is refused."""


def create(path: Path) -> SigningKey:
    """Make a key and return only when it would survive a power cut. Mode 0600 from the first byte on."""
    key = SigningKey.generate()
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(bytes(key).hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(path.parent)
    return key


def load(path: Path) -> SigningKey:
    """The key in a file; `BadKey` says what is wrong with it."""
    try:
        return SigningKey(bytes.fromhex(path.read_text("ascii").strip()))
    except OSError as error:
        raise BadKey(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise BadKey(f"{path}: is not a key of 64 hex digits") from error


def load_of_log(path: Path, log: str) -> SigningKey:
    """As `load`, but the key must be the one that its log is named by: one flipped bit is found here."""
    key = load(path)
    if log_id(bytes(key.verify_key)) != log:
        raise BadKey(f"{path}: is not the key of log {log}")
    return key


def sign(key: SigningKey, purpose: Purpose, data: bytes) -> str:
    """The signature over purpose ‖ data, in lower-case hex."""
    return key.sign(purpose.value + data).signature.hex()


def verify(public_key: bytes, purpose: Purpose, data: bytes, signature: str) -> None:
    """Return if `signature` (lower-case hex) is over purpose ‖ data by this key, else raise `BadSignature`."""
    try:
        VerifyKey(public_key).verify(purpose.value + data, unhex(signature, 64))
    except (BadSignatureError, ValueError) as error:
        raise BadSignature("the signature does not fit") from error


def unhex(text: str, size: int) -> bytes:
    """`size` bytes from lower-case hex; anything else, upper case too, is a ValueError: one form for one thing."""
    data = bytes.fromhex(text)
    if data.hex() != text or len(data) != size:
        raise ValueError(f"not {size} bytes of lower-case hex")
    return data


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
