"""What an answer means: the whole table of DESIGN §5, from the status and the problem document."""

import re
from hashlib import sha256
from typing import Annotated, TypeVar

import msgspec

from kiosk.entry import MAX_INTEGER
from sync.backoff import retry_after
from sync.outcomes import Outcome, Trouble
from sync.post import Answer
from sync.wire import Ack as Acknowledgement
from sync.wire import BadSignature, Fork, Malformed, Problem, Purpose, Refusal, Signed, Welcome, read_signed
from sync.wire.batch import Hash

T = TypeVar("T", Acknowledgement, Welcome)

GOOD = (200, 201)

REFUSALS = {
    (401, Refusal.UNKNOWN_LOG): Outcome.UNKNOWN_LOG,
    (401, Refusal.BAD_SIGNATURE): Outcome.BAD_SIGNATURE,
    (403, Refusal.BAD_CODE): Outcome.CODE_REFUSED,
    (409, Refusal.GAP): Outcome.GAP,
    (409, Refusal.FORK): Outcome.FORKED,
    (400, Refusal.MALFORMED): Outcome.MALFORMED,
    (422, Refusal.BROKEN_CHAIN): Outcome.BROKEN_CHAIN,
}


class Figures(msgspec.Struct, frozen=True):
    """A problem document is not signed, so what it says is at least held to what it can say."""

    have: Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)] | None
    head: Hash | None
    seq: Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)] | None


_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def signed_reply(answer: Answer, address: str, kind: type[T], purpose: Purpose, ward_key: bytes) -> tuple[T, Signed]:
    """The reply of the ward and the lines it came in. Anything else is a `Trouble`."""
    if answer.status not in GOOD:
        raise refused(answer, address)
    try:
        signed = read_signed(answer.body)
        signed.check(ward_key, purpose)
        return signed.read(kind), signed
    except Malformed as error:
        raise _no_reply(answer, address) from error
    except BadSignature as error:
        raise Trouble(Outcome.FORGED, address=address) from error


def proven_fork(refusal: Trouble, address: str, ward_key: bytes) -> Fork:
    """What the ward signed of the fork that it answered with. Without that, anybody could have said so."""
    proof = refusal.problem and refusal.problem.signed
    if not proof:
        raise Trouble(Outcome.FORGED, address=address) from refusal
    signed = Signed(proof.line, proof.sig)
    try:
        signed.check(ward_key, Purpose.FORK)
        return signed.read(Fork)
    except (BadSignature, Malformed) as error:
        raise Trouble(Outcome.FORGED, address=address) from error


def check_fits(reply: Acknowledgement | Welcome | Fork, asked: Signed, log: str, address: str) -> None:
    """Return if the reply answers this very question: an old one must not pass for a new one."""
    if reply.log != log or reply.nonce != nonce(asked):
        raise Trouble(Outcome.STALE, address=address)


def nonce(asked: Signed) -> str:
    return sha256(asked.line.encode()).hexdigest()


def refused(answer: Answer, address: str) -> Trouble:
    """The trouble that an answer other than 200 stands for."""
    problem = _problem(answer)
    outcome = _outcome(answer, problem)
    asked = retry_after(answer.headers.get("retry-after"), answer.headers.get("date"))
    facts: dict[str, str | int] = {"address": address, "status": answer.status, "detail": _looks_like(answer)}
    if problem:
        facts |= {"detail": plain(problem.detail or problem.title)}
        facts |= {name: value for name in ("have", "head", "seq") if (value := getattr(problem, name)) is not None}
    return Trouble(outcome, problem=problem, retry_after=asked, **facts)


def _outcome(answer: Answer, problem: Problem | None) -> Outcome:
    if problem and problem.refusal and (known := REFUSALS.get((answer.status, problem.refusal))):
        return known
    match answer.status:
        case 413:
            return Outcome.TOO_LARGE
        case 429 | 503:
            return Outcome.BUSY
        case 507:
            return Outcome.WARD_FULL
        case 511:  # Network Authentication Required: what a login page should say, RFC 6585
            return Outcome.FOREIGN_PAGE
        case status if 300 <= status < 400:
            return Outcome.REDIRECTED
        case status if status >= 500:
            return Outcome.SERVER_ERROR
    return Outcome.FOREIGN_PAGE if _is_page(answer) else Outcome.UNEXPECTED


def _no_reply(answer: Answer, address: str) -> Trouble:
    outcome = Outcome.FOREIGN_PAGE if _is_page(answer) else Outcome.GARBAGE
    return Trouble(outcome, address=address, detail=_looks_like(answer))


def _problem(answer: Answer) -> Problem | None:
    """The problem document, if it is one and every figure in it is possible."""
    try:
        problem = msgspec.json.decode(answer.body, type=Problem)
        msgspec.convert({"have": problem.have, "head": problem.head, "seq": problem.seq}, Figures)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return problem


def _is_page(answer: Answer) -> bool:
    return "html" in answer.headers.get("content-type", "") or answer.body.lstrip().startswith(b"<")


def _looks_like(answer: Answer) -> str:
    """A few words by which a technician recognises what answered."""
    if where := answer.headers.get("location"):
        return plain(where)
    title = _TITLE.search(answer.body[:10_000])
    text = title[1] if title else answer.body[:60]
    return plain(text.decode("utf-8", "replace")) or "0 B"


def plain(text: str) -> str:
    """Foreign text for our screen: one line, short, and nothing that a terminal would obey."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:80]
