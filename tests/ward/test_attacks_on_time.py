"""Who would move a date, and what becomes of it: each ends in a refusal or a finding, and no vote is lost."""

import json
from typing import Any

import pytest
from msgspec.structs import replace
from nacl.signing import SigningKey
from sqlalchemy import select

from sync.ward.check import check
from sync.ward.store.found import findings
from sync.ward.store.tables import feed, tallies, votes
from sync.wire import Ack, Echo, Purpose, write_signed
from tests.ward.conftest import HOUR, NOW, Ward

DAY = 24 * HOUR
MINUTE = 60_000
BOOT = "{}2222222-2222-4222-8222-222222222222"


class Office:
    """A ward and a kiosk in one true time."""

    def __init__(self, ward: Ward) -> None:
        self.ward, self.kiosk, self.boots = ward, ward.enrol(), 0
        self.kiosk.clock = "unsynced"
        self.echo: Echo | None = None  # of the last answer, as the courier keeps it
        self.have = 0

    @property
    def now(self) -> int:
        return self.ward.now[0]

    def pass_time(self, ms: int) -> None:
        self.ward.pass_time(ms)
        self.kiosk.pass_time(ms)

    def vote(self, rating: int = 5) -> int:
        """The double lets a second pass for each entry; the truth goes along."""
        seq = self.kiosk.vote(rating)
        self.ward.pass_time(1000)
        return seq

    def boot(self) -> None:
        self.boots += 1
        self.kiosk.boot, self.kiosk.mono = BOOT.format(self.boots), 10_000

    def push(self, echo: Any = "honest", trip: int = 100) -> None:
        left = self.kiosk.mono
        answer = self.ward.post(self.kiosk.batch(after=self.have, echo=self.echo if echo == "honest" else echo))
        assert answer.status_code == 200, answer.text
        self.pass_time(trip)
        self.echo = self.kiosk.echo(answer.content, left, self.kiosk.mono)
        self.have = len(self.kiosk.lines)

    def start(self) -> None:
        self.kiosk.start()
        self.ward.pass_time(1000)

    def dated(self, seq: int) -> Any:
        (row,) = self.ward.rows(select(votes).where(votes.c.seq == seq))
        return row

    def findings(self) -> set[str]:
        return {row.kind for row in self.ward.rows(select(findings))}


@pytest.fixture
def office(ward: Ward) -> Any:
    office = Office(ward)
    yield office
    with ward.house.engine.connect() as db:
        assert list(check(db, ward.house)) == []
    assert len(ward.rows(select(votes))) == sum('"kind":"vote"' in line for line in office.kiosk.lines)


def is_near(row: Any, true: int) -> bool:
    return row.at is not None and abs(row.at - true) <= row.error


# Echoes


def test_an_echo_of_another_kiosk_dates_nothing(office: Office) -> None:
    other = office.ward.enrol("Quầy 2")
    reply = office.ward.post(other.batch()).content
    office.vote()
    office.push(echo=office.kiosk.echo(reply, 0, 10))
    assert (office.dated(1).at, office.findings()) == (None, {"bad-echo"})


def test_a_reply_before_its_request_dates_nothing(office: Office) -> None:
    office.vote()
    office.push()
    assert office.echo
    office.push(echo=replace(office.echo, left=office.echo.came, came=office.echo.left))
    assert (office.dated(1).at, office.findings()) == (None, {"bad-echo"})


def test_an_echo_that_another_key_signed_dates_nothing(office: Office) -> None:
    office.vote()
    office.push()
    assert office.echo
    forged = write_signed(json.loads(office.echo.reply), Purpose.ACK, SigningKey.generate())
    office.push(echo=replace(office.echo, sig=forged.signature))
    assert (office.dated(1).at, office.findings()) == (None, {"bad-echo"})


def test_a_welcome_is_no_word_about_a_moment(office: Office) -> None:
    """Signed by the ward, but for another purpose: what looks like an acknowledgement there is none."""
    ack = Ack(office.kiosk.log, 0, "0" * 64, NOW, "0" * 64)
    signed = write_signed(ack, Purpose.ENROL, office.ward.house.key)
    office.vote()
    office.push(echo=office.kiosk.echo(signed.bytes(), 0, 10))
    assert (office.dated(1).at, office.findings()) == (None, {"bad-echo"})


