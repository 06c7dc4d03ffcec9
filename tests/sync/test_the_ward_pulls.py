"""On the office LAN the kiosk answers its own ward, and nobody else learns anything."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
import requests

from kiosk.votelog.marks import read_mark
from sync.outcomes import Outcome
from sync.pull import NO_LOG, UNKNOWN, Puller
from sync.serve import PullServer
from sync.wire import Ack, Batch, Enrolment, Purpose, Signed, gunzip, unpack, unseal, write_signed
from tests.sync.conftest import Kiosk, lines_of
from tests.sync.ward_double import WardDouble


class Pull:
    """The ward's side."""

    def __init__(self, url: str, ward: WardDouble) -> None:
        self.url, self.ward = url, ward

    def ask(
        self, path: str, ack: Ack, purpose: Purpose = Purpose.PULL, by: WardDouble | None = None
    ) -> requests.Response:
        signed = write_signed(ack, purpose, (by or self.ward).key)
        return self.get(path, urlsafe_b64encode(signed.bytes()).decode().rstrip("="))

    def get(self, path: str, header: str) -> requests.Response:
        return requests.get(self.url + path, headers={"Hailong-Request": header}, timeout=100)

    def opened(self, answer: requests.Response) -> bytes:
        assert answer.status_code == 200
        return gunzip(unseal(answer.content, self.ward.key), 10_000_000)

    def batch(self, log: str, have: int = 0, head: str = UNKNOWN, nonce: str = "first", limit: str = "") -> Batch:
        path = f"/v1/batch?log={log}&after={have}{limit}"
        return unpack(self.opened(self.ask(path, Ack(log, have, head, self.ward.time, nonce))))


@contextmanager
def running(server: PullServer) -> Iterator[str]:
    """As `PullServer.start`, but it ends at once."""
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def pull(kiosk: Kiosk, ward: WardDouble) -> Iterator[Pull]:
    with running(PullServer("127.0.0.1", 0, Puller(kiosk.home, kiosk.home.ward(), kiosk.clock))) as url:
        yield Pull(url, ward)


def test_a_pull_fetches_the_bytes_that_a_push_would_have_brought(kiosk: Kiosk, pull: Pull, ward: WardDouble) -> None:
    batch = pull.batch(kiosk.log)
    batch.check_signature(ward.logs[kiosk.log].key)
    batch.check_chain()
    assert batch.lines == lines_of(kiosk, kiosk.log)


def test_the_answer_is_sealed(kiosk: Kiosk, pull: Pull) -> None:
    answer = pull.ask(f"/v1/batch?log={kiosk.log}&after=0", Ack(kiosk.log, 0, UNKNOWN, 1, "n"))
    assert b"rating" not in answer.content
    assert kiosk.log.encode() not in answer.content


def test_every_log_introduces_itself(kiosk: Kiosk, pull: Pull, ward: WardDouble) -> None:
    first = kiosk.log
    kiosk.succeed().vote()
    documents = json.loads(pull.opened(pull.ask("/v1/logs", Ack(NO_LOG, 0, UNKNOWN, 1, "n"))))
    enrolments = [Signed(it["line"], it["sig"]).read(Enrolment) for it in documents]
    for enrolment, document in zip(enrolments, documents, strict=True):
        Signed(document["line"], document["sig"]).check(bytes.fromhex(enrolment.key), Purpose.ENROL)
    assert [it.log for it in enrolments] == [first, kiosk.log]
    assert [it.code for it in enrolments] == [None, None]
    assert enrolments[1].succeeds
    assert enrolments[1].succeeds.log == first
    ward.answer("POST", "/v1/kiosks", Signed(documents[1]["line"], documents[1]["sig"]).bytes())
    assert kiosk.log in ward.logs


