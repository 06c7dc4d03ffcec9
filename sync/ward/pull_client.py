"""HTTP to a kiosk: no redirects, bounded answers, each failure one sentence."""

import re
from types import TracebackType
from typing import Any, Self

import requests

from sync.ward.failure import Failure

TIMEOUT = (5, 30)  # s to connect, to read
CHUNK = 64 * 1024


class Declined(Failure):
    """The kiosk is there, but does not answer this question. Another of its logs may still be fetched."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(f"the kiosk at {url} answered {status}")
        self.status = status


class KioskClient:
    def __init__(self, url: str, most: int) -> None:
        """`most`: bytes of one answer. `url` is what is said of it: a password that somebody wrote into it is not."""
        self._asked, self._most = url.rstrip("/"), most
        self.url = re.sub(r"//[^/@]*@", "//", self._asked)
        self._session = requests.Session()
        self._session.trust_env = False  # a kiosk on the office LAN is never behind a proxy

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def get(self, path: str, query: dict[str, Any], request: str) -> bytes:
        try:
            with self._session.get(
                self._asked + path,
                params=query,
                headers={"Hailong-Request": request},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return self._content(answer)
        except requests.RequestException as error:
            raise Failure(
                f"the kiosk at {self.url} cannot be reached ({_why(error)}); is it on, and its serving too?"
            ) from error

    def _content(self, answer: requests.Response) -> bytes:
        if answer.status_code != requests.codes.ok:
            raise Declined(self.url, answer.status_code)
        content = bytearray()
        for chunk in answer.iter_content(CHUNK):
            content += chunk
            if len(content) > self._most:
                raise Failure(f"the kiosk at {self.url} answered with more than {self._most} bytes")
        return bytes(content)


def _why(error: requests.RequestException) -> str:
    match error:
        case requests.Timeout():
            return "no answer in time"
        case requests.exceptions.SSLError():
            return "its certificate is not trusted"
        case (
            requests.exceptions.InvalidURL() | requests.exceptions.MissingSchema() | requests.exceptions.InvalidSchema()
        ):
            return "the URL should look like http://192.168.1.20:8090"
        case _:
            return "no connection"
