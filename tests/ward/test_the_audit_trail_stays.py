"""The audit trail: the database refuses every change, and what was done past it is seen by `ward check`."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from sync.ward.audit import check_audit, write_audit
from sync.ward.cli import main
from sync.ward.store.engine import open_engine, writing
from sync.ward.store.people import audit
from tests.ward.conftest import NOW, Ward, empty_tables

ROW = {"at": NOW, "who": "x", "what": "x", "detail": "", "hash": b""}


def fill(ward: Ward, rows: int = 3) -> None:
    for number in range(rows):
        with writing(ward.house.engine) as db:
            write_audit(db, "lan", "login", f"số {number}", NOW + number)


def differences(ward: Ward) -> list[str]:
    with ward.house.engine.connect() as db:
        return list(check_audit(db))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'x'",
        "UPDATE audit SET id = 9 WHERE id = 3",
        "DELETE FROM audit WHERE id = 3",
        "DELETE FROM audit",
    ],
)
def test_the_database_refuses_to_alter_it(ward: Ward, statement: str) -> None:
    fill(ward)
    with pytest.raises(SQLAlchemyError, match="only ever appended to"):
        run(ward.house.engine, statement)
    assert [row.detail for row in ward.rows(select(audit).order_by(audit.c.id))] == ["số 0", "số 1", "số 2"]
    assert differences(ward) == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO audit SELECT id, at, 'x', what, detail, hash FROM audit WHERE id = 2",
        "REPLACE INTO audit SELECT * FROM audit WHERE id = 3",
        "INSERT INTO audit SELECT id + 2, at, who, what, detail, hash FROM audit WHERE id = 3",
        "INSERT INTO audit (at, who, what, detail, hash) VALUES (1, '', '', '', x'')",
        "INSERT INTO audit VALUES (0, 1, '', '', '', x'')",
    ],
)
def test_sqlite_replaces_no_row_and_leaves_no_gap(tmp_path: Path, statement: str) -> None:
    file = tmp_path / "ward.sqlite"
    shutil.copy(empty_tables(), file)
    engine = open_engine(file)
    with writing(engine) as db:
        for number in range(3):
            write_audit(db, "lan", "login", str(number), NOW)
    with pytest.raises(SQLAlchemyError, match="only ever appended to"):
        run(engine, statement)
    with engine.connect() as db:
        assert list(check_audit(db)) == []
        assert db.execute(select(func.count()).select_from(audit)).scalar() == 3
    engine.dispose()


def test_postgresql_does_not_empty_it(ward: Ward) -> None:
    """SQLite has no such word."""
    fill(ward)
    with pytest.raises(SQLAlchemyError, match=r"only ever appended to|syntax error"):
        run(ward.house.engine, "TRUNCATE audit")
    assert differences(ward) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM audit WHERE id = 2", "row 2 is missing"),
        ("DELETE FROM audit WHERE id = 1", "row 1 is missing"),
        ("UPDATE audit SET who = 'minh' WHERE id = 2", "row 2 was altered"),
        ("UPDATE audit SET at = at + 1 WHERE id = 3", "row 3 was altered"),
        ("UPDATE audit SET id = 4 WHERE id = 3", "row 3 is missing"),
        ("UPDATE audit SET detail = '' WHERE id = 1", "row 1 was altered"),
    ],
)
def test_what_was_done_past_the_database_is_seen(ward: Ward, statement: str, found: str) -> None:
    fill(ward)
    assert differences(ward) == []
    take_away_the_triggers(ward.house.engine)
    run(ward.house.engine, statement)
    (said,) = differences(ward)
    assert found in said
    result = CliRunner().invoke(main, ["check", "--data", str(ward.house.folder)])
    assert (result.exit_code, said in result.output) == (1, True)


def run(engine: Engine, statement: str) -> None:
    with writing(engine) as db:
        db.execute(text(statement))


def take_away_the_triggers(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        run(engine, "ALTER TABLE audit DISABLE TRIGGER USER")
    else:
        for name in ("update", "delete", "order"):
            run(engine, f"DROP TRIGGER audit_keeps_{name}")


def test_a_row_needs_the_number_and_the_hash_that_follow(ward: Ward) -> None:
    fill(ward)
    with writing(ward.house.engine) as db:
        db.execute(insert(audit).values(id=4, **ROW))
    assert differences(ward) == ["audit trail: row 4 was altered, or the one before it"]


def test_what_failed_leaves_no_gap(ward: Ward) -> None:
    fill(ward, 1)
    with pytest.raises(SQLAlchemyError):
        _write_and_fail(ward)
    fill(ward, 1)
    assert [row.id for row in ward.rows(select(audit.c.id))] == [1, 2]
    assert differences(ward) == []


def _write_and_fail(ward: Ward) -> None:
    with writing(ward.house.engine) as db:
        write_audit(db, "lan", "login", "", NOW)
        db.execute(text("SELECT * FROM nothing"))
