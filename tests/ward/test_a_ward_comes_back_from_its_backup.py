"""`ward backup` beside a running ward, `ward restore`, and the kiosks and readers that knew more than the backup."""

import stat
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from sync.ward.check import check
from sync.ward.cli import main
from sync.ward.house import enter
from sync.ward.store.engine import writing
from sync.ward.store.tables import logs
from sync.ward.tokens import Scope, make_token
from tests.ward import conftest
from tests.ward.conftest import Ward, opened
from tests.ward.kiosk_double import KioskDouble
from tests.ward.test_the_feed_only_ever_grows import get


def ward_command(*words: object, exit_code: int = 0) -> str:
    done = CliRunner().invoke(main, list(map(str, words)))
    assert done.exit_code == exit_code, done.output
    return done.output


def backed_up(ward: Ward, into: Path) -> Path:
    said = ward_command("backup", into, "--data", ward.house.folder)
    (made,) = into.iterdir()
    assert str(made) in said
    return made


@pytest.fixture
def elsewhere(ward: Ward) -> list[str]:
    """Where a backup of PostgreSQL is brought back to."""
    if not ward.house.settings.database or conftest.SERVER is None:
        return []
    return ["--database", conftest.SERVER.new_database()]


def voting(ward: Ward, count: int, kiosk: KioskDouble) -> None:
    have = len(kiosk.lines)
    for number in range(count):
        kiosk.visit(5 - number % 5, 4)
    ward.send(kiosk, after=have)


def test_the_kiosk_sends_again_what_came_after(ward: Ward, url: str, tmp_path: Path, elsewhere: list[str]) -> None:
    kiosk = ward.enrol()
    voting(ward, 5, kiosk)
    made = backed_up(ward, tmp_path / "usb")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    voting(ward, 4, kiosk)
    before = get(ward, ward.token()).json()["rows"]
    ward_command("restore", made, "--data", tmp_path / "again", *elsewhere)
    with opened(tmp_path / "again", url, ward.now) as again:
        assert [bytes(row.key) for row in again.rows(select(logs.c.key))] == [kiosk.public]
        answer = again.post(kiosk.batch(after=18))
        assert (answer.status_code, answer.json()["have"]) == (409, 10)  # a gap, as every courier knows it
        again.send(kiosk, after=10)
        again.send(kiosk, after=10)
        after = get(again, again.token()).json()["rows"]
        assert [(row["seq"], row["rating"], row["counted"]) for row in after] == [
            (row["seq"], row["rating"], row["counted"]) for row in before
        ]
        with again.house.engine.connect() as db:
            assert list(check(db, again.house)) == []


def test_a_reader_who_was_further_is_told(ward: Ward, url: str, tmp_path: Path, elsewhere: list[str]) -> None:
    kiosk, auth = ward.enrol(), ward.token()
    voting(ward, 2, kiosk)
    early = get(ward, auth).json()["next"]
    made = backed_up(ward, tmp_path / "usb")
    voting(ward, 2, kiosk)
    late = get(ward, auth, after=early).json()["next"]
    ward_command("restore", made, "--data", tmp_path / "again", *elsewhere)
    with opened(tmp_path / "again", url, ward.now) as again:
        assert get(again, auth, after=early).json()["rows"] == []
        refused = again.client.get("/v1/votes", params={"after": late}, headers=auth)
        assert "begin again" in refused.json()["detail"]
        voting(again, 9, again.enrol("Quầy 2"))  # at that position there is now another row
        assert again.client.get("/v1/votes", params={"after": late}, headers=auth).status_code == 400


def test_it_is_of_one_moment_while_votes_come_in(ward: Ward, tmp_path: Path, elsewhere: list[str]) -> None:
    kiosk, done = ward.enrol(), threading.Event()

    def go_on() -> None:
        while not done.is_set():
            voting(ward, 2, kiosk)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        made = backed_up(ward, tmp_path / "usb")
    finally:
        done.set()
        thread.join()
    ward_command("restore", made, "--data", tmp_path / "again", *elsewhere)
    with enter(tmp_path / "again") as house, house.engine.connect() as db:
        assert list(check(db, house)) == []


def test_nothing_is_written_over(ward: Ward, tmp_path: Path) -> None:
    made = backed_up(ward, tmp_path / "usb")
    assert "exists" in ward_command("restore", made, "--data", ward.house.folder, exit_code=1)
    assert "holds no backup" in ward_command("restore", tmp_path, "--data", tmp_path / "again", exit_code=1)
    if ward.house.settings.database:
        assert "not empty" in ward_command("restore", made, "--data", tmp_path / "again", exit_code=1)
    assert not (tmp_path / "again").exists()


def test_where_nothing_can_be_written_the_ward_goes_on(ward: Ward, tmp_path: Path) -> None:
    (tmp_path / "usb").write_text("a file, no folder")
    said = ward_command("backup", tmp_path / "usb" / "stick", "--data", ward.house.folder, exit_code=1)
    assert "cannot be written" in said
    with writing(ward.house.engine) as db:
        make_token(db, "sau khi sao lưu", frozenset({Scope.FEED}), ward.now[0])


@pytest.mark.sqlite
def test_a_damaged_database_is_not_backed_up_in_silence(ward: Ward, tmp_path: Path) -> None:
    voting(ward, 200, ward.enrol())
    file = ward.house.folder / "ward.sqlite"
    with ward.house.engine.connect() as db:
        db.exec_driver_sql("COMMIT")
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 4096] = bytes(4096)
    file.write_bytes(raw)
    assert "damaged" in ward_command("backup", tmp_path / "usb", "--data", ward.house.folder, exit_code=1)
    assert list((tmp_path / "usb").iterdir()) == []
