"""What was signed once, sent again; what was never signed, sent as if it were. The ward takes nothing from either."""

import base64
import gzip
import json
import math
import os
import tracemalloc
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from nacl.signing import SigningKey
from sqlalchemy import Table, func, select

from kiosk.entry import canonical
from kiosk.keys import Purpose
from kiosk.votelog.marks import read_mark
from sync.acknowledge import acknowledge
from sync.outcomes import Outcome
from sync.own_log import OwnLog
from sync.pull import UNKNOWN, Puller
from sync.receipts import Receipts
from sync.ward.intake import Intake
from sync.ward.problems import Refused
from sync.ward.receive import Receiver
from sync.ward.status import all_statuses
from sync.ward.store.columns import metadata
from sync.ward.store.engine import writing
from sync.ward.store.found import findings
from sync.ward.store.tables import entries, logs, votes
from sync.wire import Ack, Batch, Enrolment, Header, Signed, write_signed
from tests.attacks.conftest import Kiosk, Office
from tests.attacks.flood import MEMORY, Flood, flood
from tests.sync.bad_ward import BadWard, answers, serving
from tests.sync.ward_double import WardDouble
from tests.ward.conftest import Ward
from tests.ward.kiosk_double import START, KioskDouble

pytestmark = pytest.mark.slow  # `./setup.sh test attacks`


def sizes(ward: Ward) -> dict[str, int]:
    """How many rows each table has."""
    return {name: ward.rows(select(func.count()).select_from(table))[0][0] for name, table in metadata.tables.items()}


def last_seen(ward: Ward) -> int | None:
    with ward.house.engine.connect() as db:
        return all_statuses(db)[0].seen


def everything(ward: Ward, *tables: Table) -> list[Any]:
    return [ward.rows(select(table)) for table in tables]


# Old papers


