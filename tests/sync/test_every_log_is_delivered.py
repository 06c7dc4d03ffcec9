"""A kiosk has many logs over time: each is delivered, oldest first, as far as it verifies."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

from kiosk.entry import link
from sync.outcomes import Outcome
from sync.wire import Ack, Echo, Purpose, Signed
from tests.sync.bad_ward import BadWard, answers
from tests.sync.conftest import Kiosk, lines_of
from tests.sync.test_every_vote_arrives_once import assert_all_arrived
from tests.sync.ward_double import WardDouble


def change(kiosk: Kiosk, log: str, statement: str, *values: object) -> None:
    """What somebody with a screwdriver and sqlite3 could do."""
    with closing(sqlite3.connect(kiosk.home.logs / log / "log.db", isolation_level=None)) as db:
        db.execute("drop trigger if exists entries_no_update")
        db.execute("drop trigger if exists entries_no_delete")
        db.execute(statement, values)


def test_successors_introduce_themselves_and_follow_in_order(kiosk: Kiosk, ward: WardDouble) -> None:
    logs = [kiosk.log]
    for _ in range(2):
        kiosk.succeed().vote(4)
        logs.append(kiosk.log)
    assert kiosk.courier().round(contact=True).complete
    assert ward.order == logs
    assert_all_arrived(kiosk, ward)


def test_an_old_log_that_the_ward_refuses_does_not_hold_up_the_next(
    kiosk: Kiosk, ward: WardDouble, server: BadWard
) -> None:
    first = kiosk.log
    kiosk.courier().round(contact=True)
    kiosk.vote(2).succeed().vote(3)
    server.script.append(answers(500))
    found = kiosk.courier().round(contact=True)
    assert (found.told[first].meant, found.told[kiosk.log].meant) == (Outcome.SERVER_ERROR, Outcome.DELIVERED)
    assert kiosk.courier().round(contact=True).complete
    assert_all_arrived(kiosk, ward)


def test_a_log_that_nobody_signed_over_is_told_and_waits(kiosk: Kiosk, ward: WardDouble) -> None:
    first = kiosk.log
    (kiosk.home.logs / first / "key").write_text("00" * 32)
    kiosk.start().vote(3)  # another log, without the old key's signature
    found = kiosk.courier().round(contact=True)
    assert (found.told[first].meant, found.told[kiosk.log].meant) == (Outcome.NO_KEY, Outcome.UNKNOWN_LOG)
    assert ward.logs[first].lines == []


def test_a_log_without_its_key_that_the_ward_has_whole_is_no_trouble(kiosk: Kiosk) -> None:
    first = kiosk.log
    kiosk.courier().round(contact=True)
    (kiosk.home.logs / first / "key").unlink()
    assert kiosk.courier().round(contact=True).told[first].meant is Outcome.DELIVERED


def test_a_changed_line_ends_its_log_there_and_the_next_goes_on(kiosk: Kiosk, ward: WardDouble) -> None:
    first = kiosk.log
    change(kiosk, first, """update entries set line = replace(line, '"rating":5', '"rating":1') where seq = 5""")
    kiosk.succeed().vote(3)
    found = kiosk.courier().round(contact=True)
    assert (found.told[first].meant, found.told[first].facts["seq"]) == (Outcome.DAMAGED, 4)
    assert found.told[kiosk.log].meant is Outcome.DELIVERED
    assert ward.logs[first].lines == lines_of(kiosk, first)[:4]
    assert ward.logs[kiosk.log].lines == lines_of(kiosk, kiosk.log)


def test_a_torn_page_ends_its_log_there(new_kiosk: Callable[[], Kiosk], ward: WardDouble, server: BadWard) -> None:
    kiosk = new_kiosk().start().vote(300).enrolled(ward, server.url)
    log, whole = kiosk.log, lines_of(kiosk, kiosk.log)
    kiosk.archive.close()
    kiosk.archive = None
    file = kiosk.home.logs / log / "log.db"
    place = file.read_bytes().index(b'"seq":200,')
    with file.open("r+b") as database:
        database.seek(place // 1024 * 1024)
        database.write(bytes(1024))
    told = kiosk.courier().round(contact=True).told[log]
    assert told.meant is Outcome.DAMAGED
    assert 150 < len(ward.logs[log].lines) < 200
    assert ward.logs[log].lines == whole[: len(ward.logs[log].lines)]


def test_a_log_that_was_cut_short_after_delivery_is_a_fork(kiosk: Kiosk) -> None:
    kiosk.courier().round(contact=True)
    change(kiosk, kiosk.log, "delete from entries where seq > 4")
    assert kiosk.courier().round(contact=False).told[kiosk.log].meant is Outcome.FORKED
    assert kiosk.archive.log.folder.forked.exists()


def test_a_rewritten_history_is_a_fork(kiosk: Kiosk, ward: WardDouble) -> None:
    """The whole tail forged with the log's own chain rule: the ward remembers the first."""
    kiosk.courier().round(contact=True)
    before = ward.logs[kiosk.log].hashes[7]
    forged = lines_of(kiosk, kiosk.log)[7].replace('"rating":5', '"rating":4')
    change(kiosk, kiosk.log, "update entries set line = ?, hash = ? where seq = 8", forged, link(before, forged))
    assert kiosk.courier().round(contact=True).told[kiosk.log].meant is Outcome.FORKED