def test_an_acknowledgement_by_pull_moves_the_mark_and_never_back(kiosk: Kiosk, pull: Pull) -> None:
    batch = pull.batch(kiosk.log)
    hashes = [bytes.fromhex(batch.header.prev), *batch.check_chain()]
    pull.batch(kiosk.log, 8, hashes[8].hex())
    pull.batch(kiosk.log, 3, hashes[3].hex())
    assert read_mark(kiosk.archive.log.folder.acked).seq == 8
    status = kiosk.home.status().logs[kiosk.log]
    assert (status.told.meant, status.success is not None) == (Outcome.DELIVERED, True)


def test_an_acknowledgement_that_names_the_batch_is_an_echo(kiosk: Kiosk, pull: Pull) -> None:
    first = pull.batch(kiosk.log)
    second = pull.batch(kiosk.log, 8, first.header.head, first.nonce)
    echo = second.header.echo
    assert echo
    assert Signed(echo.reply, echo.sig).read(Ack).nonce == first.nonce
    assert echo.left == first.header.mono < echo.came <= second.header.mono
    assert pull.batch(kiosk.log, 8, first.header.head, "another").header.echo == echo


def test_a_limit_is_kept(kiosk: Kiosk, pull: Pull) -> None:
    batch = pull.batch(kiosk.log, limit="&limit=3")
    assert (len(batch.lines), batch.header.tip.seq) == (3, 8)


def ask(kiosk: Kiosk, **said: object) -> Ack:
    return Ack(**{"log": kiosk.log, "have": 0, "head": UNKNOWN, "time": 1, "nonce": "n"} | said)


def test_who_is_not_the_ward_gets_401_and_nothing_to_see(kiosk: Kiosk, pull: Pull, ward: WardDouble) -> None:
    path, other = f"/v1/batch?log={kiosk.log}&after=0", WardDouble(ward.identity.ca)
    answers = [
        pull.ask(path, ask(kiosk), by=other),
        pull.ask(path, ask(kiosk), Purpose.ACK),
        pull.ask(path, ask(kiosk, have=1)),
        pull.ask(path, ask(kiosk, log=NO_LOG)),
        pull.ask("/v1/logs", ask(kiosk)),
        pull.get(path, ""),
        pull.get(path, "%%%"),
        pull.get(path, urlsafe_b64encode(b"\xff\n\xff\n").decode()),
        pull.get("/v1/nothing", ""),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, b"")}


def test_another_history_is_answered_with_fork_and_noted(kiosk: Kiosk, pull: Pull) -> None:
    answer = pull.ask(f"/v1/batch?log={kiosk.log}&after=3", ask(kiosk, have=3, head="1" * 64))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:hailong:fork")
    assert kiosk.archive.log.folder.forked.exists()


def test_a_place_beyond_the_log_is_answered_with_gap(kiosk: Kiosk, pull: Pull) -> None:
    answer = pull.ask(f"/v1/batch?log={kiosk.log}&after=30", ask(kiosk, have=30))
    assert (answer.status_code, answer.json()["have"]) == (409, 8)


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=99999999999999999999", "after=٣"])
def test_figures_are_figures(query: str, kiosk: Kiosk, pull: Pull) -> None:
    assert pull.ask(f"/v1/batch?log={kiosk.log}&{query}", ask(kiosk)).status_code == 400


@pytest.mark.parametrize("log", ["0" * 31 + "1", "../../etc"])
def test_a_log_that_is_not_ours_is_not_found(log: str, kiosk: Kiosk, pull: Pull) -> None:
    answer = pull.ask(f"/v1/batch?log={log}&after=0", ask(kiosk, log=log))
    assert answer.status_code in (401, 404)


def test_a_flood_is_turned_away(kiosk: Kiosk, ward: WardDouble) -> None:
    puller = Puller(kiosk.home, kiosk.home.ward(), kiosk.clock)
    with running(PullServer("127.0.0.1", 0, puller, seconds=lambda: 0.0)) as url:
        answers = [Pull(url, ward).get("/v1/logs", "").status_code for _ in range(25)]
    assert answers == [401] * 20 + [429] * 5
