"""Enrolment: the code proves the ward to the kiosk and the kiosk to the ward; then each pins the other's key."""

import ssl
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec

from kiosk.votelog.folder import LogFolder, all_folders
from sync import tls
from sync.clock import Clock
from sync.home import Home, Pending
from sync.introduce import introduce
from sync.outcomes import Outcome, Trouble
from sync.own_log import OwnLog, tip_seq
from sync.pinned import Ward
from sync.post import Answer, Post, Road
from sync.verdict import GOOD, plain, refused
from sync.wire import BadCode, Code, Identity, read_code

OpenRoad = Callable[[str, ssl.SSLContext], Road]


class BadAddress(ValueError):
    """The address can't be a ward's. The technician types it again."""

    def __init__(self, text: str, *, needs_https: bool = False) -> None:
        super().__init__(text)
        self.needs_https = needs_https


def road_opener(clock: Clock) -> OpenRoad:
    """Roads whose certificates are judged by date only while our clock can be trusted."""
    return lambda address, context: Post(address, context, lambda: clock.now().clock != "unsynced")


def road_to(ward: Ward, open_road: OpenRoad) -> Road:
    return open_road(ward.url, tls.pinned(ward.ca))


def read_address(text: str, *, open_to_eavesdroppers: bool) -> str:
    """The ward's address without a slash at its end. Raises `BadAddress`."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(text) from error
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username:
        raise BadAddress(text)
    if parts.scheme == "http" and not (open_to_eavesdroppers or _is_loopback(host)):
        raise BadAddress(text, needs_https=True)
    return text.rstrip("/")


def enrol(home: Home, pending: Pending, open_road: OpenRoad) -> Ward:
    """Ask who the ward is, hold that against the code, introduce a log, pin the ward. Raises `Trouble`.

    The successors of that log need no code; the courier introduces them when the ward says that it does not know them.
    """
    code = _read_code(pending.code)
    line_of_logs(home)
    identity = _identity(open_road(pending.url, tls.unproven()), code)
    ward = Ward(pending.url, identity.key, identity.ca, "", pending.open_to_eavesdroppers)
    welcome = introduce(_who_gets_the_code(home, ward), road_to(ward, open_road), ward.public_key, code.secret)
    ward = msgspec.structs.replace(ward, kiosk=welcome.kiosk)
    home.pin(ward)
    return ward


def _who_gets_the_code(home: Home, ward: Ward) -> OwnLog:
    """A code is good for one key. At a ward that knows us already, it is for the oldest log that it does not know."""
    known = home.ward()
    if known and known.key == ward.key:
        told = home.status().logs
        for folder in all_folders(home.logs):
            if folder.log in told and told[folder.log].told.meant is Outcome.UNKNOWN_LOG:
                return OwnLog.open(folder)
    return line_of_logs(home)[0]


def line_of_logs(home: Home) -> list[OwnLog]:
    """The newest log and those before it, as far back as each was signed over to the next; oldest first."""
    folders = {folder.log: folder for folder in all_folders(home.logs)}
    begun = [folder for folder in folders.values() if tip_seq(folder)] or list(folders.values())
    if not begun:
        raise Trouble(Outcome.NO_LOG)
    line = [OwnLog.open(begun[-1])]
    while before := _predecessor(line[0], folders):
        line.insert(0, before)
    return line


def _predecessor(log: OwnLog, folders: dict[str, LogFolder]) -> OwnLog | None:
    succession = log.succession()
    folder = folders.get(succession.log) if succession and succession.sig else None
    try:
        return OwnLog.open(folder) if folder and folder.log != log.id else None
    except Trouble:
        return None


def _read_code(text: str) -> Code:
    try:
        return read_code(text)
    except BadCode as error:
        raise Trouble(Outcome.MISTYPED_CODE) from error


def _identity(road: Road, code: Code) -> Identity:
    """Who answers, if it is the ward that gave the code."""
    answer = road.get("/v1/identity")
    if answer.status not in GOOD:
        raise refused(answer, road.address)
    identity = _decoded(answer, road.address)
    if identity.fingerprint != code.fingerprint:
        raise Trouble(Outcome.WRONG_WARD, address=road.address)
    return identity


def _decoded(answer: Answer, address: str) -> Identity:
    try:
        identity = msgspec.json.decode(answer.body, type=Identity)
        tls.pinned(identity.ca)
        _ = identity.fingerprint
    except (msgspec.MsgspecError, UnicodeError, ValueError, ssl.SSLError) as error:
        outcome = Outcome.FOREIGN_PAGE if answer.body.lstrip().startswith(b"<") else Outcome.GARBAGE
        raise Trouble(outcome, address=address, detail=plain(answer.body[:60].decode("utf-8", "replace"))) from error
    return identity


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
