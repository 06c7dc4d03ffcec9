"""Votes on a stick: from the kiosk's log to the ward's, and the receipt back. Both ends are the real ones."""

import gc
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from nacl.signing import SigningKey

from kiosk.votelog.folder import all_folders
from sync.carry import Carrier
from sync.home import Home, Memory
from sync.introduce import introduction
from sync.outcomes import Outcome
from sync.own_log import OwnLog
from sync.receipts import Receipts
from sync.stick import Stick, System
from sync.ward.check import check
from sync.wire import (
    Ack,
    Batch,
    Echo,
    Malformed,
    Purpose,
    canonical,
    envelope_of,
    opened,
    unpack,
    write_signed,
)
from sync.wire import carried as carried_file
from tests.sync.conftest import Kiosk, TestClock, lines_of
from tests.sync.office import Office, acked, export, names, new_office, outcomes


def test_there_and_back(carried: Kiosk, office: Office, stick: Path) -> None:
    (told,) = export(carried, stick)
    assert (told.meant, told.facts) == (Outcome.CARRIED, {"n": 8, "files": 1})
    (file,) = names(stick)
    assert file == f"quay-1_01-{carried.log[:8]}_0000001-0000008_20260921.hlb"
    assert acked(carried) == 0
    (report,) = office.imports(stick)
    assert (report.ok, report.text) == (True, f"{file}: 8 new entries of Quầy 1 (log {carried.log[:8]}), 8 in all")
    assert office.lines(carried.log) == lines_of(carried, carried.log)
    assert set(names(stick)) == {file, f"quay-1_{carried.log[:8]}.hlr"}
    told = export(carried, stick)
    assert outcomes(told) == [Outcome.RECEIPT_TAKEN, Outcome.NOTHING_TO_CARRY]
    assert acked(carried) == 8


# What is carried


def test_a_stick_shows_nobodys_vote_and_only_its_ward_can_open_it(carried: Kiosk, stick: Path) -> None:
    export(carried, stick)
    (file,) = stick.iterdir()
    raw = file.read_bytes()
    assert not any(word in raw for word in (b"rating", b"vote", b"survey", b"boot"))
    assert set(json.loads(raw.splitlines()[0])) == {"v", "form", "ward", "log", "after", "last", "size", "sha256"}
    with pytest.raises(Malformed, match="not sealed to this ward"):
        opened(raw, SigningKey.generate(), 10**7)


def test_only_what_the_ward_is_not_known_to_have_leaves_and_all_leaves_if_asked(carried: Kiosk, stick: Path) -> None:
    carried.home.remember(carried.archive.log.folder, Memory(have=5))
    export(carried, stick)
    assert [envelope_of(file.read_bytes()).after for file in stick.iterdir()] == [5]
    export(carried, stick)  # copied is not delivered
    assert len(names(stick)) == 1
    export(carried, stick, everything=True)
    assert sorted(envelope_of(file.read_bytes()).after for file in stick.iterdir()) == [0, 5]


def test_several_logs_and_many_files_from_several_kiosks_in_any_order_twice(
    new_kiosk: Callable[[], Kiosk], office: Office, stick: Path
) -> None:
    kiosks = [new_kiosk().start().vote(7), new_kiosk().start().vote(4)]
    for number, kiosk in enumerate(kiosks, 1):
        office.knows(kiosk, f"Quầy {number}")
        kiosk.succeed().vote(6).succeed().vote(2)
        with Stick(stick) as opened_stick:
            Carrier(kiosk.home, kiosk.clock, lines=2).export(opened_stick)
    files = sorted(stick.iterdir(), reverse=True)
    assert len(files) > 15
    reports = office.imports(*files, *files, stick)
    assert len(reports) == len(files)
    assert all(report.ok for report in reports)
    assert all(report.ok and "nothing new" in report.text for report in office.imports(*files))
    for kiosk in kiosks:
        for folder in all_folders(kiosk.home.logs):
            assert office.lines(folder.log) == lines_of(kiosk, folder.log)
        assert outcomes(export(kiosk, stick)) == [Outcome.RECEIPT_TAKEN] * 3 + [Outcome.NOTHING_TO_CARRY]
        assert outcomes(export(kiosk, stick)) == [Outcome.NOTHING_TO_CARRY]
    with office.house.engine.connect() as db:
        assert list(check(db, office.house)) == []