def test_an_old_log_is_asked_about_once_a_day(kiosk: Kiosk, ward: WardDouble) -> None:
    """A ward that was restored from last week's copy gets back what it lost of every log."""
    first, courier = kiosk.log, kiosk.courier()
    kiosk.succeed()
    courier.round(contact=True)
    del ward.logs[first].lines[3:], ward.logs[first].hashes[4:]
    kiosk.clock.pass_time(23 * 3_600_000)
    courier.round(contact=True)
    assert len(ward.logs[first].lines) == 3
    kiosk.clock.pass_time(3_600_000)
    courier.round(contact=True)
    assert_all_arrived(kiosk, ward)


def test_the_tip_names_what_is_not_yet_sent(kiosk: Kiosk, ward: WardDouble) -> None:
    ward.limit = 4
    kiosk.courier().round(contact=True)
    first = ward.logs[kiosk.log].headers[0]
    assert (first.last, first.tip.seq) == (4, 8)
    assert first.health["waiting"] == 4


def test_the_first_echo_of_a_boot_follows_at_once(kiosk: Kiosk, ward: WardDouble) -> None:
    """The ward can't date the votes of a boot before it."""
    kiosk.courier().round(contact=True)
    batch, echoing = ward.logs[kiosk.log].headers
    assert (batch.echo, echoing.last - echoing.after) == (None, 0)
    _assert_echo(echoing.echo, ward)
    assert echoing.echo.left == batch.mono < echoing.echo.came <= echoing.mono


def test_a_new_boot_is_echoed_once_and_then_with_what_is_sent_anyway(kiosk: Kiosk, ward: WardDouble) -> None:
    courier, held = kiosk.courier(), ward.logs[kiosk.log]
    courier.round(contact=True)
    kiosk.clock.reboot()
    courier.round(contact=True)
    assert [header.echo and header.echo.boot for header in held.headers] == [None, "boot-1", "boot-1", "boot-1'"]
    kiosk.vote()
    courier.round(contact=False)
    assert len(held.headers) == 5
    _assert_echo(held.headers[-1].echo, ward)


def _assert_echo(echo: Echo | None, ward: WardDouble) -> None:
    assert echo
    reply = Signed(echo.reply, echo.sig)
    reply.check(ward.public, Purpose.ACK)
    assert reply.read(Ack).time <= ward.time


def test_the_other_branch_is_delivered_whole_and_not_sent_again(
    kiosk: Kiosk, ward: WardDouble, server: BadWard
) -> None:
    """Also where it is longer than a batch: what the ward keeps beside its own is not offered to it for ever."""
    kiosk.courier().round(contact=True)
    held = ward.logs[kiosk.log]
    held.lines[-1], held.hashes[-1] = "somebody else's", bytes(32)
    kiosk.vote(5)
    courier = kiosk.courier()
    courier._size.lines = 2
    assert courier.round(contact=True).told[kiosk.log].meant is Outcome.FORKED
    assert list(held.beside.values()) == lines_of(kiosk, kiosk.log)[8:]
    asked = len(server.requests)
    kiosk.clock.pass_time(30 * 60_000)
    assert courier.round(contact=False).told[kiosk.log].meant is Outcome.FORKED
    assert len(server.requests) == asked
