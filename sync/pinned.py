"""The pinned ward, kept twice: everything is believed by its key and CA, and no network can say again who it was."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import msgspec

from sync import files

NAMES = ("ward.json", "ward.copy.json")


class Ward(msgspec.Struct, frozen=True):
    """The ward that this kiosk is enrolled at, as it proved itself with the code."""

    url: str
    key: str  # Ed25519 public key, hex
    ca: str  # the only certificate authority that is believed, PEM
    kiosk: str  # the name that the ward gave this kiosk
    open_to_eavesdroppers: bool = False

    @property
    def public_key(self) -> bytes:
        return bytes.fromhex(self.key)


class _Noted(Ward, frozen=True):
    """As it stands on the card, where a flipped bit must pin nobody else."""

    sha256: str = ""


def read_ward(folder: Path) -> Ward | None:
    """None where there is none, or where both notes of it are damaged: then it must be enrolled again."""
    return next((ward for name in NAMES if (ward := _read(folder / name))), None)


def write_ward(folder: Path, ward: Ward) -> None:
    """Durable. The first note holds; the second is made like it now, or at the next start."""
    for name in NAMES:
        files.write_durably(folder / name, _Noted(**msgspec.structs.asdict(ward), sha256=_sum(ward)))


def mend(folder: Path) -> None:
    """Both notes alike again, if one was damaged or the power went between them."""
    ward = read_ward(folder)
    if ward and any(_read(folder / name) != ward for name in NAMES):
        with suppress(OSError):  # a disk that refuses holds nothing up: one of them is whole
            write_ward(folder, ward)


def _read(file: Path) -> Ward | None:
    if (noted := files.read(file, _Noted)) is None:
        return None
    ward = msgspec.convert(noted, Ward, from_attributes=True)
    return ward if noted.sha256 == _sum(ward) else None


def _sum(ward: Ward) -> str:
    return sha256(msgspec.json.encode(ward)).hexdigest()
