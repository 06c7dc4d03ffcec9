"""TLS to one ward: its own certificate authority and no other, and its dates only when our clock can judge them."""

import ssl
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter

# X509_V_FLAG_NO_CHECK_TIME. The module ssl does not name it; OpenSSL then checks everything but the dates.
NO_CHECK_TIME = ssl.VerifyFlags(0x200000)

ClockIsSynced = Callable[[], bool]


def pinned(ca: str) -> ssl.SSLContext:
    """A context that believes this CA only. Raises ssl.SSLError when `ca` is no certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=ca)
    return context


def unproven() -> ssl.SSLContext:
    """For the identity alone, which proves itself by its fingerprint: no CA is known before it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def judge_dates(context: ssl.SSLContext, synced: bool) -> None:
    flags = context.verify_flags
    context.verify_flags = flags & ~NO_CHECK_TIME if synced else flags | NO_CHECK_TIME


class PinnedAdapter(HTTPAdapter):
    """An adapter of requests whose connections use our context as it is."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more, ssl_context=self._context)

    def cert_verify(self, *_: Any) -> None:
        """requests would add the public authorities of certifi here."""

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """requests would set the pool to CERT_REQUIRED or CERT_NONE here; the context says which."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        pool["cert_reqs"] = "CERT_REQUIRED" if self._context.verify_mode is ssl.CERT_REQUIRED else "CERT_NONE"
        return host, pool
