"""Sealed boxes: only the ward can open what a stick carries or a pull fetches."""

from nacl.exceptions import CryptoError
from nacl.public import SealedBox
from nacl.signing import SigningKey, VerifyKey

from sync.wire.signed import Malformed


def seal(data: bytes, ward_key: bytes) -> bytes:
    """`data` for the holder of the ward's Ed25519 key (turned into its Curve25519 form)."""
    return SealedBox(VerifyKey(ward_key).to_curve25519_public_key()).encrypt(data)


def unseal(data: bytes, ward_key: SigningKey) -> bytes:
    try:
        return SealedBox(ward_key.to_curve25519_private_key()).decrypt(data)
    except CryptoError as error:
        raise Malformed("not sealed to this ward's key, or damaged on the way") from error
