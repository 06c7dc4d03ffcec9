"""Corrections, trials, unknown kinds, dates: every projection follows from the lines, and `check` agrees."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from kiosk.entry import Stamp, compose
from sync.ward.check import check
from sync.ward.rebuild import rebuild
from sync.ward.store.engine import writing
from sync.ward.store.found import findings
from sync.ward.store.tables import anchors, boots, entries, feed, headers, tallies, votes
from tests.ward.conftest import HOUR, NOW, Ward
from tests.ward.kiosk_double import KioskDouble

DAY = 24 * HOUR


def counts(ward: Ward, question: str = "procedure") -> dict[int, int]:
    rows = ward.rows(select(tallies.c.rating, tallies.c.n).where(tallies.c.question == question))
    total: dict[int, int] = {}
    for rating, n in rows:
        total[rating] = total.get(rating, 0) + n
    return total


def differences(ward: Ward) -> list[str]:
    with ward.house.engine.connect() as db:
        return list(check(db, ward.house))


def projections(ward: Ward) -> list[Any]:
    return [sorted(map(tuple, ward.rows(select(table))), key=str) for table in (votes, anchors, boots, tallies)]


def rebuilt(ward: Ward) -> list[Any]:
    with writing(ward.house.engine) as db:
        rebuild(db, ward.house)
    return projections(ward)


def test_two_questions_of_one_visit(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.start()
    kiosk.visit(5, 4)
    ward.send(kiosk)
    assert (counts(ward), counts(ward, "attitude")) == ({5: 1}, {4: 1})
    assert differences(ward) == []


@pytest.mark.parametrize("cut", [2, 3])
def test_a_correction_supersedes_within_a_batch_and_across_two(ward: Ward, cut: int) -> None:
    kiosk = ward.enrol()
    kiosk.start()
    visit = kiosk.vote(5)
    kiosk.vote(1, visit)
    ward.send(kiosk, last=cut)
    ward.send(kiosk, after=cut)
    assert counts(ward) == {1: 1}
    assert [(row.seq, row.counted) for row in ward.rows(select(votes).order_by(votes.c.seq))] == [(2, False), (3, True)]
    assert differences(ward) == []


def test_a_trial_is_never_counted_and_never_hidden(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.vote(1, kind="trial")
    kiosk.vote(5)
    ward.send(kiosk)
    assert counts(ward) == {5: 1}
    assert [(row.kind, row.counted) for row in ward.rows(select(votes))] == [("trial", False), ("vote", True)]


def test_an_unknown_kind_is_kept_and_counted_in_a_finding(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.append("weather", {"sky": "blue"})
    kiosk.append("weather", {"sky": "grey"})
    assert ward.send(kiosk).have == 2
    (finding,) = ward.rows(select(findings))
    assert (finding.kind, finding.about, finding.count) == ("unknown-kind", "weather", 2)
    assert differences(ward) == []


@pytest.mark.parametrize(
    "body",
    [
        {"visit": 1, "question": "procedure", "rating": 6, "lang": "vi", "via": "button"},
        {"visit": 1, "question": "procedure", "rating": True, "lang": "vi", "via": "button"},
        {"visit": 9, "question": "procedure", "rating": 5, "lang": "vi", "via": "button"},
        {"visit": 1, "question": "procedure", "rating": 5, "lang": "vi", "via": "keyboard"},
        {},
    ],
)
def test_a_vote_that_says_no_vote_is_kept_and_not_counted(ward: Ward, body: dict[str, Any]) -> None:
    kiosk = ward.enrol()
    kiosk.append("vote", body)
    assert ward.send(kiosk).have == 1
    assert counts(ward) == {}
    assert [row.kind for row in ward.rows(select(findings))] == ["unfit-line"]


def test_an_undated_vote_is_counted_and_dated_when_evidence_comes(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.clock, kiosk.wall = "unsynced", 86_400_000
    kiosk.vote(5)
    left = kiosk.mono
    answer = ward.post(kiosk.batch())
    assert [(row.day, row.hour, row.n) for row in ward.rows(select(tallies))] == [("", -1, 1)]
    kiosk.pass_time(200)
    ward.send(kiosk, after=1, echo=kiosk.echo(answer.content, left, left + 200))
    assert [(row.day, row.hour, row.n) for row in ward.rows(select(tallies))] == [("2026-11-18", 18, 1)]
    (vote,) = ward.rows(select(votes))
    assert (vote.at, vote.error, vote.source) == (NOW - 1100, 1000, "echo")  # the middle of the round trip
    assert [(row.revision, row.at) for row in ward.rows(select(feed))] == [(1, None), (2, NOW - 1100)]
    assert differences(ward) == []


def test_an_echo_dates_the_whole_boot_and_no_other(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.clock = "unsynced"
    kiosk.vote(5)
    kiosk.boot = "22222222-2222-4222-8222-222222222222"
    kiosk.vote(4)
    answer = ward.post(kiosk.batch())
    kiosk.vote(3)
    ward.send(kiosk, after=2, echo=kiosk.echo(answer.content, kiosk.mono, kiosk.mono + 10))
    dated = {row.seq: row.source for row in ward.rows(select(votes))}
    assert dated == {1: None, 2: "echo", 3: "echo"}


def test_an_echo_that_is_not_the_wards_own_dates_nothing(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.clock = "unsynced"
    kiosk.vote(5)
    reply = ward.post(kiosk.batch()).content.replace(b'"time":1795', b'"time":1695')
    ward.send(kiosk, after=1, echo=kiosk.echo(reply, 0, 10))
    assert [row.at for row in ward.rows(select(votes))] == [None]
    assert [row.kind for row in ward.rows(select(findings))] == ["bad-echo"]


def test_heartbeats_that_tell_nothing_new_are_not_kept(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.vote(5)
    answer = ward.post(kiosk.batch())
    for _ in range(20):
        left = kiosk.mono
        kiosk.pass_time(60_000)
        ward.pass_time(60_000)
        batch = kiosk.batch(after=1, echo=kiosk.echo(answer.content, left, left + 50))
        answer = ward.post(batch)
    assert len(ward.rows(select(headers))) == 1


def test_a_clock_entry_dates_the_votes_of_its_boot(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.clock, true = "unsynced", kiosk.wall
    kiosk.wall = 0
    kiosk.vote(5)
    ward.send(kiosk)
    kiosk.clock, kiosk.wall = "synced", true + 1000
    kiosk.append("clock", {"before": 0, "after": 0})
    ward.send(kiosk)
    (vote,) = ward.rows(select(votes))
    assert (vote.at, vote.source) == (true, "clock")
    assert differences(ward) == []


@pytest.mark.parametrize("wall", [-1, 0, 2**53 - 1])
def test_an_impossible_date_is_no_date(ward: Ward, wall: int) -> None:
    kiosk = ward.enrol()
    body = {"visit": 1, "question": "procedure", "rating": 5, "lang": "vi", "via": "touch"}
    kiosk.lines.append(compose(1, "vote", Stamp(kiosk.boot, 2**53 - 1, wall, "synced"), body))
    ward.send(kiosk)
    assert [row.at for row in ward.rows(select(votes))] == [None]


def test_check_names_a_changed_line(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.visit(5, 4)
    ward.send(kiosk)
    with writing(ward.house.engine) as db:
        changed = kiosk.lines[0].replace('"rating":5', '"rating":1')
        db.execute(update(entries).where(entries.c.seq == 1).values(line=changed))
    (difference,) = differences(ward)
    assert "entry 1" in difference


def test_check_names_a_changed_projection_and_rebuild_mends_it(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.visit(5, 4)
    ward.send(kiosk)
    before = projections(ward)
    with writing(ward.house.engine) as db:
        db.execute(update(votes).where(votes.c.seq == 1).values(at=NOW - 1))
        db.execute(delete(tallies).where(tallies.c.rating == 4))
        place = {"kiosk": 1, "question": "attitude", "day": "2026-11-18", "session": "", "hour": 3}
        db.execute(insert(tallies).values(**place, rating=5, n=40))
    said = "\n".join(differences(ward))
    assert "entry 1: at is" in said
    assert "rating 4: is 0, should be 1" in said
    assert "rating 5: is 40, should be 0" in said
    assert rebuilt(ward) == before
    assert differences(ward) == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("vote"), st.integers(1, 5), st.booleans()),
        st.tuples(st.just("correct"), st.integers(1, 5), st.sampled_from(["procedure", "attitude"])),
        st.tuples(st.just("trial"), st.integers(1, 5), st.booleans()),
        st.tuples(st.just("boot"), st.sampled_from(["synced", "rtc", "unsynced"]), st.just(0)),
        st.tuples(st.just("clock"), st.just(0), st.just(0)),
        st.tuples(st.just("step"), st.integers(-3, 3), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 40), st.just(0)),
        st.tuples(st.just("back"), st.sampled_from(["mono", "boot", "ward"]), st.integers(0, 90_000_000)),
        st.tuples(st.just("send"), st.integers(0, 6), st.integers(0, 90_000)),
    ),
    min_size=1,
    max_size=25,
)


def play(ward: Ward, steps: list[Any]) -> None:
    """A kiosk's day: whatever it does, batches go out at any time with any echo."""
    kiosk = ward.enrol(f"Quầy {ward.now[0]}")
    echo, visit = None, None
    for number, (what, value, more) in enumerate([*steps, ("send", 0, 0), ("send", 0, 0)]):
        kiosk.pass_time(60_000)
        ward.pass_time(60_000)
        match what:
            case "vote":
                visit = kiosk.vote(value)
            case "correct":
                kiosk.vote(value, visit, more)
            case "trial":
                kiosk.vote(value, kind="trial")
            case "boot":
                kiosk.boot, kiosk.clock, kiosk.mono = f"boot {number}", value, 1000
            case "clock":
                kiosk.append("clock", {})
            case "step":
                kiosk.wall += value * DAY
            case "wait":
                kiosk.pass_time(value * HOUR)
                ward.pass_time(value * HOUR)
            case "back":
                go_back(ward, kiosk, value, more)
            case "send":
                answer = ward.post(kiosk.batch(after=max(0, len(kiosk.lines) - value) if echo else 0, echo=echo))
                if answer.status_code == 200:
                    echo = kiosk.echo(answer.content, kiosk.mono, kiosk.mono + more)


def go_back(ward: Ward, kiosk: KioskDouble, what: str, ms: int) -> None:
    """What never happens where all are honest and every clock is right."""
    match what:
        case "mono":
            kiosk.mono = max(0, kiosk.mono - ms)
        case "boot":
            kiosk.boot = "boot 1"
        case "ward":
            ward.pass_time(-ms)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # one ward for all
@given(st.lists(STEPS, min_size=3, max_size=3))
def test_ingest_step_by_step_equals_the_whole_made_again(ward: Ward, days: list[list[Any]]) -> None:
    for steps in days:
        ward.pass_time(1)
        play(ward, steps)
    assert differences(ward) == []
    before = projections(ward)
    assert rebuilt(ward) == before
    newest = {(row.log, row.seq): row.counted for row in ward.rows(select(feed).order_by(feed.c.position))}
    assert newest == {(row.log, row.seq): row.counted for row in ward.rows(select(votes))}