def test_an_echo_under_the_name_of_an_older_boot_moves_nothing_behind_its_arrival(office: Office) -> None:
    office.boot()
    old = office.kiosk.boot
    office.vote()
    office.push(echo=None)
    office.pass_time(7 * DAY)
    office.boot()
    office.vote()
    office.push(echo=None)
    assert office.echo
    office.push(echo=replace(office.echo, boot=old))
    assert office.dated(1).at is None
    assert office.findings() == {"echo-contradicts"}


def test_an_echo_under_the_name_of_a_later_boot_is_found_by_the_order(office: Office) -> None:
    """Both boots have the ward's word, and they cannot both be right."""
    office.boot()
    office.vote()
    office.push(echo=None)
    early = office.echo
    office.pass_time(DAY)
    office.vote()
    office.push()
    office.boot()
    office.vote()
    assert early
    office.push(echo=replace(early, boot=office.kiosk.boot))
    assert office.findings() == {"boot-order"}


# The kiosk's own clock


@pytest.mark.parametrize("wall", [-1, 0, NOW - 400 * DAY, NOW + 3650 * DAY, 2**53 - 1])
def test_a_clock_entry_that_tells_nonsense_does_not_stand_against_the_wards_word(office: Office, wall: int) -> None:
    office.boot()
    office.vote()
    true = office.now - 1000
    office.push()
    office.push()
    office.kiosk.clock, office.kiosk.wall = "synced", wall
    office.kiosk.append("clock", {"before": 0, "after": 2**53 - 1, "was": "unsynced"}) if wall < 2**53 - 1 else None
    office.kiosk.wall = wall if wall < 2**53 - 1 else NOW + 10 * DAY
    office.vote()
    office.push()
    assert is_near(office.dated(1), true)
    assert (office.dated(1).source, office.findings()) == ("echo", {"ntp-contradicts"})


@pytest.mark.parametrize("wall", [0, NOW - 400 * DAY, NOW + 3650 * DAY])
def test_without_the_wards_word_nonsense_dates_nothing_beyond_the_neighbours(office: Office, wall: int) -> None:
    """Carried on a stick: the boot lies behind the last known one and before it came."""
    office.boot()
    office.push()
    office.vote()
    office.push()
    office.pass_time(DAY)
    office.boot()
    office.kiosk.clock, office.kiosk.wall = "synced", wall
    office.kiosk.append("clock", {"before": 0, "after": 0, "was": "unsynced"})
    seq = office.vote()
    true = office.now
    office.pass_time(DAY)
    office.push(echo=None)
    row = office.dated(seq)
    assert (row.source, row.day, office.findings()) == ("bounds", "", {"ntp-contradicts"})
    assert is_near(row, true)
    assert row.at - row.error >= NOW - MINUTE
    assert row.at + row.error <= office.now + 2 * MINUTE


def test_a_wall_clock_set_back_does_not_backdate_votes(office: Office) -> None:
    office.boot()
    office.push()
    office.kiosk.clock = "synced"
    office.kiosk.wall -= 30 * DAY
    seq = office.vote()
    true = office.now - 1000
    office.push()
    office.push()
    assert is_near(office.dated(seq), true)
    assert office.findings() == {"ntp-contradicts"}


# The order of the log


def test_a_monotonic_clock_that_goes_back_is_found_and_dates_nothing_earlier(office: Office) -> None:
    office.boot()
    office.push()
    office.pass_time(5 * HOUR)
    office.push()
    office.vote()
    before = office.now
    office.kiosk.mono -= 4 * HOUR
    seq = office.vote(1)
    office.push()
    row = office.dated(seq)
    assert "boot-returns" in office.findings()
    assert row.at - row.error >= before - 2 * MINUTE