def test_names_are_what_fat_allows_and_sort_as_the_ward_wants_them(
    new_kiosk: Callable[[], Kiosk], office: Office, stick: Path
) -> None:
    kiosk = new_kiosk().start().vote(3)
    office.knows(kiosk, "Quầy 2: Tư pháp – Hộ tịch / Đất đai")
    kiosk.succeed().vote(3)
    kiosk.clock.stamp = replace(kiosk.clock.stamp, clock="unsynced", wall=0)
    with Stick(stick) as opened_stick:
        Carrier(kiosk.home, kiosk.clock, lines=3).export(opened_stick)
    found = names(stick)
    order = [folder.log for folder in all_folders(kiosk.home.logs)]
    said = [envelope_of((stick / name).read_bytes()) for name in found]
    assert [(order.index(one.log), one.after) for one in said] == [(0, 0), (0, 3), (1, 0), (1, 3)]
    assert all(re.fullmatch("[a-z0-9_.-]{1,80}", name) for name in found)
    assert found[0].startswith("quay-2-tu-phap-ho-ti_01-")
    assert all(name.endswith("_undated.hlb") for name in found)


def test_a_log_that_is_damaged_or_has_no_key_is_told_of_and_holds_nothing_else_up(
    carried: Kiosk, office: Office, stick: Path
) -> None:
    damaged = carried.log
    carried.succeed().vote(2)
    keyless = carried.log
    carried.succeed().vote(3)
    with closing(sqlite3.connect(carried.home.logs / damaged / "log.db")) as db, db:
        db.execute("drop trigger entries_no_update")
        db.execute("update entries set line = replace(line, '5', '4') where seq = 6")
    (carried.home.logs / keyless / "key").unlink()
    told = export(carried, stick)
    assert outcomes(told) == [Outcome.DAMAGED, Outcome.NO_KEY, Outcome.CARRIED]
    assert told[0].facts["log"] == damaged[:8]
    reports = office.imports(stick)
    assert len(office.lines(damaged)) == 5
    assert [report.ok for report in reports] == [True, False]  # the last one succeeds a log that can't be introduced


def test_one_file_at_a_time_is_in_memory(carried: Kiosk, stick: Path) -> None:
    class Counting(System):
        def create(self, name: str, folder: int) -> int:
            gc.collect()
            alive.append(sum(isinstance(one, Batch) for one in gc.get_objects()))
            return super().create(name, folder)

    alive: list[int] = []
    carried.vote(20)
    with Stick(stick, Counting()) as opened_stick:
        Carrier(carried.home, carried.clock, lines=7).export(opened_stick)
    assert len(alive) == 4
    assert max(alive) <= 1


# What may be wrong with a file


def spoilt(raw: bytes) -> dict[str, tuple[bytes, str]]:
    line, _, box = raw.partition(b"\n")
    return {
        "cut short": (raw[:-1], "damaged (it ends after"),
        "cut in its line": (raw[:50], "not a file that a kiosk has written"),
        "empty": (b"", "not a file that a kiosk has written"),
        "a picture": (b"\x89PNG" + bytes(5000), "not a file that a kiosk has written"),
        "longer": (raw + b"\x00", "damaged (its bytes"),
        "one bit": (raw[:-40] + bytes([raw[-40] ^ 4]) + raw[-39:], "damaged (its bytes"),
        "another log's line": (line.replace(b'"size":', b'"size":9') + b"\n" + box, "damaged (it ends after"),
        "another box": (resealed(line, b"no gzip"), "damaged (not sealed"),
    }


