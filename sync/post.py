"""HTTP to the ward, as little of it as we need: one keep-alive session, no redirects, nothing taken on trust.

Whatever goes wrong on the way is a `Trouble` from the closed set of outcomes.
"""

import ssl
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import BadStatusLine, RemoteDisconnected
from importlib.metadata import version
from typing import Protocol

import requests
from urllib3.exceptions import HTTPError, InsecureRequestWarning, NameResolutionError
from urllib3.exceptions import TimeoutError as Urllib3Timeout

from sync.outcomes import Outcome, Trouble
from sync.tls import ClockIsSynced, PinnedAdapter, judge_dates

CONNECT, READ = 5.0, 30.0  # s
WHOLE = 60.0  # s for one answer: a server that sends a byte now and then must not hold us for ever
LARGEST = 1024 * 1024  # bytes of an answer; a ward's has less than 1000

EXPIRED = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
OTHER_NAME = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)  # names in lower case


class Road(Protocol):
    """The way to one ward."""

    address: str

    def get(self, path: str) -> Answer: ...
    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer: ...


class Post:
    """The road that is HTTP. Raises `Trouble` when no answer came. Used by one thread at a time."""

    def __init__(
        self,
        address: str,
        context: ssl.SSLContext,
        synced: ClockIsSynced,
        timeouts: tuple[float, float] = (CONNECT, READ),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self._context, self._synced, self._timeouts, self._seconds = context, synced, timeouts, seconds
        self._session = requests.Session()
        # A service's environment is nobody's decision: no proxy from there, no .netrc, and above all no
        # REQUESTS_CA_BUNDLE in place of the pinned authority.
        self._session.trust_env = False
        self._session.mount("https://", PinnedAdapter(context))
        self._session.headers.update({"User-Agent": _who_we_are(), "Accept-Encoding": "identity"})

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        return self._ask("POST", path, body, headers)

    def close(self) -> None:
        self._session.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        judge_dates(self._context, self._synced())
        try:
            with warnings.catch_warnings():
                # Only the identity is ever asked for without a proven certificate; the code proves it instead.
                warnings.simplefilter("ignore", InsecureRequestWarning)
                return self._answer(method, path, body, headers)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise Trouble(outcome_of(error), address=self.address, detail=_in_short(error)) from error

    def _answer(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        end = self._seconds() + WHOLE
        with self._session.request(
            method,
            self.address + path,
            data=body,
            headers=headers,
            timeout=self._timeouts,
            allow_redirects=False,
            stream=True,
        ) as response:
            received = b"".join(self._parts(response, end))
            return Answer(response.status_code, received, {k.lower(): v for k, v in response.headers.items()})

    def _parts(self, response: requests.Response, end: float) -> Iterator[bytes]:
        """The body as it came, never unpacked, within our limits of size and time."""
        size = 0
        for part in response.raw.stream(16 * 1024, decode_content=False):
            size += len(part)
            if size > LARGEST:
                raise Trouble(Outcome.GARBAGE, address=self.address, detail=f"> {LARGEST} B")
            if self._seconds() > end:
                raise Trouble(Outcome.TIMED_OUT, address=self.address)
            yield part


def outcome_of(error: BaseException) -> Outcome:
    """Which trouble it was. requests and urllib3 wrap the cause several times, so every layer is looked at."""
    found = {outcome for layer in _layers(error) if (outcome := _outcome_of_layer(layer))}
    return next((outcome for outcome in _MOST_TELLING_FIRST if outcome in found), Outcome.BROKEN_OFF)


_MOST_TELLING_FIRST = (
    Outcome.CERTIFICATE_DATES,
    Outcome.CERTIFICATE_NAME,
    Outcome.CERTIFICATE_FOREIGN,
    Outcome.TLS_FAILED,
    Outcome.NO_NAME,
    Outcome.NOBODY,
    Outcome.NO_NETWORK,  # urllib3 counts every connection that fails as a time-out as well
    Outcome.TIMED_OUT,
    Outcome.BROKEN_OFF,
    Outcome.GARBAGE,
)


def _outcome_of_layer(error: BaseException) -> Outcome | None:
    match error:
        case ssl.SSLCertVerificationError():
            return _outcome_of_certificate(error.verify_code)
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | RemoteDisconnected() | ConnectionResetError():
            return Outcome.BROKEN_OFF
        case ssl.SSLError():
            return Outcome.TLS_FAILED
        case NameResolutionError():
            return Outcome.NO_NAME
        case ConnectionRefusedError():
            return Outcome.NOBODY
        case TimeoutError() | Urllib3Timeout() | requests.Timeout():  # the first while our own batch was leaving
            return Outcome.TIMED_OUT
        case BadStatusLine():
            return Outcome.GARBAGE
        case OSError(errno=101 | 113):  # ENETUNREACH, EHOSTUNREACH
            return Outcome.NO_NETWORK
        case _:
            return None


def _outcome_of_certificate(code: int) -> Outcome:
    if code in EXPIRED:
        return Outcome.CERTIFICATE_DATES
    return Outcome.CERTIFICATE_NAME if code in OTHER_NAME else Outcome.CERTIFICATE_FOREIGN


def _layers(error: BaseException) -> Iterator[BaseException]:
    """The error and everything that it wraps."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        layer = waiting.pop()
        if isinstance(layer, BaseException) and layer not in seen:
            seen.append(layer)
            yield layer
            waiting += [layer.__cause__, layer.__context__, getattr(layer, "reason", None), *layer.args]


def _in_short(error: BaseException) -> str:
    *_, innermost = _layers(error)
    return f"{type(innermost).__name__}"


def _who_we_are() -> str:
    return f"hailong-kiosk/{version('hailong-kiosk')}"
