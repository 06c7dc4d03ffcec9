"""A stranger, a broken kiosk, a second process, an impatient client: each is answered, and the ward goes on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from logging import INFO, NOTSET, LogRecord, getLogger
from logging.handlers import QueueHandler
from queue import Queue
from socket import create_connection
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select

from kiosk.entry import canonical
from sync.ward.check import check
from sync.ward.feed import read_page
from sync.ward.figures import last_weeks
from sync.ward.house import enter
from sync.ward.intake import Intake
from sync.ward.overview import overview
from sync.ward.settle import COLUMNS
from sync.ward.store.engine import writing
from sync.ward.store.rows import CHUNK, add_rows
from sync.ward.store.tables import anchors, entries, headers, releases, tallies, votes
from sync.ward.web.html import today
from sync.ward.web.serving import open_writer
from sync.ward.writer import Writer
from tests.ward.conftest import Ward
from tests.ward.kiosk_double import KioskDouble


def differences(ward: Ward) -> list[str]:
    with ward.house.engine.connect() as db:
        return list(check(db, ward.house))


def test_who_no_longer_waits_does_not_stop_the_writer(ward: Ward) -> None:
    begun, go = Event(), Event()
    with Writer(ward.house.engine, lambda _: None) as writer:
        first = writer.submit(lambda _: begun.set() or go.wait(100))
        assert begun.wait(100)
        impatient = writer.submit(lambda _: 2)
        assert impatient.cancel()
        assert not first.cancel()
        go.set()
        assert writer.submit(lambda _: 3).result(10) == 3


def test_a_bug_at_the_end_of_a_transaction_fails_it_and_not_the_next(ward: Ward) -> None:
    faults = [KeyError("a bug")]

    def finish(_: Connection) -> None:
        if faults:
            raise faults.pop()

    with Writer(ward.house.engine, finish) as writer:
        with pytest.raises(KeyError):
            writer.submit(lambda _: 1).result(10)
        assert writer.submit(lambda _: 2).result(10) == 2


def test_a_header_is_kept_for_each_thing_that_it_proves(ward: Ward) -> None:
    """Sent too early it contradicts the tip; sent again in its turn it dates a boot. Neither is forgotten."""
    kiosk = ward.enrol()
    kiosk.clock = "unsynced"
    for _ in range(4):
        kiosk.vote(5)
    answer = ward.post(kiosk.batch(last=1))
    del kiosk.lines[2:]
    kiosk.vote(1)
    kiosk.pass_time(1000)
    batch = kiosk.batch(after=2, echo=kiosk.echo(answer.content, 10_000, 10_200))
    assert ward.post(batch).status_code == 409
    ward.send(kiosk, after=1, last=2)
    assert ward.post(batch).status_code == 200
    assert {row.why for row in ward.rows(select(headers))} == {"tip", "echo"}
    assert len(ward.rows(select(anchors))) == 1
    assert differences(ward) == []


@pytest.mark.parametrize("head", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("path", ["/v1/batches", "/v1/kiosks"])
def test_an_upload_that_breaks_off_is_no_bug(ward: Ward, path: str, head: str) -> None:
    """On a bad line it happens all day; a traceback for each would fill the journal, and hide the one that matters."""
    told: Queue[LogRecord] = Queue()
    handler, log = QueueHandler(told), getLogger("sync.ward.web.answers")
    log.addHandler(handler)
    log.setLevel(INFO)
    try:
        with create_connection((ward.client.base_url.host, ward.client.base_url.port or 0)) as sender:
            sender.sendall(f"POST {path} HTTP/1.1\r\nHost: ward\r\n{head}\r\n\r\n3\r\nhe".encode())
        record = told.get(timeout=100)
    finally:
        log.removeHandler(handler)
        log.setLevel(NOTSET)
    assert record.levelno == INFO
    assert "Traceback" not in record.msg
    assert ward.client.get("/healthz").status_code == 200


@pytest.mark.parametrize("field", ["key", "log"])
def test_a_newline_behind_a_key_is_malformed_and_no_bug(ward: Ward, field: str) -> None:
    kiosk = KioskDouble()
    said = {"code": None, "key": kiosk.public.hex(), "log": kiosk.log, "succeeds": None, "v": 1}
    line = canonical(said | {field: f"{said[field]}\n"})
    answer = ward.client.post("/v1/kiosks", content=f'{line}\n"{"0" * 128}"\n'.encode())
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:hailong:malformed")


@pytest.mark.parametrize("depth", [5000, 1000, 950, 100, 31])
def test_a_line_too_deep_for_any_reader_is_refused_by_name(ward: Ward, depth: int) -> None:
    answer = ward.post(deep(ward.enrol(), depth).batch())
    assert (answer.status_code, answer.json()["seq"]) == (422, 1)
    assert ward.rows(select(entries)) == []


def test_a_line_as_deep_as_may_be_is_kept(ward: Ward) -> None:
    assert ward.post(deep(ward.enrol(), 30).batch()).status_code == 200
    assert len(ward.rows(select(entries))) == 1


def deep(kiosk: KioskDouble, depth: int) -> KioskDouble:
    """A vote whose language is so many arrays within each other; body and line are two levels more."""
    kiosk.vote(5)
    kiosk.lines[-1] = kiosk.lines[-1].replace('"lang":"vi"', f'"lang":{"[" * depth}{"]" * depth}')
    return kiosk


def test_a_batch_for_another_log_is_not_taken(ward: Ward) -> None:
    one, two = ward.enrol("Quầy 1"), ward.enrol("Quầy 2")
    one.vote(5)
    two.vote(1)
    body = one.batch().bytes().replace(one.log.encode(), two.log.encode())
    assert ward.post(body).json()["type"] == "urn:hailong:bad-signature"
    assert ward.rows(select(entries)) == []


def test_two_processes_on_one_file_take_each_entry_once(ward: Ward) -> None:
    kiosk = ward.enrol()
    for _ in range(3 * CHUNK):
        kiosk.vote(5)
    stretches = [kiosk.batch(after, last).bytes() for last in range(10, 3 * CHUNK, 10) for after in (0, last - 10)]
    with (
        enter(ward.house.folder, ward.house.clock) as other,
        open_writer(ward.house) as w1,
        open_writer(other) as w2,
        ThreadPoolExecutor(2) as pool,
    ):
        intakes = Intake(ward.house, w1), Intake(other, w2)
        for done in [pool.submit(send_all, intake, stretches) for intake in intakes]:
            done.result(30)
    assert [row.seq for row in ward.rows(select(votes.c.seq).order_by(votes.c.seq))] == list(range(1, 3 * CHUNK - 9))
    assert differences(ward) == []


def send_all(intake: Intake, bodies: list[bytes]) -> None:
    for body in bodies:
        intake.submit(body, packed=False).result()


def test_whole_rows_go_in_as_they_are(ward: Ward) -> None:
    rows = [(number, number * 10) for number in range(1, 2 * CHUNK + 2)]
    with writing(ward.house.engine) as db:
        add_rows(db, releases, rows)
        add_rows(db, releases, [])
    assert [tuple(row) for row in ward.rows(select(releases).order_by(releases.c.id))] == rows


def test_a_vote_is_settled_in_the_order_of_its_table() -> None:
    assert tuple(votes.c.keys()) == COLUMNS


@contextmanager
def plans(ward: Ward) -> Iterator[set[str]]:
    """How SQLite goes about every statement that is run meanwhile."""
    steps: set[str] = set()

    def explain(db: Connection, _: Any, statement: str, values: Any, __: Any, many: bool) -> None:
        if not many and statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            rows = db.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            steps.update(f"{row[3]} in {statement}" for row in rows)

    event.listen(ward.house.engine, "before_cursor_execute", explain)
    yield steps
    event.remove(ward.house.engine, "before_cursor_execute", explain)


@pytest.mark.sqlite
@pytest.mark.parametrize("rule", ["ward", "daily_ward"])
def test_no_table_that_grows_is_read_whole(rule: str, request: pytest.FixtureRequest) -> None:
    ward: Ward = request.getfixturevalue(rule)
    kiosk = ward.enrol()
    kiosk.clock = "unsynced"
    visit = kiosk.vote(5)
    answer = ward.post(kiosk.batch())
    with plans(ward) as steps:
        kiosk.vote(4, visit)
        kiosk.visit(3, 2)
        kiosk.visit(3, 2)
        ward.send(kiosk, after=1, echo=kiosk.echo(answer.content, kiosk.mono, kiosk.mono + 10))
        ward.pass_time(86_400_000)
        ward.send(kiosk, after=len(kiosk.lines))
        with ward.house.engine.connect() as db:
            overview(db, last_weeks(today(ward.house)), "vi", frozenset({1}))
            read_page(db, "", 10, ward.house.settings.zone, frozenset({1}), exact=False)
    assert ward.rows(select(func.sum(tallies.c.n)))[0][0] == 5
    grows = ("entries", "votes", "feed", "tallies", "anchors", "boots", "arrivals", "headers", "older")
    scans = {step for step in steps if step.startswith(tuple(f"SCAN {table}" for table in grows))}
    # What a foreign key plans for a new release, and does only where a child without a parent was counted before.
    assert {step for step in scans if "INSERT INTO releases" not in step} == set()