def resealed(line: bytes, box: bytes) -> bytes:
    said = json.loads(line) | {"size": len(box), "sha256": sha256(box).hexdigest()}
    return canonical(said).encode() + b"\n" + box


@pytest.mark.parametrize("how", list(spoilt(b'{"size":1}\n' + bytes(50))))
def test_a_spoilt_file_is_one_sentence_and_nothing_of_it_is_taken(
    carried: Kiosk, office: Office, stick: Path, how: str
) -> None:
    export(carried, stick)
    (file,) = stick.iterdir()
    good = file.read_bytes()
    bad, sentence = spoilt(good)[how]
    file.write_bytes(bad)
    (report,) = office.imports(stick)
    assert not report.ok
    assert report.text.startswith(f"{file.name}: {sentence}")
    assert "\n" not in report.text
    assert office.lines(carried.log) == []
    file.write_bytes(good)
    assert office.imports(stick)[0].ok


def test_a_file_for_another_ward_names_it(carried: Kiosk, stick: Path, tmp_path: Path) -> None:
    export(carried, stick)
    pinned = carried.home.ward()
    assert pinned
    for other in new_office(tmp_path / "other"):
        (report,) = other.imports(stick)
        assert not report.ok
        assert f"sealed to another ward (key {pinned.key[:8]}…)" in report.text
        assert [file.suffix for file in stick.iterdir()] == [".hlb"]


def test_a_stranger_can_seal_to_the_ward_but_nothing_of_it_gets_in(
    new_kiosk: Callable[[], Kiosk], office: Office, carried: Kiosk, stick: Path
) -> None:
    """Its public key is no secret. An unknown log, and our log's name over another key's lines."""
    stranger = new_kiosk().start().vote(2)
    pinned = carried.home.ward()
    assert pinned
    stranger.home.pin(pinned)
    export(stranger, stick)
    (report,) = office.imports(stick)
    assert (report.ok, "is not enrolled here" in report.text) == (False, True)
    (file,) = stick.glob("*.hlb")
    signed, body = opened(file.read_bytes(), office.house.key, 10**7)
    batch = unpack(body)
    forged = Batch(msgspec.structs.replace(batch.header, log=carried.log), batch.signed, batch.lines)
    known = introduction(OwnLog.open(carried.archive.log.folder))
    for who, why in ((signed, "is not enrolled here"), (known, "its introduction is another log's")):
        raw = carried_file(who, forged, office.house.key.verify_key.encode())
        file.write_bytes(raw)
        (report,) = office.imports(stick)
        assert not report.ok
        assert why in report.text
    assert office.lines(carried.log) == office.lines(stranger.log) == []


def test_a_missing_file_is_named_and_the_others_wait_for_it(carried: Kiosk, office: Office, stick: Path) -> None:
    with Stick(stick) as opened_stick:
        Carrier(carried.home, carried.clock, lines=3).export(opened_stick)
    first, *others = sorted(stick.glob("*.hlb"))
    reports = office.imports(*others)
    assert [report.ok for report in reports] == [False, False]
    assert all("are missing (the ward has 0): import the older files too" in report.text for report in reports)
    assert outcomes(export(carried, stick))[-1] is Outcome.CARRIED  # the receipt said 0
    assert all(report.ok for report in office.imports(*others, first))
    assert office.lines(carried.log) == lines_of(carried, carried.log)


def test_a_copy_that_was_broken_off_is_named_and_swept_by_the_next(carried: Kiosk, office: Office, stick: Path) -> None:
    (stick / "quay-1_x.hlb.part").write_bytes(b"{")
    (stick / "holiday.jpg").write_bytes(b"x")
    (report,) = office.imports(stick)
    assert (report.ok, "broken off in the middle" in report.text) == (False, True)
    export(carried, stick)
    assert {Path(name).suffix for name in names(stick)} == {".hlb", ".jpg"}


