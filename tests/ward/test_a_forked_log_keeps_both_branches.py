"""Two histories of one log: both are kept, a person decides which one counts, and the feed only ever grows."""

from typing import Any

import pytest
from sqlalchemy import func, select, update

from sync.ward.branches import number
from sync.ward.check import check
from sync.ward.failure import Failure
from sync.ward.forks import branches_of, decide, find_log
from sync.ward.rebuild import rebuild
from sync.ward.release import release
from sync.ward.settings import Release
from sync.ward.store.engine import writing
from sync.ward.store.found import findings
from sync.ward.store.people import audit
from sync.ward.store.tables import branches, entries, feed, headers, tallies
from sync.wire import Fork, Purpose, Signed
from tests.ward.conftest import Ward
from tests.ward.kiosk_double import KioskDouble


def forked(ward: Ward, votes: int = 6) -> tuple[KioskDouble, list[str]]:
    """A kiosk whose ward has other entries from 5 on; the first branch's lines."""
    kiosk = ward.enrol()
    kiosk.start()
    for _ in range(votes):
        kiosk.vote(5)
    ward.send(kiosk)
    first = list(kiosk.lines)
    del kiosk.lines[4:]
    kiosk.boot = "22222222-2222-4222-8222-222222222222"
    for rating in (1, 2):
        kiosk.vote(rating)
    return kiosk, first


def fork(ward: Ward, kiosk: KioskDouble, **stretch: Any) -> Fork:
    """The answer to a batch that the ward must call a fork, checked as a kiosk checks it."""
    batch = kiosk.batch(**stretch)
    answer = ward.post(batch)
    said = answer.json()
    assert (answer.status_code, said["type"]) == (409, "urn:hailong:fork")
    signed = Signed(said["signed"]["line"], said["signed"]["sig"])
    signed.check(bytes(ward.house.key.verify_key), Purpose.FORK)
    found = signed.read(Fork)
    assert (found.log, found.nonce) == (kiosk.log, batch.nonce)
    return found


def choose(ward: Ward, kiosk: KioskDouble, branch: str) -> None:
    with writing(ward.house.engine) as db:
        decide(db, ward.house, find_log(db, kiosk.log[:8]), number(branch), "cli:official")
        release(db, Release.IMMEDIATE, ward.house.settings.zone, ward.now[0])


def differences(ward: Ward) -> list[str]:
    with ward.house.engine.connect() as db:
        return list(check(db, ward.house))


def counted(ward: Ward) -> list[int]:
    """What a system that follows the feed counts: the newest revision of every place."""
    newest = {(row.log, row.seq): row for row in ward.rows(select(feed).order_by(feed.c.position))}
    return [row.rating for _, row in sorted(newest.items()) if row.counted]


def shown(ward: Ward) -> dict[int, int]:
    query = select(tallies.c.rating, func.sum(tallies.c.n)).group_by(tallies.c.rating)
    return {rating: n for rating, n in ward.rows(query) if n}


def test_the_answer_is_signed_and_says_what_was_kept(ward: Ward) -> None:
    kiosk, _ = forked(ward)
    said = fork(ward, kiosk, last=5)
    assert (said.have, said.kept) == (7, 5)
    assert fork(ward, kiosk, after=5).kept == 6
    assert [row.line for row in ward.rows(select(branches).order_by(branches.c.seq))] == kiosk.lines[4:]


def test_a_branch_may_be_longer_than_the_first(ward: Ward) -> None:
    kiosk, first = forked(ward)
    for _ in range(5):
        kiosk.vote(3)
    fork(ward, kiosk, last=8)
    assert fork(ward, kiosk, after=8).kept == len(kiosk.lines) > len(first)
    assert fork(ward, kiosk, after=len(kiosk.lines)).kept == len(kiosk.lines)


def test_what_follows_on_nothing_here_is_asked_for_from_its_beginning(ward: Ward) -> None:
    kiosk, _ = forked(ward)
    assert fork(ward, kiosk, after=5).kept == 0
    assert ward.rows(select(branches)) == []
    assert fork(ward, kiosk).kept == 6
    assert [(row.kind, row.about) for row in ward.rows(select(findings))] == [
        ("fork", "elsewhere"),
        ("fork", "branch B"),
    ]


def test_the_first_branch_goes_on_and_is_delivered(ward: Ward) -> None:
    kiosk, first = forked(ward)
    fork(ward, kiosk)
    kiosk.lines = first
    kiosk.vote(4)
    ward.send(kiosk, after=7)
    assert [row.line for row in ward.rows(select(entries).order_by(entries.c.seq))] == kiosk.lines
    assert counted(ward) == [5, 5, 5, 5, 5, 5, 4]


def test_no_branch_is_told_apart_by_its_ratings_when_it_is_shown(ward: Ward) -> None:
    kiosk, _ = forked(ward)
    fork(ward, kiosk)
    with ward.house.engine.connect() as db:
        a, b = branches_of(db, find_log(db, kiosk.log))
    assert (a.name, a.first, a.last, a.votes, a.counts) == ("A", 1, 7, 6, True)
    assert (b.name, b.first, b.last, b.votes, b.counts) == ("B", 5, 6, 5, False)
    assert b.came == ward.now[0]
    assert "rating" not in a.__slots__


