"""Every refusal is a problem document with a stable type, and nothing of the batch is counted."""

import gzip as gz
from typing import Any

from nacl.signing import SigningKey
from sqlalchemy import select

from sync.ward.store.found import findings
from sync.ward.store.tables import branches, entries, headers, logs, tallies
from sync.wire import Batch, gzip
from tests.ward.conftest import Ward
from tests.ward.kiosk_double import KioskDouble


def refused(answer: Any, status: int, type_: str) -> dict[str, Any]:
    said: dict[str, Any] = answer.json()
    assert (answer.status_code, said["status"], said["type"]) == (status, status, f"urn:hailong:{type_}"), said
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["title"]
    return said


def with_votes(ward: Ward, count: int = 6) -> KioskDouble:
    kiosk = ward.enrol()
    kiosk.start()
    for _ in range(count):
        kiosk.vote(5)
    return kiosk


def kinds(ward: Ward) -> list[str]:
    return [row.kind for row in ward.rows(select(findings).order_by(findings.c.id))]


def test_a_log_that_is_not_enrolled(ward: Ward) -> None:
    kiosk = KioskDouble()
    kiosk.vote(5)
    refused(ward.post(kiosk.batch()), 401, "unknown-log")


def test_a_header_that_another_key_signed(ward: Ward) -> None:
    kiosk = with_votes(ward)
    real = kiosk.batch()
    kiosk.key = SigningKey.generate()
    forged = Batch(real.header, kiosk.batch().signed, real.lines)
    text = real.signed.bytes().decode().splitlines()[0]
    body = f'{text}\n"{forged.signed.signature}"\n' + "".join(f"{line}\n" for line in real.lines)
    refused(ward.post(body.encode()), 401, "bad-signature")


def test_what_is_no_batch_at_all(ward: Ward) -> None:
    refused(ward.post(b"hello"), 400, "malformed")
    refused(ward.post(b""), 400, "malformed")
    refused(ward.post(b"not gzip", **{"Content-Encoding": "gzip"}), 400, "malformed")
    refused(ward.post(b"x", **{"Content-Encoding": "br"}), 400, "malformed")


def test_a_changed_line_in_the_middle_is_named(ward: Ward) -> None:
    kiosk = with_votes(ward)
    body = kiosk.batch().bytes().replace(b'"rating":5', b'"rating":1', 3).replace(b'"rating":1', b'"rating":5', 2)
    assert refused(ward.post(body), 422, "broken-chain")["seq"] == 1  # "it or an entry up to 7"
    kiosk.lines[3] = kiosk.lines[3].replace('"rating":5', '"rating": 5')
    assert refused(ward.post(kiosk.batch()), 422, "broken-chain")["seq"] == 4
    assert ward.rows(select(entries)) == []
    assert kinds(ward) == ["broken-chain", "broken-chain"]


def test_a_gap_says_what_the_ward_has(ward: Ward) -> None:
    kiosk = with_votes(ward)
    ward.send(kiosk, last=2)
    assert refused(ward.post(kiosk.batch(after=4)), 409, "gap")["have"] == 2


def test_a_fork_is_refused_and_both_branches_are_kept(ward: Ward) -> None:
    kiosk = with_votes(ward)
    ward.send(kiosk)
    ours, head = list(kiosk.lines), kiosk.hashes()[-1].hex()
    del kiosk.lines[4:]
    kiosk.vote(1)
    kiosk.vote(1)
    for _ in range(2):
        said = refused(ward.post(kiosk.batch()), 409, "fork")
        assert (said["have"], said["head"]) == (7, head)
    assert [row.line for row in ward.rows(select(branches).order_by(branches.c.seq))] == kiosk.lines[4:]
    assert [row.line for row in ward.rows(select(entries).order_by(entries.c.seq))] == ours
    assert [row.why for row in ward.rows(select(headers))] == ["fork"]
    assert kinds(ward) == ["fork"]
    assert sum(row.n for row in ward.rows(select(tallies))) == 6


def test_a_fork_at_the_very_end_is_seen_too(ward: Ward) -> None:
    kiosk = with_votes(ward)
    ward.send(kiosk)
    kiosk.lines.pop()
    kiosk.vote(1)
    kiosk.vote(2)
    refused(ward.post(kiosk.batch(after=7)), 409, "fork")


def test_a_body_that_unpacks_too_large(ward: Ward) -> None:
    bomb = gz.compress(b"\n" * (64 * 1024 * 1024))
    said = refused(ward.post(bomb, **{"Content-Encoding": "gzip"}), 413, "too-large")
    assert said["limit"] == ward.house.settings.limits.body_bytes


def test_a_body_that_is_too_large_as_it_comes(ward: Ward) -> None:
    assert refused(ward.post(b"x" * (9 * 1024 * 1024)), 413, "too-large")["limit"] == 8 * 1024 * 1024


def test_too_many_lines(ward: Ward) -> None:
    kiosk = with_votes(ward, 0)
    for _ in range(5001):
        kiosk.lines.append("{}")
    body = gzip(kiosk.batch().bytes())
    assert refused(ward.post(body, **{"Content-Encoding": "gzip"}), 413, "too-large")["limit"] == 5000


def test_a_path_that_does_not_exist_is_a_problem_document_too(ward: Ward) -> None:
    answer = ward.client.get("/v1/nothing")
    assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_shortened_tip_is_found(ward: Ward) -> None:
    kiosk = with_votes(ward)
    ward.send(kiosk, last=3)  # names 7, sends 3
    del kiosk.lines[5:]
    kiosk.pass_time(1000)
    ward.send(kiosk, after=3, last=4)
    assert kinds(ward) == ["shortened"]


def test_a_late_copy_is_not_taken_for_a_shortened_log(ward: Ward) -> None:
    kiosk = with_votes(ward)
    stick = kiosk.batch()
    kiosk.boot = "22222222-2222-4222-8222-222222222222"
    kiosk.visit(5, 5)
    ward.send(kiosk)
    assert ward.post(stick).status_code == 200
    assert ward.post(stick).status_code == 200
    assert kinds(ward) == []


def test_other_entries_than_those_named_before_are_found(ward: Ward) -> None:
    kiosk = with_votes(ward)
    ward.send(kiosk, last=3)
    del kiosk.lines[5:]
    kiosk.vote(1)
    kiosk.vote(1)
    kiosk.vote(1)
    ward.send(kiosk)
    assert kinds(ward) == ["fork"]
    assert ward.rows(select(logs.c.tip_seq))[0][0] == 8