def test_a_boot_that_had_ended_does_not_come_back(office: Office) -> None:
    office.boot()
    office.push()
    office.vote()
    office.push()
    old, mono = office.kiosk.boot, office.kiosk.mono
    office.pass_time(DAY)
    office.boot()
    office.push()
    office.vote()
    office.push()
    office.kiosk.boot, office.kiosk.mono = old, mono
    seq, true = office.vote(1), office.now
    office.push(echo=None)
    row = office.dated(seq)
    assert office.findings() == {"boot-returns"}
    assert row.at - row.error >= true - MINUTE - 2 * 61_000  # after what stands before it in the log
    assert row.source == "bounds"


def test_an_entry_stamped_before_the_log_was_shown_without_it_is_found(office: Office) -> None:
    office.boot()
    office.push()
    office.vote()
    office.pass_time(4 * HOUR)
    office.push()
    office.kiosk.mono -= 2 * HOUR
    office.vote(1)
    office.kiosk.mono += 2 * HOUR
    office.push()
    assert office.findings() == {"backdated"}


# The ward's own clock


def test_a_ward_whose_clock_was_wrong_for_a_while_is_outvoted_by_itself_and_it_is_told(office: Office) -> None:
    office.boot()
    truth = {}
    for hours in range(5):
        office.ward.now[0] += 6 * HOUR if hours == 2 else 0
        office.push()
        office.ward.now[0] -= 6 * HOUR if hours == 2 else 0
        truth[office.vote()] = office.now - 1000
        office.pass_time(3 * HOUR)
    office.push()
    assert office.findings() == {"ward-clock"}
    assert [is_near(office.dated(seq), true) for seq, true in truth.items()] == [True] * 5
    assert {office.dated(seq).error for seq in truth} == {1000}


def test_where_the_wards_words_stand_one_against_one_the_date_covers_both(office: Office) -> None:
    office.boot()
    seq, true = office.vote(), office.now - 1000
    office.push()
    office.push()
    office.ward.now[0] += 6 * HOUR
    office.push()
    office.push()
    row = office.dated(seq)
    assert office.findings() == {"ward-clock"}
    assert is_near(row, true)
    assert is_near(row, true + 6 * HOUR)


def test_a_ward_that_is_wrong_all_day_is_wrong_in_its_dates_and_the_kiosks_ntp_says_so(office: Office) -> None:
    """Nobody else's word is signed; but the kiosk is not moved, and what it knew stands in its log."""
    office.boot()
    office.kiosk.clock = "synced"
    office.start()
    office.ward.now[0] += 2 * DAY
    seq = office.vote()
    office.push()
    office.push()
    row = office.dated(seq)
    assert abs(row.at - row.wall - 2 * DAY) < 3000
    assert office.findings() == {"ntp-contradicts"}


# What was already shown


def test_a_date_that_moves_in_a_released_day_is_a_correction(daily_ward: Ward) -> None:
    office = Office(daily_ward)
    office.boot()
    office.kiosk.clock = "synced"
    office.kiosk.wall -= DAY - HOUR  # NTP lies: yesterday
    seqs = [office.vote(rating) for rating in (5, 4, 3)]
    office.push(echo=None)
    office.pass_time(DAY)
    office.push(echo=None)
    assert {row.day for row in daily_ward.rows(select(tallies))} == {"2026-11-17"}
    office.push()  # the ward's word says otherwise
    assert {row.day for row in daily_ward.rows(select(tallies))} == {"2026-11-17"}  # until the day has closed
    office.pass_time(DAY)
    office.push()
    rows = daily_ward.rows(select(feed).order_by(feed.c.revision, feed.c.seq))
    assert [(row.seq, row.revision, row.day) for row in rows] == [
        *((seq, 1, "2026-11-17") for seq in seqs), *((seq, 2, "2026-11-18") for seq in seqs)
    ]  # fmt: skip
    assert sorted((row.day, row.rating, row.n) for row in daily_ward.rows(select(tallies))) == [
        ("2026-11-18", rating, 1) for rating in (3, 4, 5)
    ]
    with daily_ward.house.engine.connect() as db:
        assert list(check(db, daily_ward.house)) == []


def test_a_kiosk_that_is_honest_gives_no_finding(office: Office) -> None:
    for _ in range(3):
        office.boot()
        office.start()
        for _ in range(4):
            office.vote()
            office.push()
            office.pass_time(3 * HOUR)
        office.pass_time(DAY)
    assert office.findings() == set()
