"""The daily seal: what it says, when it is made, and that a log shortened behind it is found out."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from nacl.signing import SigningKey

from kiosk.calendar import LOCAL
from kiosk.cli import main
from kiosk.clock import SETTLING
from kiosk.entry import Stamp
from kiosk.keys import BadSignature, Purpose, verify
from kiosk.seal import BadSeal, from_body, read_text, seal_body, seal_text
from kiosk.sealer import Sealer, newest_closing
from kiosk.seals import all_seals, newest
from kiosk.settings import SESSIONS
from kiosk.votelog.archive import Archive
from tests.kiosk.conftest import STAMP, vote

Open = Callable[..., Archive]
TUESDAY_CLOSED = datetime(2026, 9, 22, 17, 1, tzinfo=LOCAL)


def at(moment: datetime, clock: str = "synced", mono: int = SETTLING) -> Stamp:
    return Stamp("3f2c", mono, round(moment.timestamp() * 1000), clock)  # type: ignore[arg-type]


class Day:
    """A terminal with its log, its sealer, and time that the test moves."""

    def __init__(self, open_archive: Open, began: datetime) -> None:
        self.now = at(began)
        self._open = open_archive
        self.archive = open_archive(stamp=self.now)
        self.power_returns()

    def power_returns(self) -> "Day":
        self.sealer = Sealer(self.archive, SESSIONS, lambda: self.now, self._write)
        return self

    def becomes(self, moment: datetime, clock: str = "synced", mono: int = SETTLING) -> "Day":
        """Two rounds: one writes, the next finds it durable."""
        self.now = at(moment, clock, mono)
        self.sealer.round()
        self.sealer.round()
        return self

    @property
    def days(self) -> list[str]:
        return [seal.day for seal in all_seals(self.archive.log.folder.path.parent)]

    def _write(self, kind: str, body: dict[str, Any]) -> None:
        self.archive.append(kind, self.now, body)


@pytest.fixture
def open_archive(tmp_path: Path) -> Any:
    opened: list[Archive] = []

    def start(stamp: Stamp = STAMP) -> Archive:
        if opened:
            opened[-1].close()
        opened.append(Archive(tmp_path / "logs", "board-1", lambda _: {"ended": "stop"}))
        opened[-1].begin(stamp)
        return opened[-1]

    yield start
    opened[-1].close()


@pytest.fixture
def tuesday(open_archive: Open) -> Day:
    return Day(open_archive, TUESDAY_CLOSED.replace(hour=7))


# What it says


def made(key: SigningKey, seq: int = 7) -> dict[str, Any]:
    return seal_body(seq, b"\7" * 32, key, TUESDAY_CLOSED.date(), at(TUESDAY_CLOSED))


def test_a_seal_is_read_back_from_its_text_however_it_was_wrapped() -> None:
    key = SigningKey.generate()
    seal = from_body(made(key))
    text = seal_text(seal)
    assert read_text(text) == seal
    assert read_text(f"  {text[:90].lower()}\n   {text[90:]}\n") == seal
    seal.check(bytes(key.verify_key))


def test_its_text_is_dense_in_a_qr() -> None:
    import segno

    text = seal_text(from_body(made(SigningKey.generate(), 10**9)))
    assert segno.make_qr(text, error="m").mode == "alphanumeric"
    assert len(text) < 330


@pytest.mark.parametrize("part", range(1, 8))
def test_a_seal_with_one_part_changed_is_not_the_logs(part: int) -> None:
    key = SigningKey.generate()
    parts = seal_text(from_body(made(key))).split("/")
    changed = {1: "0" * 32, 2: "8", 3: "0" * 64, 4: "2026-09-23", 5: "1", 6: "RTC", 7: "0" * 128}
    seal = read_text("/".join([*parts[:part], changed[part], *parts[part + 1 :]]))
    with pytest.raises(BadSignature):
        seal.check(bytes(key.verify_key))


def test_its_signature_serves_no_other_purpose() -> None:
    key = SigningKey.generate()
    body = made(key)
    from kiosk.entry import canonical

    line = canonical({name: value for name, value in body.items() if name != "sig"}).encode()
    verify(bytes(key.verify_key), Purpose.SEAL, line, body["sig"])
    for purpose in set(Purpose) - {Purpose.SEAL}:
        with pytest.raises(BadSignature):
            verify(bytes(key.verify_key), purpose, line, body["sig"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HAILONG-SEAL-1",
        "HAILONG-SEAL-2/a/b/c/d/e/f/g",
        "HAILONG-SEAL-1/a/²/c/d/e/f/g",
        "HAILONG-SEAL-1/AB/1/AB/2026-09-22/1/SYNCED/AB",
        "x" * 9000,
    ],
)
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(BadSeal):
        read_text(text)


def test_it_tells_no_totals(tuesday: Day) -> None:
    tuesday.archive.append("vote", tuesday.now, vote(1))
    tuesday.becomes(TUESDAY_CLOSED)
    (seal,) = all_seals(tuesday.archive.log.folder.path.parent)
    assert set(seal.__slots__) == {"log", "seq", "hash", "day", "wall", "clock", "sig"}


def test_the_ward_reads_one_without_a_kiosk() -> None:
    from sync.wire import Seal, read_seal

    key = SigningKey.generate()
    seal = read_seal(seal_text(from_body(made(key))))
    assert isinstance(seal, Seal)
    seal.check(bytes(key.verify_key))


# When it is made


@pytest.mark.parametrize(
    ("now", "closing"),
    [
        ("2026-09-22 16:59", "2026-09-21 17:00"),  # Tuesday, still open: Monday's
        ("2026-09-22 17:00", "2026-09-22 17:00"),
        ("2026-09-22 12:00", "2026-09-21 17:00"),  # between two sessions is not closing
        ("2026-09-26 09:00", "2026-09-25 17:00"),  # Saturday: Friday's
        ("2026-09-27 11:00", "2026-09-27 11:00"),  # Sunday for the people
    ],
)
def test_the_newest_closing(now: str, closing: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=LOCAL)
    assert newest_closing(SESSIONS, moment) == datetime.fromisoformat(closing).replace(tzinfo=LOCAL)
    assert newest_closing((), moment) is None


def test_one_at_closing_and_not_before(tuesday: Day) -> None:
    assert tuesday.becomes(TUESDAY_CLOSED.replace(hour=16, minute=59)).days == []
    assert tuesday.becomes(TUESDAY_CLOSED).days == ["2026-09-22"]
    assert tuesday.becomes(TUESDAY_CLOSED.replace(hour=23)).power_returns().becomes(TUESDAY_CLOSED).days == [
        "2026-09-22"
    ]
    assert tuesday.becomes(TUESDAY_CLOSED + timedelta(days=1)).days == ["2026-09-22", "2026-09-23"]


def test_it_names_the_log_as_it_stood(tuesday: Day) -> None:
    head = tuesday.archive.log.head
    tuesday.becomes(TUESDAY_CLOSED)
    (seal,) = all_seals(tuesday.archive.log.folder.path.parent)
    assert (seal.log, seal.seq, seal.hash) == (tuesday.archive.log.folder.log, head.seq, head.hash.hex())
    seal.check(bytes(tuesday.archive.log.key.verify_key))


def test_also_if_the_power_came_back_only_after_closing(tuesday: Day) -> None:
    assert tuesday.power_returns().becomes(TUESDAY_CLOSED + timedelta(hours=14)).days == ["2026-09-22"]


def test_a_kiosk_does_not_seal_a_day_before_its_first(open_archive: Open) -> None:
    saturday = datetime(2026, 9, 26, 9, 0, tzinfo=LOCAL)
    assert Day(open_archive, saturday).becomes(saturday + timedelta(hours=1)).days == []


def test_while_the_clock_is_uncertain_it_waits_for_the_true_time_and_then_says_so(tuesday: Day) -> None:
    assert tuesday.becomes(TUESDAY_CLOSED, "unsynced", SETTLING - 1).days == []
    assert tuesday.becomes(TUESDAY_CLOSED, "unsynced").days == ["2026-09-22"]
    assert tuesday.becomes(TUESDAY_CLOSED, "unsynced", SETTLING + 60_000).days == ["2026-09-22"]
    assert [seal.clock for seal in all_seals(tuesday.archive.log.folder.path.parent)] == ["unsynced"]


def test_an_uncertain_day_is_sealed_again_when_the_time_is_known(tuesday: Day) -> None:
    tuesday.becomes(TUESDAY_CLOSED, "unsynced").becomes(TUESDAY_CLOSED, "synced").becomes(TUESDAY_CLOSED, "unsynced")
    assert [seal.clock for seal in all_seals(tuesday.archive.log.folder.path.parent)] == ["unsynced", "synced"]


def test_a_write_that_failed_is_tried_again_at_the_next_round(tuesday: Day) -> None:
    tuesday.sealer = Sealer(tuesday.archive, SESSIONS, lambda: tuesday.now, lambda _kind, _body: None)
    assert tuesday.becomes(TUESDAY_CLOSED).days == []
    assert newest(tuesday.archive.log.folder.path.parent) is None
    assert tuesday.power_returns().becomes(TUESDAY_CLOSED).days == ["2026-09-22"]


def test_an_old_log_that_cannot_be_read_stops_no_seal(tuesday: Day) -> None:
    old = tuesday.archive.log.folder
    tuesday.archive.doubt("test")
    tuesday.archive.rest(tuesday.now)
    old.database.write_bytes(b"\xff" * 4096)
    old.database.with_name("log.db-wal").unlink(missing_ok=True)
    assert tuesday.archive.log.folder != old
    tuesday.power_returns().becomes(TUESDAY_CLOSED + timedelta(days=1))
    with closing(sqlite3.connect(tuesday.archive.log.folder.database)) as db:
        assert db.execute("select count(*) from entries where kind = 'seal'").fetchone() == (1,)


# What it protects


def test_a_log_shortened_behind_a_seal_begins_a_successor(tuesday: Day, open_archive: Open) -> None:
    for _ in range(3):
        tuesday.archive.append("vote", tuesday.now, vote(1))
    tuesday.becomes(TUESDAY_CLOSED)
    old = tuesday.archive.log.folder
    tuesday.archive.close()
    assert not old.alive.exists()  # no other mark protects it here
    assert not old.acked.exists()
    with closing(sqlite3.connect(old.database)) as db, db:
        db.execute("drop trigger entries_no_delete")
        db.execute("delete from entries where seq > 2")
    archive = open_archive(stamp=tuesday.now)
    assert archive.log.folder.log != old.log
    assert newest(old.path.parent).log == old.log  # and the seal is still there to be compared


# The command


@pytest.fixture
def sealed(tuesday: Day) -> Path:
    tuesday.becomes(TUESDAY_CLOSED).becomes(TUESDAY_CLOSED + timedelta(days=1))
    return tuesday.archive.log.folder.path.parent


def kiosk(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, words)
    return done.exit_code, done.stdout, done.stderr


def test_the_command_shows_the_newest_seal_or_that_of_a_day(sealed: Path) -> None:
    code, out, err = kiosk("seal", "--logs", str(sealed))
    assert (code, read_text(out).day) == (0, "2026-09-23")
    assert err.startswith("2026-09-23  made 2026-09-23 17:01 (synced)  log ")
    assert read_text(kiosk("seal", "--logs", str(sealed), "--day", "2026-09-22")[1]).day == "2026-09-22"
    assert newest(sealed) == read_text(out)


def test_the_command_lists_and_draws(sealed: Path, tmp_path: Path) -> None:
    assert [line[:10] for line in kiosk("seal", "--logs", str(sealed), "--list")[1].splitlines()] == [
        "2026-09-22", "2026-09-23",
    ]  # fmt: skip
    picture = tmp_path / "seal.png"
    assert kiosk("seal", "--logs", str(sealed), "--png", str(picture))[0] == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    code, _, err = kiosk("seal", "--logs", str(sealed), "--png", str(tmp_path / "none" / "seal.png"))
    assert (code, err.splitlines()[-1].endswith("cannot be written (No such file or directory)")) == (1, True)


def test_a_day_without_a_seal_is_one_sentence(sealed: Path) -> None:
    code, out, err = kiosk("seal", "--logs", str(sealed), "--day", "2026-09-20")
    assert (code, out, err.count("\n")) == (1, "", 1)