def test_the_name_of_a_file_cannot_command_the_terminal(office: Office, stick: Path) -> None:
    (stick / "\x1b[2J.hlb").write_bytes(b"x")
    (report,) = office.imports(stick)
    assert "\x1b" not in report.text


def test_another_history_is_kept_beside_and_the_kiosk_hears_of_it(carried: Kiosk, office: Office, stick: Path) -> None:
    """The card was copied and both went on."""
    copy = carried.home.logs.with_name("copy")
    shutil.copytree(carried.home.data, copy)
    export(carried.vote(2), stick)
    assert office.imports(stick)[0].ok
    twin = Kiosk(Home(copy), TestClock(replace(carried.clock.stamp, boot="another")))
    twin.start().vote(5)
    for file in stick.glob("*.hlb"):
        file.unlink()
    told = export(twin, stick)
    assert told[0].meant is Outcome.FORKED
    assert (copy / "logs" / carried.log / "forked.json").exists()
    (report,) = [one for one in office.imports(stick) if not one.ok]
    assert "both are kept" in report.text
    assert office.rows("select count(*) from branches") != [(0,)]
    assert office.lines(carried.log) == lines_of(carried, carried.log)
    twin.archive.close()


# Receipts


def receipt(office: Office, kiosk: Kiosk, have: int, purpose: Purpose = Purpose.RECEIPT, **more: object) -> bytes:
    mark = OwnLog.open(kiosk.archive.log.folder).mark(have)
    said = {"log": kiosk.log, "have": have, "head": mark.hash.hex(), "time": office.now[0], "nonce": "0" * 64} | more
    return write_signed(said, purpose, office.house.key).bytes()


@pytest.mark.parametrize(
    ("bad", "outcome"),
    [
        (lambda good: good.replace(b'"have":5', b'"have":6'), Outcome.RECEIPT_FORGED),
        (lambda good: good[:-1], Outcome.RECEIPT_UNREADABLE),
        (lambda good: b"", Outcome.RECEIPT_UNREADABLE),
        (lambda good: b"\xff\n" * 9000, Outcome.RECEIPT_UNREADABLE),
        (lambda good: b'{"log":"x"}\n' + good.splitlines()[1] + b"\n", Outcome.RECEIPT_UNREADABLE),
    ],
)
def test_a_receipt_that_is_not_the_wards_moves_nothing(
    carried: Kiosk, office: Office, bad: Callable[[bytes], bytes], outcome: Outcome
) -> None:
    told = Receipts(carried.home).take(bad(receipt(office, carried, 5)), "x.hlr")
    assert (told.meant, acked(carried)) == (outcome, 0)


def test_an_acknowledgement_is_no_receipt_and_another_wards_receipt_is_none(carried: Kiosk, office: Office) -> None:
    take = Receipts(carried.home).take
    for purpose in (Purpose.ACK, Purpose.PULL):
        assert take(receipt(office, carried, 5, purpose), "x").meant is Outcome.RECEIPT_FORGED
    assert take(receipt(office, carried, 5, log="0" * 32), "x").meant is Outcome.RECEIPT_OF_ANOTHER
    assert take(receipt(office, carried, 5), "x").meant is Outcome.RECEIPT_TAKEN
    assert acked(carried) == 5
    pinned = carried.home.ward()
    assert pinned
    carried.home.pin(msgspec.structs.replace(pinned, key=bytes(SigningKey.generate().verify_key).hex()))
    assert take(receipt(office, carried, 6), "x").meant is Outcome.RECEIPT_FORGED


def test_a_receipt_with_another_hash_begins_a_successor(carried: Kiosk, office: Office) -> None:
    told = Receipts(carried.home).take(receipt(office, carried, 5, head="ab" * 32), "x.hlr")
    assert (told.meant, acked(carried)) == (Outcome.FORKED, 0)
    assert (carried.archive.log.folder.forked).exists()


