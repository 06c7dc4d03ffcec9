"""The log on a real disk: any entries come back byte for byte, and whatever is changed is found and named."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.entry import compose, genesis, link
from kiosk.votelog.archive import Archive
from kiosk.votelog.ballast import Ballast
from kiosk.votelog.folder import LogFolder, make_folder
from kiosk.votelog.log import VoteLog
from kiosk.votelog.reader import Damaged, read_slice, verify
from tests.kiosk.conftest import STAMP, vote
from tests.kiosk.lines import bodies


def lines_of(folder: LogFolder) -> list[str]:
    return read_slice(folder, bytes(folder.key().verify_key), 0, 10**6, 10**9).lines


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["vote", "start", "fault"]), bodies), max_size=8), st.integers(0, 8))
def test_any_entries_come_back_byte_for_byte(entries: list[tuple[str, dict[str, Any]]], reopen_at: int) -> None:
    with TemporaryDirectory() as name:
        folder = make_folder(Path(name))
        log = VoteLog(folder, Ballast(Path(name) / "ballast"))
        for place, (kind, body) in enumerate(entries):
            if place == reopen_at:
                log.close()
                log = VoteLog(folder, Ballast(Path(name) / "ballast"))
            log.append(kind, STAMP, body)
        log.close()
        assert lines_of(folder) == [compose(n, kind, STAMP, body) for n, (kind, body) in enumerate(entries, 1)]
        assert verify(folder).seq == len(entries)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> LogFolder:
    """A log of 20 votes, closed."""
    logs = tmp_path_factory.mktemp("logs")
    archive = Archive(logs, None, lambda archive: {})
    archive.begin(STAMP)
    for rating in range(19):
        archive.append("vote", STAMP, vote(1 + rating % 5))
    archive.close()
    return archive.log.folder


def changed(folder: LogFolder, change: Callable[[sqlite3.Connection], None], tmp: Path) -> LogFolder:
    """A copy of the log, changed by someone who can write the file."""
    copy = LogFolder(tmp / folder.log)
    copy.path.mkdir()
    for file in folder.path.iterdir():
        (copy.path / file.name).write_bytes(file.read_bytes())
    with closing(sqlite3.connect(copy.database)) as db, db:
        for trigger in ("entries_no_update", "entries_no_delete"):
            db.execute(f"drop trigger {trigger}")
        change(db)
    return copy


def rewrite(seq: int, edit: Callable[[str], str], relink: bool = False) -> Callable[[sqlite3.Connection], None]:
    """Edit one line; with `relink` make its own hash fit again, as a forger without patience would."""

    def change(db: sqlite3.Connection) -> None:
        line = edit(db.execute("select line from entries where seq = ?", (seq,)).fetchone()[0])
        db.execute("update entries set line = ? where seq = ?", (line, seq))
        if relink:
            before = db.execute("select hash from entries where seq = ?", (seq - 1,)).fetchone()[0]
            db.execute("update entries set hash = ? where seq = ?", (link(before, line), seq))

    return change


def reorder(line: str) -> str:
    first, rest = line[1:-1].split(',"boot"', 1)
    return '{"boot"' + rest + "," + first + "}"


def swap(db: sqlite3.Connection) -> None:
    for old, new in ((7, -7), (8, 7), (-7, 8)):
        db.execute("update entries set seq = ? where seq = ?", (new, old))


def insert(db: sqlite3.Connection) -> None:
    db.execute("update entries set seq = -seq where seq >= 9")
    db.execute("update entries set seq = 1 - seq where seq < 0")
    db.execute("insert into entries (seq, line, hash) select 9, line, hash from entries where seq = 8")


CHANGES: dict[str, tuple[Callable[[sqlite3.Connection], Any], int]] = {
    "a rating": (rewrite(7, lambda line: line.replace('"rating":1', '"rating":5')), 7),
    "a rating, its hash made to fit": (rewrite(7, lambda line: line.replace('"rating":1', '"rating":5'), True), 8),
    "one space": (rewrite(7, lambda line: line.replace(":", ": ", 1), True), 7),
    "keys reordered": (rewrite(7, reorder, True), 7),
    "a key twice": (rewrite(7, lambda line: line.replace('"rating":1', '"rating":1,"rating":5'), True), 7),
    "NFD": (rewrite(7, lambda line: line.replace("button", "nu\u0301t"), True), 7),
    "not JSON": (rewrite(7, lambda line: line[:-1], True), 7),
    "not text": (lambda db: db.execute("update entries set line = x'00ff' where seq = 7"), 7),
    "not UTF-8": (lambda db: db.execute("update entries set line = cast(x'7bff7d' as text) where seq = 7"), 7),
    "a hash": (lambda db: db.execute("update entries set hash = zeroblob(32) where seq = 7"), 7),
    "removed": (lambda db: db.execute("delete from entries where seq = 7"), 7),
    "the first removed": (lambda db: db.execute("delete from entries where seq = 1"), 1),
    "swapped": (swap, 7),
    "inserted": (insert, 9),
    "one before the first": (lambda db: db.execute("insert into entries (seq, line, hash) values (0, '{}', x'')"), 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found_and_named(name: str, filled: LogFolder, tmp_path: Path) -> None:
    change, seq = CHANGES[name]
    copy = changed(filled, change, tmp_path)
    with pytest.raises(Damaged, match=rf"^entry {seq}: ") as caught:
        verify(copy)
    assert caught.value.last_good is not None
    assert caught.value.last_good.seq == max(seq - 1, 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 20), st.data())
def test_any_other_line_is_found(filled: LogFolder, seq: int, data: st.DataObject) -> None:
    """Whatever single character of whatever line is changed, dropped or doubled: that entry is named."""

    def edit(line: str) -> str:
        at = data.draw(st.integers(0, len(line) - 1))
        other = data.draw(st.characters(codec="utf-8").filter(lambda letter: letter != line[at]))
        return data.draw(st.sampled_from([line[:at] + other + line[at + 1 :], line[:at] + line[at + 1 :]]))

    with TemporaryDirectory() as name:
        copy = changed(filled, rewrite(seq, edit), Path(name))
        with pytest.raises(Damaged, match=rf"^entry {seq}: "):
            verify(copy)


def test_a_log_under_another_name_is_not_taken(filled: LogFolder, tmp_path: Path) -> None:
    copy = changed(filled, lambda db: None, tmp_path)
    other = LogFolder(tmp_path / ("0" * 32))
    copy.path.rename(other.path)
    with pytest.raises(Exception, match="is not the key of log"):
        verify(other)


def test_the_reader_hands_out_only_what_verifies(filled: LogFolder, tmp_path: Path) -> None:
    copy = changed(filled, rewrite(7, lambda line: line.replace('"rating":1', '"rating":5')), tmp_path)
    part = read_slice(copy, bytes(copy.key().verify_key), 0, 100, 10**6)
    assert (len(part.lines), part.last.seq, part.tip.seq) == (6, 6, 20)
    assert part.broken is not None
    assert part.broken.startswith("entry 7: ")


def test_a_slice_is_bounded_and_says_where_it_begins(filled: LogFolder) -> None:
    key = bytes(filled.key().verify_key)
    part = read_slice(filled, key, 5, 3, 10**6)
    assert (part.before.seq, part.last.seq, len(part.lines), part.tip.seq) == (5, 8, 3, 20)
    assert read_slice(filled, key, 0, 100, 1).last.seq == 1
    assert read_slice(filled, key, 0, 1, 10**6).before.hash == genesis(key)
    with pytest.raises(Damaged, match="entry 21 is gone"):
        read_slice(filled, key, 21, 1, 1)


def test_people_can_query_the_votes(filled: LogFolder) -> None:
    with closing(sqlite3.connect(filled.database)) as db:
        assert db.execute("select count(*), min(rating), max(rating) from votes").fetchone() == (19, 1, 5)
        assert db.execute("select kind, clock from entries where seq = 1").fetchone() == ("start", "synced")


def test_one_damaged_line_does_not_make_every_query_fail(filled: LogFolder, tmp_path: Path) -> None:
    copy = changed(filled, rewrite(7, lambda line: "{"), tmp_path)
    with closing(sqlite3.connect(copy.database)) as db:
        assert db.execute("select count(*) from votes").fetchone() == (18,)


@pytest.mark.parametrize("verb", ["delete from entries", "update entries set hash = x'00'"])
def test_our_own_code_cannot_change_an_entry_by_mistake(verb: str, filled: LogFolder) -> None:
    with closing(sqlite3.connect(filled.database)) as db, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(verb)


def test_a_torn_page_leaves_the_entries_before_it(filled: LogFolder, tmp_path: Path) -> None:
    copy = changed(filled, lambda db: None, tmp_path)
    with closing(sqlite3.connect(copy.database)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
        (root,) = db.execute("select rootpage from sqlite_schema where name = 'entries'").fetchone()
    raw = bytearray(copy.database.read_bytes())
    page = (root - 1) * 1024
    last = (int.from_bytes(raw[page + 8 : page + 12]) - 1) * 1024
    raw[last : last + 1024] = b"\xff" * 1024
    copy.database.write_bytes(raw)
    part = read_slice(copy, bytes(copy.key().verify_key), 0, 100, 10**6)
    assert 0 < part.last.seq < 20
    assert (part.tip, len(part.lines)) == (part.last, part.last.seq)
    assert part.broken
