"""`ward pull` against a small real server that keeps the kiosk's side of the contract."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from sync.ward.check import check
from sync.ward.failure import Failure
from sync.ward.pull import Puller, Report
from sync.ward.pull_client import KioskClient
from sync.ward.store.found import findings
from sync.ward.store.tables import entries, headers, logs, votes
from sync.ward.web.serving import open_writer
from sync.wire import Ack, Echo, Malformed, Purpose, Signed, gzip, open_signed, seal
from tests.ward.conftest import Ward
from tests.ward.kiosk_double import KioskDouble


@dataclass
class Served:
    """The kiosk's side: it checks every request as a kiosk must."""

    ward_key: bytes
    offers: list[tuple[KioskDouble, Signed]]
    step: int = 3
    asked: list[Ack] = field(default_factory=list)
    nonces: list[str] = field(default_factory=list)
    left: int = 0  # when the last batch left, on the kiosk's monotonic clock
    echo: Echo | None = None
    declined: str = ""  # a log about which nothing is answered

    def answer(self, path: str, query: dict[str, list[str]], request: str) -> bytes:
        raw = urlsafe_b64decode(request + "=" * (-len(request) % 4))
        ack = open_signed(raw, Ack, Purpose.PULL, self.ward_key)
        self.asked.append(ack)
        self._note_echo(raw, ack)
        return seal(gzip(self._content(path, query, ack)), self.ward_key)

    def _note_echo(self, raw: bytes, ack: Ack) -> None:
        """A question that names the batch we sent last was written between then and now."""
        kiosk = next((kiosk for kiosk, _ in self.offers if kiosk.log == ack.log), None)
        if kiosk and self.nonces[-1:] == [ack.nonce]:
            kiosk.pass_time(200)
            self.echo = kiosk.echo(raw, self.left, kiosk.mono)

    def _content(self, path: str, query: dict[str, list[str]], ack: Ack) -> bytes:
        if path == "/v1/logs":
            assert (ack.log, ack.have) == ("0" * 32, 0)
            return json.dumps([{"line": offer.line, "sig": offer.signature} for _, offer in self.offers]).encode()
        kiosk = next(kiosk for kiosk, _ in self.offers if kiosk.log == query["log"][0])
        after = int(query["after"][0])
        assert (ack.log, ack.have) == (kiosk.log, after)
        assert ack.head in (kiosk.hashes()[after].hex(), "0" * 64)
        batch = kiosk.batch(after, min(after + self.step, len(kiosk.lines)), echo=self.echo)
        self.nonces.append(batch.nonce)
        self.left = kiosk.mono
        return batch.bytes()