def test_old_batches_change_nothing_and_make_no_dead_kiosk_look_alive(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.start()
    old = []
    for boot in ("a", "b", "c"):
        kiosk.boot = boot * 8
        kiosk.start()
        kiosk.vote(5)
        old += [kiosk.batch(health={"free": 5}), kiosk.batch(after=len(kiosk.lines))]
        for batch in old[-2:]:
            assert ward.post(batch).status_code == 200
        kiosk.pass_time(60_000)
    before, seen = everything(ward, *metadata.tables.values()), last_seen(ward)
    ward.pass_time(3_600_000)
    for batch in old:
        ward.post(batch)
    assert last_seen(ward) == seen
    assert everything(ward, *metadata.tables.values()) == before


def test_a_kiosk_that_lives_is_seen_at_every_word_of_its_own(office: Office) -> None:
    """Also after a power cut, and when it has nothing new to say."""
    office.kiosk.vote().deliver()
    for turn in range(4):
        office.kiosk.clock.pass_time(300_000)
        if turn == 2:
            office.kiosk.clock.reboot()  # the terminal is dead, the courier lives
            office.kiosk.deliver()
        office.kiosk.deliver()
        assert office.ward.now[0] - last_seen(office.ward) < 1000


def test_a_batch_that_comes_late_is_no_news(ward: Ward) -> None:
    """A stick from last week: its votes count, and say nothing of how the kiosk is today."""
    kiosk = ward.enrol()
    kiosk.start()
    kiosk.vote(5)
    stick = kiosk.batch(health={"free": 1})
    kiosk.pass_time(1000)
    assert ward.post(kiosk.batch(last=1, health={"free": 2})).status_code == 200
    seen = last_seen(ward)
    ward.pass_time(1000)
    assert ward.post(stick).status_code == 200
    assert len(ward.rows(select(votes))) == 1
    assert last_seen(ward) == seen
    assert json.loads(ward.rows(select(logs.c.health))[0][0]) == {"free": 2}


def test_an_old_acknowledgement_moves_nothing_back(office: Office) -> None:
    """And one for another batch is not an answer at all (test_after_the_ward, "for another nonce")."""
    office.kiosk.vote(2).deliver()
    folder = office.kiosk.folders[0]
    before = read_mark(folder.acked)
    log = OwnLog.open(folder)
    first = log.mark(1)
    assert first
    acknowledge(log, 1, first.hash.hex())
    assert read_mark(folder.acked) == before


def test_an_old_question_of_the_ward_fetches_only_what_is_sealed_to_it(office: Office) -> None:
    """Who records a pull on the LAN and asks again gets bytes that only the ward can open, and moves no mark."""
    kiosk = office.kiosk.vote(3)
    kiosk.deliver()
    pinned = kiosk.home.ward()
    assert pinned
    puller = Puller(kiosk.home, pinned, kiosk.clock)
    asked = Ack(kiosk.log, 0, UNKNOWN, 1, "0" * 64)
    signed = write_signed(asked, Purpose.PULL, office.ward.house.key)
    before = read_mark(kiosk.folders[0].acked)
    text = base64.urlsafe_b64encode(signed.bytes()).decode().rstrip("=")
    answers = [puller.batch(puller.question(text), kiosk.log, 0, 100) for _ in range(2)]
    assert answers[0] != answers[1], "a sealed box is never the same twice"
    assert all(b'"rating"' not in answer for answer in answers)
    assert read_mark(kiosk.folders[0].acked) == before


# Forged papers


def test_the_lines_of_another_kiosk_signed_with_an_enrolled_key_are_found(ward: Ward) -> None:
    """Lines do not name their log. But a boot of the kernel belongs to one board."""
    honest, forger = ward.enrol("Quầy 1"), ward.enrol("Quầy 2", KioskDouble(boot="9" * 8))
    honest.start()
    for _ in range(3):
        honest.vote(5)
    ward.send(honest)
    assert {row.kind for row in ward.rows(select(findings))} == set()
    forger.lines = list(honest.lines)
    ward.send(forger)
    (found,) = ward.rows(select(findings))
    assert (found.kind, found.log) == ("copied", forger.log)
    assert honest.log in found.detail


def test_a_successor_of_the_same_boot_is_no_copy(office: Office) -> None:
    office.kiosk.vote(2).succeed().vote(2)
    office.kiosk.deliver()
    assert "copied" not in office.found()


def test_the_lines_of_another_kiosk_under_its_own_header_are_refused(ward: Ward) -> None:
    honest, forger = ward.enrol("Quầy 1"), ward.enrol("Quầy 2")
    honest.vote(5)
    batch = honest.batch()
    stolen = write_signed(batch.header, Purpose.BATCH, forger.key)
    answer = ward.post(Batch(batch.header, stolen, batch.lines))
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:hailong:bad-signature")
    assert ward.rows(select(entries)) == []


@pytest.mark.parametrize("field", Header.__struct_fields__)
def test_a_header_with_one_field_changed_is_refused(field: str, ward: Ward) -> None:
    """Nothing of what a header says can be changed on the way."""
    kiosk = ward.enrol()
    kiosk.vote(5)
    batch = kiosk.batch()
    said = json.loads(batch.signed.line)
    said[field] = {"v": 2, "echo": {}, "health": {"free": 9}, "tip": {"hash": "0" * 64, "seq": 9}}.get(
        field, 9 if isinstance(said[field], int) else "0" * len(said[field] or "")
    )
    answer = ward.post(Batch(batch.header, Signed(canonical(said), batch.signed.signature), batch.lines))
    assert answer.status_code in (400, 401)
    assert ward.rows(select(entries)) == []


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.BATCH])
def test_no_other_paper_of_the_log_passes_for_a_header(purpose: Purpose, ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.vote(5)
    batch = kiosk.batch()
    other = write_signed(batch.header, purpose, kiosk.key)
    assert ward.post(Batch(batch.header, other, batch.lines)).json()["type"] == "urn:hailong:bad-signature"


LINES: dict[str, Callable[[str], str]] = {
    "a key twice": lambda line: line.replace('"rating":1', '"rating":1,"rating":5'),
    "a key twice, the same": lambda line: line.replace('"rating":1', '"rating":1,"rating":1'),
    "a space": lambda line: line.replace('"rating":1', '"rating": 1'),
    "a tab at its end": lambda line: line + "\t",
    "a carriage return at its end": lambda line: line + "\r",
    "keys in another order": lambda line: line.replace(
        '"question":"procedure","rating":1', '"rating":1,"question":"procedure"'
    ),
    "a number as 1.0": lambda line: line.replace('"rating":1', '"rating":1.0'),
    "a number as 1e0": lambda line: line.replace('"rating":1', '"rating":1e0'),
    "a number as -0": lambda line: line.replace('"rating":1', '"rating":-0'),
    "a letter escaped": lambda line: line.replace('"vi"', '"v\\u0069"'),
    "letters not in NFC": lambda line: line.replace('"vi"', b'"vi\\u0302"'.decode("unicode_escape")),
    "a zero byte": lambda line: line.replace('"vi"', '"v\\u0000i"'),
    "a byte order mark": lambda line: "\ufeff" + line,
    "another place": lambda line: line.replace('"seq":2', '"seq":3'),
    "a place that is true": lambda line: line.replace('"seq":2', '"seq":true'),
    "no object": lambda line: "[]",
    "nothing": lambda line: "",
}
SAID_OTHERWISE = {"a zero byte"}  # canonical, and what it says is nobody's language: kept


@pytest.mark.parametrize("how", LINES)
def test_a_line_in_another_form_is_refused_though_its_chain_and_signature_fit(how: str, ward: Ward) -> None:
    """Two readers of one line must never see two different things."""
    kiosk = ward.enrol()
    kiosk.append("start", START)
    kiosk.vote(1)
    kiosk.lines[1] = LINES[how](kiosk.lines[1])
    answer = ward.post(kiosk.batch())
    if how in SAID_OTHERWISE:
        assert answer.status_code == 200
        return
    assert (answer.status_code, answer.json()["type"], answer.json()["seq"]) == (422, "urn:hailong:broken-chain", 2)
    assert ward.rows(select(entries)) == []
    assert [row.kind for row in ward.rows(select(findings))] == ["broken-chain"]


@pytest.mark.parametrize("how", ["another key", "another place", "another log", "unsigned"])
def test_a_forged_succession_takes_over_no_kiosk(how: str, ward: Ward) -> None:
    old, new = ward.enrol(), KioskDouble()
    old.vote(5)
    ward.send(old)
    succession = old.succession(new, signed=how != "unsigned")
    if how == "another key":
        succession = old.succession(KioskDouble())
    elif how == "another place":
        old.vote(1)
        succession = type(succession)(succession.log, 2, old.hashes()[2].hex(), succession.sig)
    elif how == "another log":
        other = ward.enrol("Quầy 2")
        succession = type(succession)(other.log, succession.seq, succession.hash, succession.sig)
    answer = ward.client.post("/v1/kiosks", content=new.enrolment(succeeds=succession).bytes())
    assert answer.json()["type"] == "urn:hailong:bad-signature"
    assert {row.kind for row in ward.rows(select(findings))} == {"false-successor"}
    assert new.log not in {row.id for row in ward.rows(select(logs))}


RECEIPTS = {
    "another key": Outcome.RECEIPT_FORGED,
    "another purpose": Outcome.RECEIPT_FORGED,
    "one figure more": Outcome.RECEIPT_FORGED,
    "another log": Outcome.RECEIPT_OF_ANOTHER,
    "another history": Outcome.FORKED,
}


@pytest.mark.parametrize("how", RECEIPTS)
def test_a_forged_receipt_says_nothing_has_arrived(how: str, office: Office) -> None:
    """A stick that says "delivered" would be the easiest way to make a technician wipe a card."""
    kiosk, key = office.kiosk.vote(3), office.ward.house.key
    log = OwnLog.open(kiosk.folders[0])
    mark = log.mark(3)
    assert mark
    ack = Ack(kiosk.log, 3, mark.hash.hex(), office.ward.now[0], "0" * 64)
    if how == "another log":
        ack = msgspec.structs.replace(ack, log="0" * 32)
    elif how == "another history":
        ack = msgspec.structs.replace(ack, head="0" * 64)
    signer = SigningKey.generate() if how == "another key" else key
    signed = write_signed(ack, Purpose.ACK if how == "another purpose" else Purpose.RECEIPT, signer)
    raw = signed.bytes().replace(b'"have":3', b'"have":4') if how == "one figure more" else signed.bytes()
    assert Receipts(kiosk.home).take(raw, "quay-1.hlr").meant is RECEIPTS[how]
    assert read_mark(kiosk.folders[0].acked) is None
    assert kiosk.deliver() is Outcome.DELIVERED
    assert len(office.ward.rows(select(entries))) == 4


def test_a_succession_from_the_other_branch_says_so(office: Office, new_kiosk: Callable[..., Kiosk]) -> None:
    clone = new_kiosk(office.kiosk.vote().power_off().card)
    for kiosk in (office.kiosk, clone):
        kiosk.power_on().vote()
    assert office.kiosk.deliver() is Outcome.DELIVERED
    assert clone.deliver() is Outcome.FORKED
    clone.a_minute_passes()
    assert clone.vote().deliver() is Outcome.DELIVERED
    (told,) = office.ward.rows(select(findings.c.detail).where(findings.c.kind == "succeeded"))
    assert "other branch" in told[0]


def test_an_enrolment_in_the_name_of_another_log_is_refused(ward: Ward) -> None:
    kiosk, thief = ward.enrol(), SigningKey.generate()
    said = Enrolment(log=kiosk.log, key=bytes(thief.verify_key).hex(), code=ward.code("Quầy 9"))
    answer = ward.client.post("/v1/kiosks", content=write_signed(said, Purpose.ENROL, thief).bytes())
    assert answer.json()["type"] == "urn:hailong:malformed"


def test_a_fork_that_nobody_signed_begins_no_successor(office: Office) -> None:
    """On a plain road anybody can answer 409; for ever new logs would be the cheapest way to hide one."""
    body = b'{"type":"urn:hailong:fork","title":"t","status":409,"have":3,"head":"%s"}' % (b"0" * 64)
    kiosk = office.kiosk.vote(2)
    with serving(BadWard(WardDouble(office.ward.house.identity.ca))) as liar:
        liar.script.extend([answers(409, body)] * 3)
        kiosk.courier()._kit.road.address = liar.url
        courier = kiosk.courier()
        courier._kit.road.address = liar.url
        assert courier.round(contact=True, everything=True).told[kiosk.log].meant is Outcome.FORGED
    kiosk.a_minute_passes()
    assert len(kiosk.folders) == 1
    assert not kiosk.folders[0].forked.exists()


# Floods


class Direct:
    """The writer without its thread: what a batch does to the database, and nothing that waits."""

    def __init__(self, ward: Ward) -> None:
        self._ward = ward

    def submit(self, job: Callable[[Any], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        with writing(self._ward.house.engine) as db:
            future.set_result(job(db))
        return future


def test_batches_without_end_add_no_row(ward: Ward) -> None:
    flood, intake = Flood(ward.enrol()), Intake(ward.house, Direct(ward))
    ward.send(flood.kiosk)

    def send(turns: int) -> None:
        for batch in (batch for _ in range(turns) for batch in flood.turn()):
            with suppress(Refused):
                intake.take(batch.bytes(), packed=False)

    send(2)
    before = sizes(ward)
    send(20)
    assert sizes(ward) == before


@pytest.mark.timeout(7200)
def test_a_flood_adds_no_row_and_no_memory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """HAILONG_FLOOD says how many, a million where there is half an hour; it prints what it measured."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else tmp_path) as folder:
        result = flood(int(os.environ.get("HAILONG_FLOOD", "5000")), math.inf, Path(folder))
    with capsys.disabled():
        print(result)
    before, after = result.before, result.after
    assert (after.rows, after.database) == (before.rows, before.database)
    assert after.memory - before.memory < 16_000
    assert after.wal < 16_000
    assert set(result.answers) == {200, 401, 409}


@pytest.mark.parametrize("what", ["broken chain", "tip", "branch"])
def test_what_a_key_holder_makes_up_ends_in_so_many_findings(what: str, ward: Ward, monkeypatch: Any) -> None:
    monkeypatch.setattr("sync.ward.findings.MOST", 5)
    kiosk = ward.enrol()
    kiosk.start()
    kiosk.vote(5)
    ward.send(kiosk)
    for turn in range(1, 13):
        liar = KioskDouble(kiosk.key, lines=list(kiosk.lines), mono=50_000 + turn)
        if what == "broken chain":
            liar.lines += [*["{}"] * turn]
        elif what == "branch":
            liar.lines[-1] = liar.lines[-1].replace('"mono":', f'"mono":{turn}')
        else:
            liar.lines = liar.lines[:1]
            for _ in range(turn):
                liar.vote(1)
        ward.post(liar.batch(after=0 if what != "tip" else 1, last=None if what != "tip" else 1))
    assert 1 <= len(ward.rows(select(findings))) <= 6


def test_a_bomb_is_refused_within_its_own_size(ward: Ward) -> None:
    """Small bodies that would unpack to much: at most the limit of a batch is ever unpacked."""
    limits = ward.house.settings.limits
    bombs = [
        gzip.compress(bytes(40 * 1024 * 1024), 9),
        gzip.compress(gzip.compress(bytes(40 * 1024 * 1024), 9), 9),
        gzip.compress(b"x") * 10_000,
        gzip.compress(b"\n" * limits.body_bytes),
        gzip.compress(b"{" * limits.body_bytes),
    ]
    tracemalloc.start()
    for bomb in bombs:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        with pytest.raises(Refused):
            Receiver(ward.house.engine, limits).open(bomb, packed=True)
        assert tracemalloc.get_traced_memory()[1] - before < 4 * limits.body_bytes
    tracemalloc.stop()


@pytest.mark.parametrize("size", [64 * 1024, 1024 * 1024, 7 * 1024 * 1024])
def test_a_huge_line_is_refused_by_name(size: int, ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.vote(5)
    kiosk.lines[0] = kiosk.lines[0].replace('"vi"', f'"{"v" * size}"')
    answer = ward.post(kiosk.batch())
    assert (answer.status_code, answer.json()["seq"]) == (422, 1)
    assert ward.rows(select(entries)) == []
