"""Votes deleted, edited, put in another order or invented on the card: before delivery, once announced, and after it.

Each ends in a finding at the ward or in a sentence at the kiosk, never in silence; and nothing that the ward has
counted changes by it. The one exception is told by its own test: what nobody has yet seen.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from sync.outcomes import Outcome
from sync.pull import Puller
from sync.serve import PullServer
from sync.ward.branches import number
from sync.ward.forks import decide, find_log
from sync.ward.pull import Puller as WardPuller
from sync.ward.pull_client import KioskClient
from sync.ward.release import release
from sync.ward.settings import Release
from sync.ward.store.engine import writing
from sync.ward.store.tables import entries
from sync.ward.web.serving import open_writer
from tests.attacks.conftest import CHANGES, Change, Kiosk, Office, delete, edit, insert, reorder, rewrite
from tests.sync.test_the_ward_pulls import running as serving

pytestmark = pytest.mark.slow  # `./setup.sh test attacks`


def names(change: Change) -> str:
    return change.__name__


def a_day(kiosk: Kiosk) -> None:
    kiosk.vote(3, rating=4).vote(2, rating=1).vote(2, rating=4)


def goes_on(kiosk: Kiosk) -> set[Outcome]:
    """The terminal runs again, somebody votes, the courier delivers; twice, so that a successor is delivered too."""
    kiosk.power_on()
    told = set()
    for _ in range(2):
        kiosk.a_minute_passes()
        kiosk.vote(rating=3)
        found = kiosk.courier().round(contact=True, everything=True)
        told |= {one.meant for one in found.told.values()}
    return told


@pytest.mark.parametrize("change", CHANGES, ids=names)
def test_after_delivery_the_ward_keeps_what_it_has(change: Change, office: Office) -> None:
    a_day(office.kiosk)
    assert office.kiosk.deliver() is Outcome.DELIVERED
    rewrite(office.kiosk.power_off().folders[0], change, chained=True, marks=True)
    told = goes_on(office.kiosk)
    assert Outcome.FORKED in told
    assert office.found() & {"fork", "shortened"}
    assert office.counted()[:7] == [4, 4, 4, 1, 1, 4, 4]
    assert office.counted().count(3) >= 1, "recording and delivery went on"
    assert office.differences() == []


@pytest.mark.parametrize("change", CHANGES, ids=names)
def test_what_was_announced_and_not_yet_sent_cannot_be_changed_unseen(change: Change, office: Office) -> None:
    """The header of a batch names the tip of the whole log, so the ward knows of entries that it has not."""
    a_day(office.kiosk)
    office.kiosk.announce(2)
    rewrite(office.kiosk.power_off().folders[0], change, chained=True, marks=True)
    goes_on(office.kiosk)
    assert office.found() & {"fork", "shortened"}


@pytest.mark.parametrize("change", CHANGES, ids=names)
def test_what_was_announced_and_deleted_at_once_is_found(change: Change, office: Office) -> None:
    a_day(office.kiosk)
    office.kiosk.announce(8)
    rewrite(office.kiosk.power_off().folders[0], change, chained=True, marks=True)
    goes_on(office.kiosk)
    assert office.found() & {"fork", "shortened"}


@pytest.mark.parametrize("change", [edit, delete, reorder, insert], ids=names)  # a shorter chain is a chain
def test_before_delivery_the_chain_shows_a_change_by_hand(change: Change, office: Office) -> None:
    a_day(office.kiosk)
    rewrite(office.kiosk.power_off().folders[0], change, marks=True)
    told = goes_on(office.kiosk)
    assert Outcome.DAMAGED in told
    assert "succeeded" in office.found()
    assert office.counted().count(5) == 0


@pytest.mark.parametrize("change", CHANGES, ids=names)
def test_before_delivery_the_notes_beside_the_log_show_a_chain_made_anew(change: Change, office: Office) -> None:
    """The minute note, the seal and the acknowledgement name a place and its hash."""
    a_day(office.kiosk)
    office.kiosk.a_minute_passes()
    rewrite(office.kiosk.power_off().folders[0], change, chained=True)
    goes_on(office.kiosk)
    assert "succeeded" in office.found()
    assert len(office.kiosk.folders) == 2


def test_what_nobody_has_seen_can_be_rewritten(office: Office) -> None:
    """The limit: who is root, before anything was sent, sealed or announced, and with all notes thrown away. A test of
    what we do not promise: if it fails, SECURITY.md says too little."""
    a_day(office.kiosk)
    rewrite(office.kiosk.power_off().folders[0], edit, chained=True, marks=True)
    goes_on(office.kiosk)
    assert office.found() == set()
    assert office.counted()[:7] == [4, 4, 4, 5, 5, 4, 4]


def test_a_card_rolled_back_to_last_week_forks_and_both_histories_are_kept(
    office: Office, new_kiosk: Callable[..., Kiosk]
) -> None:
    kiosk = office.kiosk
    a_day(kiosk)
    kiosk.deliver()
    last_week = new_kiosk(kiosk.power_off().card)
    kiosk.power_on().vote(3, rating=1).deliver()
    kiosk.power_off()

    told = goes_on(last_week)

    assert told == {Outcome.FORKED, Outcome.DELIVERED}
    assert office.found() >= {"fork", "succeeded"}
    assert sorted(office.counted()) == sorted([4, 4, 4, 1, 1, 4, 4, 1, 1, 1, 3]), "3: in the successor"
    with writing(office.ward.house.engine) as db:
        log = find_log(db, last_week.folders[0].log)
        decide(db, office.ward.house, log, number("B"), "cli:official")
        release(db, Release.IMMEDIATE, office.ward.house.settings.zone, office.ward.now[0])
    assert sorted(office.counted()) == sorted([4, 4, 4, 1, 1, 4, 4, 3, 3]), "3: in branch B and in the successor"
    assert office.differences() == []


def test_a_card_cloned_into_two_kiosks_of_one_make_is_found_and_stops_neither(
    office: Office, new_kiosk: Callable[..., Kiosk]
) -> None:
    a_day(office.kiosk)
    office.kiosk.deliver()
    clone = new_kiosk(office.kiosk.power_off().card)
    for kiosk in (office.kiosk, clone):
        kiosk.power_on().vote(2, rating=2)
    assert office.kiosk.deliver() is Outcome.DELIVERED
    assert clone.deliver() is Outcome.FORKED
    assert "fork" in office.found()
    for kiosk in (office.kiosk, clone):
        kiosk.a_minute_passes()
        kiosk.vote(rating=3)
        assert kiosk.deliver() is Outcome.DELIVERED
    assert office.counted().count(3) == 2
    assert "succeeded" in office.found()


def test_a_card_moved_to_another_board_begins_a_log_of_its_own(office: Office, new_kiosk: Callable[..., Kiosk]) -> None:
    a_day(office.kiosk)
    office.kiosk.a_minute_passes()
    office.kiosk.deliver()
    clone = new_kiosk(office.kiosk.power_off().card).power_on("board-2").vote(rating=2)
    assert clone.deliver() is Outcome.DELIVERED
    assert office.found() == {"succeeded"}
    assert len(clone.folders) == 2


def test_a_stolen_key_used_from_elsewhere_is_found_when_the_kiosk_speaks(
    office: Office, new_kiosk: Callable[..., Kiosk]
) -> None:
    """Until then its lines are the log's: only the kiosk itself can contradict. Its own votes are not lost by it."""
    a_day(office.kiosk)
    office.kiosk.deliver()
    thief = new_kiosk(office.kiosk.card)
    thief.ward = office.ward
    thief.start().vote(5, rating=5)
    assert thief.deliver() is Outcome.DELIVERED
    office.kiosk.vote(2, rating=1)
    assert office.kiosk.deliver() is Outcome.FORKED
    assert "fork" in office.found()
    kept = office.ward.rows(select(entries))
    assert sum('"rating":5' in row.line for row in kept) == 5
    with writing(office.ward.house.engine) as db:
        decide(db, office.ward.house, find_log(db, office.kiosk.log), 1, "cli:official")
        release(db, Release.IMMEDIATE, office.ward.house.settings.zone, office.ward.now[0])
    assert sorted(office.counted()) == sorted([4, 4, 4, 1, 1, 4, 4, 1, 1])


@pytest.mark.parametrize("change", [delete, insert], ids=names)
def test_a_pull_finds_it_too_and_fetches_both_branches(change: Change, office: Office) -> None:
    kiosk = office.kiosk
    a_day(kiosk)
    kiosk.deliver()
    rewrite(kiosk.power_off().folders[0], change, chained=True, marks=True)
    kiosk.start().vote(rating=3)
    pinned = kiosk.home.ward()
    assert pinned
    house = office.ward.house
    with (
        serving(PullServer("127.0.0.1", 0, Puller(kiosk.home, pinned, kiosk.clock))) as url,
        open_writer(house) as writer,
        KioskClient(url, 10**7) as client,
    ):
        reports = list(WardPuller(house, writer, client).pull())
    assert not reports[0].ok
    assert "other branch" in reports[0].text
    assert "fork" in office.found()
    assert kiosk.folders[0].forked.exists()
    assert office.differences() == []
