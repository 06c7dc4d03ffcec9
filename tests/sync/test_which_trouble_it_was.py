"""The layers in which requests and urllib3 wrap a cause must not hide it."""

import errno
import os
import socket

import pytest
import requests
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError

from sync.outcomes import Outcome, Trouble
from sync.post import Post, outcome_of
from sync.tls import unproven


def test_a_peer_that_takes_no_more_of_our_batch_is_too_slow_and_did_not_break_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the kernel takes the connection, and nobody reads
        post = Post(f"http://127.0.0.1:{silent.getsockname()[1]}", unproven(), lambda: True, (0.2, 0.2))
        with pytest.raises(Trouble) as trouble:
            post.post("/v1/batches", bytes(32 * 1024 * 1024), {})
        post.close()
    assert trouble.value.outcome is Outcome.TIMED_OUT


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (errno.ENETUNREACH, Outcome.NO_NETWORK),
        (errno.EHOSTUNREACH, Outcome.NO_NETWORK),
        (errno.ECONNREFUSED, Outcome.NOBODY),
        (errno.ETIMEDOUT, Outcome.TIMED_OUT),
    ],
)
def test_a_connection_that_fails_says_why(number: int, outcome: Outcome) -> None:
    """As urllib3 wraps it: its NewConnectionError is one of its time-outs, whatever the cause."""
    failed = NewConnectionError(HTTPConnection("ward.test"), "Failed to establish a new connection")
    failed.__cause__ = OSError(number, os.strerror(number))
    assert outcome_of(requests.ConnectionError(MaxRetryError(None, "/", failed))) is outcome  # type: ignore[arg-type]
