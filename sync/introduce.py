"""How a log becomes known to the ward: with a code, or as the signed successor of a log that it knows."""

from sync.outcomes import Trouble
from sync.own_log import OwnLog
from sync.post import Road
from sync.verdict import check_fits, signed_reply
from sync.wire import Enrolment, Purpose, Signed, Welcome, write_signed

HEADERS = {"Content-Type": "application/x-ndjson"}


def introduction(log: OwnLog, code: str | None = None) -> Signed:
    """The signed enrolment of a log; a successor says which log it follows."""
    enrolment = Enrolment(log=log.id, key=log.public_key.hex(), code=code, succeeds=log.succession())
    return write_signed(enrolment, Purpose.ENROL, log.key)


def introduce(log: OwnLog, road: Road, ward_key: bytes, code: str | None = None) -> Welcome:
    """The ward's welcome, checked. Raises `Trouble`."""
    document = introduction(log, code)
    answer = road.post("/v1/kiosks", document.bytes(), HEADERS)
    welcome, _ = signed_reply(answer, road.address, Welcome, Purpose.ENROL, ward_key)
    check_fits(welcome, document, log.id, road.address)
    return welcome


def introduce_successor(log: OwnLog, road: Road, ward_key: bytes, unknown: Trouble) -> None:
    """A log that the ward does not know yet, but whose predecessor it may know. Else `unknown` stands."""
    if log.succession() is None:
        raise unknown
    try:
        introduce(log, road, ward_key)
    except Trouble as trouble:
        raise (trouble if trouble.outcome.then.retries else unknown) from trouble
