"""Two processes may hand in at the same moment; the second reads only what the first has written."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, func, insert, select, text

from sync.ward.store.engine import is_still_open, migrate, open_engine, place_of, writing
from sync.ward.store.tables import releases
from tests.pg.server import serving

pytestmark = pytest.mark.pg


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "pg", "-c fsync=off") as server:
        made = open_engine(place_of(Path(folder), server.new_database()))
        migrate(made)
        yield made
        made.dispose()


def test_the_second_waits_and_then_sees_what_the_first_wrote(engine: Engine) -> None:
    began = Event()

    def second() -> int:
        began.set()
        with writing(engine) as db:
            return int(db.execute(select(func.count()).select_from(releases)).scalar_one())

    with ThreadPoolExecutor() as pool:
        with writing(engine) as db:
            waiting = pool.submit(second)
            assert began.wait(60)
            with pytest.raises(TimeoutError):
                waiting.result(0.5)  # it would be done in a few ms
            db.execute(insert(releases).values(made=1))
        assert waiting.result(60) == 1


def test_a_reader_waits_for_nobody_and_reads_one_moment(engine: Engine) -> None:
    def counted(db: object) -> int:
        return int(db.execute(select(func.count()).select_from(releases)).scalar_one())  # type: ignore[attr-defined]

    with engine.connect() as reader:
        before = counted(reader)
        with writing(engine) as db:
            db.execute(insert(releases).values(made=2))
            assert counted(reader) == before
        assert counted(reader) == before
    with engine.connect() as reader:
        assert counted(reader) == before + 1


def test_every_commit_is_on_the_disk_whatever_the_server_is_set_to(engine: Engine) -> None:
    with writing(engine) as db:
        db.execute(text("ALTER ROLE ward SET synchronous_commit = off"))
    engine.dispose()
    with engine.connect() as db:
        assert db.execute(text("SHOW synchronous_commit")).scalar() == "on"


def test_a_connection_that_was_cut_is_no_transaction_any_more(engine: Engine) -> None:
    with engine.connect() as db:
        assert is_still_open(db)
        number = db.execute(text("SELECT pg_backend_pid()")).scalar()
        with engine.connect() as other:
            other.execute(text(f"SELECT pg_terminate_backend({number})"))
        with pytest.raises(Exception, match="terminating connection"):
            db.execute(text("SELECT 1"))
        assert db.invalidated
    with engine.connect() as again:
        assert is_still_open(again)