def test_a_decision_is_rows_of_correction_and_deletes_nothing(ward: Ward) -> None:
    kiosk, first = forked(ward)
    fork(ward, kiosk)
    before = ward.rows(select(feed).order_by(feed.c.position))
    assert counted(ward) == [5, 5, 5, 5, 5, 5]

    choose(ward, kiosk, "B")

    assert counted(ward) == [5, 5, 5, 1, 2]
    assert shown(ward) == {5: 3, 1: 1, 2: 1}
    after = ward.rows(select(feed).order_by(feed.c.position))
    assert after[: len(before)] == before
    assert [(row.seq, row.revision, row.rating, row.counted) for row in after[len(before) :]] == [
        (7, 2, 5, False), (5, 2, 1, True), (6, 2, 2, True),
    ]  # fmt: skip
    assert [row.line for row in ward.rows(select(entries).order_by(entries.c.seq))] == first
    assert [row.line for row in ward.rows(select(branches).order_by(branches.c.seq))] == kiosk.lines[4:]
    assert differences(ward) == []


def test_a_decision_is_in_the_audit_trail_and_among_the_findings(ward: Ward) -> None:
    kiosk, _ = forked(ward)
    fork(ward, kiosk)
    choose(ward, kiosk, "B")
    said = ward.rows(select(audit).where(audit.c.what == "fork"))[0]
    assert (said.who, said.detail) == ("cli:official", f"log {kiosk.log}: branch B counts instead of A")
    assert ward.rows(select(findings).where(findings.c.kind == "fork-decided"))[0].about == "branch B"


def test_a_decision_can_be_taken_back(ward: Ward) -> None:
    kiosk, _ = forked(ward)
    fork(ward, kiosk)
    choose(ward, kiosk, "B")
    choose(ward, kiosk, "A")
    assert counted(ward) == [5, 5, 5, 5, 5, 5]
    assert shown(ward) == {5: 6}
    assert differences(ward) == []


def test_an_answer_corrected_in_one_branch_counts_in_the_other(ward: Ward) -> None:
    """The visit began before the fork: which of its votes was the last depends on the branch."""
    kiosk = ward.enrol()
    visit = kiosk.vote(5)
    kiosk.vote(1, visit)
    ward.send(kiosk)
    kiosk.lines.pop()
    kiosk.vote(3)
    fork(ward, kiosk)
    assert counted(ward) == [1]
    choose(ward, kiosk, "B")
    assert counted(ward) == [5, 3]
    assert differences(ward) == []


def test_the_branch_that_counts_goes_on_counting_and_the_other_is_kept(ward: Ward) -> None:
    kiosk, first = forked(ward)
    fork(ward, kiosk)
    choose(ward, kiosk, "B")
    kiosk.vote(4)
    fork(ward, kiosk, after=6)
    assert counted(ward) == [5, 5, 5, 1, 2, 4]
    kiosk.lines = first
    kiosk.vote(5)
    ward.send(kiosk, after=7)
    assert counted(ward) == [5, 5, 5, 1, 2, 4]
    assert "uncounted" in {row.kind for row in ward.rows(select(findings))}
    assert differences(ward) == []


def test_a_third_branch_may_leave_the_second(ward: Ward) -> None:
    kiosk, _ = forked(ward)
    fork(ward, kiosk)
    kiosk.lines.pop()
    for rating in (3, 3, 3):
        kiosk.vote(rating)
    fork(ward, kiosk)
    assert {row.branch for row in ward.rows(select(branches))} == {1, 2}
    choose(ward, kiosk, "C")
    assert counted(ward) == [5, 5, 5, 1, 3, 3, 3]
    assert differences(ward) == []


def test_a_rebuild_keeps_the_decision(ward: Ward) -> None:
    kiosk, _ = forked(ward)
    fork(ward, kiosk)
    choose(ward, kiosk, "B")
    with writing(ward.house.engine) as db:
        rebuild(db, ward.house)
    assert counted(ward) == [5, 5, 5, 1, 2]
    assert differences(ward) == []


def test_check_names_a_changed_line_of_a_branch(ward: Ward) -> None:
    kiosk, _ = forked(ward)
    fork(ward, kiosk)
    with writing(ward.house.engine) as db:
        changed = kiosk.lines[4].replace('"rating":1', '"rating":5')
        db.execute(update(branches).where(branches.c.seq == 5).values(line=changed))
    assert differences(ward) == [f"log {kiosk.log}: branch B: entry 5: does not fit the chain"]


@pytest.mark.parametrize("branch", ["C", "A"])
def test_what_cannot_be_decided_is_one_sentence(branch: str, ward: Ward) -> None:
    kiosk, _ = forked(ward)
    fork(ward, kiosk)
    with pytest.raises(Failure, match=f"branch {branch}"):
        choose(ward, kiosk, branch)


def test_a_forked_log_that_says_the_same_for_ever_adds_no_row(ward: Ward) -> None:
    kiosk, _ = forked(ward)
    fork(ward, kiosk)
    for _ in range(20):
        kiosk.pass_time(300_000)
        fork(ward, kiosk, after=6)
    assert len(ward.rows(select(headers))) == 1
    assert [row.count for row in ward.rows(select(findings))] == [1]


def test_under_daily_release_a_decision_waits_for_the_end_of_the_day(daily_ward: Ward) -> None:
    ward = daily_ward
    kiosk, _ = forked(ward)
    kiosk.vote(3)  # three visits at once: see `hiding.py`
    ward.pass_time(86_400_000)
    with writing(ward.house.engine) as db:
        release(db, Release.DAILY, ward.house.settings.zone, ward.now[0])
    fork(ward, kiosk)
    with writing(ward.house.engine) as db:
        decide(db, ward.house, find_log(db, kiosk.log), 1, "cli:official")
        release(db, Release.DAILY, ward.house.settings.zone, ward.now[0])
    assert counted(ward) == [5, 5, 5, 5, 5, 5]
    ward.pass_time(86_400_000)
    with writing(ward.house.engine) as db:
        release(db, Release.DAILY, ward.house.settings.zone, ward.now[0])
    assert counted(ward) == [5, 5, 5, 1, 2, 3]
    assert differences(ward) == []