def test_an_old_receipt_takes_nothing_back_but_the_newest_word_does(carried: Kiosk, office: Office) -> None:
    take, folder = Receipts(carried.home).take, carried.archive.log.folder
    old = receipt(office, carried, 3)
    office.now[0] += 1000
    take(receipt(office, carried, 6), "x")
    take(old, "x")
    assert (carried.home.memory(folder).have, acked(carried)) == (6, 6)
    office.now[0] += 1000
    take(receipt(office, carried, 4), "x")  # restored from a copy
    assert (carried.home.memory(folder).have, acked(carried)) == (4, 6)


def test_a_receipt_is_never_an_echo(carried: Kiosk, office: Office, stick: Path) -> None:
    """It comes days after it was written: there is no round trip. Neither end takes it for one."""
    carried.clock.stamp = replace(carried.clock.stamp, clock="unsynced", wall=0)
    carried.vote(2)
    export(carried, stick)
    office.imports(stick)
    carried.clock.pass_time(3 * 86_400_000)
    export(carried.vote(2), stick)
    assert carried.home.memory(carried.archive.log.folder).echo is None
    office.imports(stick)
    undated = "select count(*) from votes where clock = 'unsynced' and at is null"
    assert office.rows(undated) == [(4,)]
    (file,) = stick.glob("*.hlr")
    line, signature = file.read_text().splitlines()
    stamp = carried.clock.now()
    lying = Echo(line, json.loads(signature), stamp.boot, stamp.mono - 1000, stamp.mono)
    carried.home.remember(carried.vote().archive.log.folder, Memory(have=acked(carried), echo=lying))
    export(carried, stick)
    office.imports(stick)
    assert office.rows(undated) == [(5,)]
    assert office.rows("select kind from findings where kind = 'bad-echo'") == [("bad-echo",)]


def test_a_carried_header_brings_the_last_echo_and_that_dates_its_boot(
    carried: Kiosk, office: Office, stick: Path
) -> None:
    carried.clock.stamp = replace(carried.clock.stamp, clock="unsynced", wall=0)
    carried.vote(2)
    stamp = carried.clock.now()
    said = Ack(carried.log, 0, OwnLog.open(carried.archive.log.folder).start.hash.hex(), office.now[0], "0" * 64)
    reply = write_signed(said, Purpose.ACK, office.house.key)
    echo = Echo(reply.line, reply.signature, stamp.boot, stamp.mono - 400, stamp.mono)
    carried.home.remember(carried.archive.log.folder, Memory(have=0, echo=echo))
    carried.clock.pass_time(5 * 86_400_000)
    export(carried, stick)
    office.imports(stick)
    dates = office.rows("select at, error, source, mono from votes where clock = 'unsynced'")
    assert dates == [(office.now[0] + mono - (stamp.mono - 200), 1000, "echo", mono) for *_, mono in dates]
    assert len(dates) == 2


def test_receipts_go_where_they_are_asked_for(carried: Kiosk, office: Office, stick: Path, tmp_path: Path) -> None:
    export(carried, stick)
    office.imports(stick, receipts=tmp_path)
    assert [file.suffix for file in stick.iterdir()] == [".hlb"]
    (file,) = tmp_path.glob("*.hlr")
    assert Receipts(carried.home).take(file.read_bytes(), file.name).meant is Outcome.RECEIPT_TAKEN


def test_a_kiosk_that_knows_no_ward_lets_no_vote_leave(new_kiosk: Callable[[], Kiosk], stick: Path) -> None:
    kiosk = new_kiosk().start().vote(3)
    (told,) = export(kiosk, stick)
    assert told.meant is Outcome.INTRODUCED
    (file,) = stick.iterdir()
    assert file.name == f"kiosk_01-{kiosk.log[:8]}.hli"
    assert b"vote" not in file.read_bytes()
