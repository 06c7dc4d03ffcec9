"""Passwords: argon2id, and what is no password. Nothing here is ever logged or written anywhere but as a hash."""

import asyncio
import unicodedata
from functools import cache
from importlib import resources

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError

from sync.ward.unfit import Unfit

SHORTEST, LONGEST = 10, 500  # characters
AT_ONCE = 2  # hashes made at the same time: each takes 19 MiB and a core

# OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
MEMORY, PASSES, LANES = 19 * 1024, 2, 1
# Of a password that nobody has: who gives a wrong name waits as long as who gives a wrong password.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$TaOEiBZLxjQ/GvgJBjqC2A$l/0BjTo0l9jfjbJ8gjQk/TxHs+rdspUgpoCizue3Kic"


def new_hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY, parallelism=LANES, type=Type.ID)


class Passwords:
    """Makes and checks hashes in threads, a few at once, so that neither the loop nor the memory is held."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or new_hasher()
        self._few = asyncio.Semaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        return self._hasher.hash(tidy(password))

    def fits(self, proof: str | None, password: str) -> bool:
        """Whether it is the password; without a proof it never is, and takes as long."""
        try:
            right = self._hasher.verify(proof or NOBODY, tidy(password)[:LONGEST])
        except (Argon2Error, InvalidHashError):
            return False
        return right and proof is not None

    async def hash_aside(self, password: str) -> str:
        async with self._few:
            return await asyncio.to_thread(self.hash, password)

    async def fits_aside(self, proof: str | None, password: str) -> bool:
        async with self._few:
            return await asyncio.to_thread(self.fits, proof, password)


def check_password(password: str, name: str) -> None:
    """Long enough, and not among the first that anybody tries."""
    password = tidy(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise Unfit("password_length", shortest=SHORTEST, longest=LONGEST)
    plain = password.casefold()
    digits_after_the_name = plain.startswith(name) and not plain.removeprefix(name).strip("0123456789")
    if plain in _common() or digits_after_the_name or len(set(plain)) < 4:
        raise Unfit("password_common")


def tidy(password: str) -> str:
    """The same characters, however the keyboard composed them."""
    return unicodedata.normalize("NFKC", password)


@cache
def _common() -> frozenset[str]:
    text = (resources.files("sync.ward") / "common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))