@contextmanager
def kiosk_server(served: Served) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = served.answer(parts.path, parse_qs(parts.query), self.headers["Hailong-Request"])
            self.send_response(409 if served.declined and served.declined in self.path else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def pull(ward: Ward, served: Served, log: str | None = None) -> list[Report]:
    with kiosk_server(served) as url, open_writer(ward.house) as writer, KioskClient(url, 10**7) as client:
        return list(Puller(ward.house, writer, client).pull(log))


def serving(ward: Ward, *kiosks: KioskDouble) -> Served:
    return Served(bytes(ward.house.key.verify_key), [(kiosk, kiosk.enrolment()) for kiosk in kiosks])


def stored(ward: Ward, kiosk: KioskDouble) -> list[str]:
    return [row.line for row in ward.rows(select(entries).where(entries.c.log == kiosk.log).order_by(entries.c.seq))]


def test_everything_is_fetched_and_the_last_request_says_so(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.start()
    for _ in range(7):
        kiosk.vote(5)
    served = serving(ward, kiosk)
    (report,) = pull(ward, served)
    assert report.ok
    assert report.text == f"log {kiosk.log} (Quầy 1): 8 new entries, 8 in all"
    assert stored(ward, kiosk) == kiosk.lines
    assert served.asked[-1].have == 8
    assert [ack.nonce for ack in served.asked[2:]] == served.nonces[:-1]


def test_the_wards_questions_date_the_votes(ward: Ward) -> None:
    """A kiosk that is only ever pulled, without a clock: its echo is the ward's own question."""
    kiosk = ward.enrol()
    kiosk.clock, kiosk.wall = "unsynced", 0
    for _ in range(7):
        kiosk.vote(5)
    pull(ward, serving(ward, kiosk))
    rows = ward.rows(select(votes).order_by(votes.c.seq))
    assert [(row.at, row.error, row.source) for row in rows] == [
        (ward.now[0] + row.mono - kiosk.mono + 500, 1000, "echo") for row in rows
    ]
    assert ward.rows(select(findings)) == []
    assert [row.why for row in ward.rows(select(headers))] == ["echo"]
    with ward.house.engine.connect() as db:
        assert list(check(db, ward.house)) == []


def test_pull_and_push_may_mix(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.visit(5, 4)
    ward.send(kiosk)
    kiosk.visit(3, 2)
    pull(ward, serving(ward, kiosk))
    assert pull(ward, serving(ward, kiosk))[0].text.endswith("0 new entries, 4 in all")
    assert ward.send(kiosk).have == 4
    assert stored(ward, kiosk) == kiosk.lines


def test_a_successor_is_let_in_and_a_stranger_is_named_and_left(ward: Ward) -> None:
    old, new, stranger = ward.enrol(), KioskDouble(), KioskDouble()
    old.vote(5)
    new.vote(4)
    stranger.vote(1)
    served = serving(ward, old, new, stranger)
    served.offers[1] = (new, new.enrolment(succeeds=old.succession(new)))
    reports = pull(ward, served)
    assert [report.ok for report in reports] == [True, True, False]
    assert stranger.log in reports[2].text
    assert {row.id for row in ward.rows(select(logs))} == {old.log, new.log}
    assert stored(ward, new) == new.lines


def test_one_log_can_be_chosen(ward: Ward) -> None:
    first, second = ward.enrol("Quầy 1"), ward.enrol("Quầy 2")
    first.vote(5)
    second.vote(5)
    assert len(pull(ward, serving(ward, first, second), second.log)) == 1
    assert stored(ward, first) == []
    with pytest.raises(Failure, match="does not offer"):
        pull(ward, serving(ward, first), second.log)


def test_a_forked_log_is_named_and_the_next_is_fetched(ward: Ward) -> None:
    forked, good = ward.enrol("Quầy 1"), ward.enrol("Quầy 2")
    forked.vote(5)
    forked.vote(5)
    ward.send(forked)
    good.vote(5)

    class Forked(Served):
        def _content(self, path: str, query: dict[str, list[str]], ack: Ack) -> bytes:
            if query.get("log") == [forked.log]:
                return forked.batch().bytes()
            return super()._content(path, query, ack)

    served = Forked(bytes(ward.house.key.verify_key), serving(ward, forked, good).offers)
    forked.lines.pop()
    forked.vote(1)
    reports = pull(ward, served)
    assert [report.ok for report in reports] == [False, True]
    assert "holds other entries" in reports[0].text


def test_a_log_that_the_kiosk_declines_is_named_and_the_next_is_fetched(ward: Ward) -> None:
    first, second = ward.enrol("Quầy 1"), ward.enrol("Quầy 2")
    first.vote(5)
    second.vote(5)
    served = serving(ward, first, second)
    served.declined = first.log
    reports = pull(ward, served)
    assert [report.ok for report in reports] == [False, True]
    assert reports[0].text.endswith("answered 409")
    assert stored(ward, second) == second.lines


def test_an_answer_that_unpacks_too_large_is_one_sentence(ward: Ward) -> None:
    class Large(Served):
        def _content(self, path: str, query: dict[str, list[str]], ack: Ack) -> bytes:
            return b" " * (ward.house.settings.limits.body_bytes + 1)

    with pytest.raises(Malformed, match="more than"):
        pull(ward, Large(bytes(ward.house.key.verify_key), []))


def test_only_the_name_of_a_log_is_ever_printed(ward: Ward) -> None:
    class Strange(Served):
        def _content(self, path: str, query: dict[str, list[str]], ack: Ack) -> bytes:
            return json.dumps([{"line": json.dumps({"log": "\x1b[2J"}), "sig": ""}]).encode()

    (report,) = pull(ward, Strange(bytes(ward.house.key.verify_key), []))
    assert (report.ok, "\x1b" in report.text) == (False, False)


def test_a_kiosk_that_is_off_is_one_sentence(ward: Ward) -> None:
    with (
        open_writer(ward.house) as writer,
        KioskClient("http://127.0.0.1:1", 10**7) as client,
        pytest.raises(Failure, match="cannot be reached"),
    ):
        list(Puller(ward.house, writer, client).pull())
