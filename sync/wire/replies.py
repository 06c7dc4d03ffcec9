"""What the ward answers, and how a log introduces itself."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from sync.wire.batch import Hash, LogId, Seq, SignatureText

PublicKey = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]


class Ack(msgspec.Struct, frozen=True):
    """What the ward has of one log, as a signed document: `Purpose.ACK` in answer to a push, `PULL` as a request,
    `RECEIPT` as a file on a stick, which is never an echo: nobody knows how long it was under way."""

    log: LogId
    have: Seq
    head: Hash  # the ward's hash at `have`; a kiosk believes the rest only if it is its own
    time: Seq  # Unix ms at the ward
    nonce: Annotated[str, msgspec.Meta(max_length=64)]  # SHA-256 of the header that this answers


class Fork(msgspec.Struct, frozen=True):
    """The ward holds other entries for this log. Signed (`Purpose.FORK`) inside the problem document: a kiosk that
    believed it from anybody could be made to begin logs for ever."""

    log: LogId
    have: Seq  # of the branch that came first
    head: Hash
    kept: Seq  # how far the ward has the branch of whoever sent this: what follows is to be sent as well
    time: Seq
    nonce: Annotated[str, msgspec.Meta(max_length=64)]


class Proof(msgspec.Struct, frozen=True):
    """A signed document within another one."""

    line: str
    sig: SignatureText


class Succession(msgspec.Struct, frozen=True):
    """Where a log left off and who goes on: in the successor's `start` entry and in its enrolment."""

    log: LogId  # the old log
    seq: Seq  # its last entry that could be read
    hash: Hash
    sig: SignatureText | None  # old key over canonical {"hash", "key", "log", "seq"}; null if it could not be read


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """A log introduces itself, signed by its own key (`Purpose.ENROL`), with a code or as a successor."""

    v: Literal[1] = 1
    log: LogId
    key: PublicKey
    code: str | None = None  # the secret half of the code, 8 letters
    succeeds: Succession | None = None


class Welcome(msgspec.Struct, frozen=True):
    """The answer to an enrolment, signed by the ward (`Purpose.ENROL`)."""

    log: LogId
    kiosk: str  # the name that the ward gave this counter
    time: Seq
    nonce: str  # SHA-256 of the enrolment's line 1


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """The ward's answer to an introduction that came on a stick, signed by it (`Purpose.ENROL`). The kiosk believes it
    if the fingerprint of `key` and `ca` is the one that a person read at the ward."""

    v: Literal[1] = 1
    log: LogId
    kiosk: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]  # the name that the ward gave this counter
    time: Seq
    nonce: str  # SHA-256 of the enrolment's line 1
    key: PublicKey  # the ward's
    ca: str  # PEM


class Refusal(StrEnum):
    """The stable types of the problem documents, as `urn:hailong:<type>`."""

    UNKNOWN_LOG = "unknown-log"  # 401
    BAD_SIGNATURE = "bad-signature"  # 401
    BAD_CODE = "bad-code"  # 403, at enrolment
    GAP = "gap"  # 409, with have
    FORK = "fork"  # 409, with have and head, and signed
    MALFORMED = "malformed"  # 400
    BROKEN_CHAIN = "broken-chain"  # 422, with seq
    TOO_LARGE = "too-large"  # 413, with limit
    TOO_MANY = "too-many"  # 429


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An RFC 9457 problem document (application/problem+json)."""

    type: str
    title: str
    status: int
    detail: str = ""
    have: int | None = None
    head: str | None = None
    seq: int | None = None
    limit: int | None = None
    signed: Proof | None = None  # a `Fork`

    @property
    def refusal(self) -> Refusal | None:
        """Which of ours it is; None for another server's problem."""
        name = self.type.removeprefix("urn:hailong:")
        return Refusal(name) if name in set(Refusal) and self.type != name else None
