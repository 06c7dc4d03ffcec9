"""When SQLite finds no room it takes back the whole transaction, also what other batches in it had been told."""

from collections.abc import Callable
from concurrent.futures import Future

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from sync.ward.web.answers import store_error
from sync.ward.web.serving import open_writer
from tests.ward.conftest import Ward

pytestmark = pytest.mark.sqlite


def small(db: Connection) -> None:
    db.execute(text("insert into room values (1)"))


def large(db: Connection) -> None:
    db.execute(text("insert into room values (randomblob(1000000))"))


@pytest.fixture
def cramped(ward: Ward) -> Ward:
    """Room for a little more, as if the disk were full."""
    with ward.house.engine.begin() as db:
        db.execute(text("create table room (a blob)"))
    return ward


def cramp(db: Connection) -> None:
    pages = db.execute(text("pragma page_count")).scalar()
    db.execute(text(f"pragma max_page_count = {pages + 20}"))


def in_one_transaction(ward: Ward, *jobs: Callable[[Connection], None]) -> list[Future[None]]:
    writer = open_writer(ward.house)
    told = [writer.submit(job) for job in (cramp, *jobs)]  # before its thread runs, so that one group takes them all
    with writer:
        pass
    return told


def rows(ward: Ward) -> int:
    return len(ward.rows(text("select a from room")))


def test_what_is_told_to_be_kept_is_kept(cramped: Ward) -> None:
    told = in_one_transaction(cramped, small, large, small)
    assert all(isinstance(it.exception(), SQLAlchemyError) for it in told)
    assert rows(cramped) == 0


def test_the_kiosk_is_told_that_the_disk_is_full(cramped: Ward) -> None:
    error = in_one_transaction(cramped, large)[1].exception()
    assert isinstance(error, SQLAlchemyError)
    assert store_error(None, error).status_code == 507
    assert store_error(None, SQLAlchemyError("locked")).status_code == 503


def test_with_room_each_is_told_alone(cramped: Ward) -> None:
    told = in_one_transaction(cramped, small, small)
    assert [it.exception() for it in told] == [None] * 3
    assert rows(cramped) == 2
