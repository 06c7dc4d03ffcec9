"""`ward sample`: real lines through the real intake, named as samples, and taken away without a trace."""

from sqlalchemy import func, select

from sync.ward.check import check
from sync.ward.sampling import COUNTERS, MARK, add_samples, remove_samples
from sync.ward.store.columns import metadata
from sync.ward.store.people import audit
from sync.ward.store.tables import entries, kiosks, releases, tallies
from sync.ward.web.serving import open_writer
from tests.ward.conftest import Ward

KEPT = {"audit", "releases"}


def counts(ward: Ward) -> dict[str, int]:
    tables = [table for table in metadata.sorted_tables if table.name not in KEPT]
    return {table.name: ward.rows(select(func.count()).select_from(table))[0][0] for table in tables}


def add(ward: Ward) -> list[str]:
    with open_writer(ward.house) as writer:
        return add_samples(ward.house, writer, "tests")


def test_sample_kiosks_come_and_go_and_leave_what_is_real(ward: Ward) -> None:
    real = ward.enrol("Quầy 1")
    real.start()
    real.visit(5, 4)
    ward.send(real)
    before = counts(ward)
    names = add(ward)
    assert names == [counter.name for counter in COUNTERS]
    assert all(MARK in name for name in names)
    assert ward.rows(select(func.sum(tallies.c.n)))[0][0] > 5_000
    assert add(ward) == []
    with ward.house.engine.connect() as db:
        assert list(check(db, ward.house)) == []
    released = ward.rows(select(func.max(releases.c.id)))[0][0]
    assert remove_samples(ward.house, "tests") == names
    assert counts(ward) == before
    assert ward.rows(select(func.max(releases.c.id)))[0][0] == released + 1  # the figures are others from here on
    assert [row.name for row in ward.rows(select(kiosks.c.name))] == ["Quầy 1"]
    assert len(ward.rows(select(audit).where(audit.c.what == "sample-remove"))) == 3
    assert remove_samples(ward.house, "tests") == []


def test_a_real_kiosk_named_like_a_sample_is_never_taken_away(ward: Ward) -> None:
    real = ward.enrol(COUNTERS[0].name)
    real.start()
    ward.send(real)
    assert remove_samples(ward.house, "tests") == []
    assert ward.rows(select(func.count()).select_from(entries))[0][0] == 1
