"""A damaged or shortened log is closed as it is and a successor begins: nothing is deleted, recording goes on."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kiosk.entry import canonical
from kiosk.keeper import Keeper
from kiosk.keys import Purpose, verify
from kiosk.votelog.archive import Archive, Taken
from kiosk.votelog.folder import LogFolder, all_folders, make_folder
from kiosk.votelog.log import NotRecorded
from kiosk.votelog.marks import Mark, write_mark
from kiosk.votelog.reader import read_slice
from tests.kiosk.conftest import STAMP, vote

Open = Callable[..., Archive]


def lines(folder: LogFolder) -> list[dict[str, object]]:
    part = read_slice(folder, bytes(folder.key().verify_key), 0, 1000, 10**6)
    assert part.broken is None
    return [json.loads(line) for line in part.lines]


@contextmanager
def database(folder: LogFolder) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder.database)) as db, db:
        db.execute("drop trigger if exists entries_no_delete")
        db.execute("drop trigger if exists entries_no_update")
        yield db


def filled(open_archive: Open, votes: int = 5) -> Archive:
    archive = open_archive()
    for _ in range(votes):
        archive.append("vote", STAMP, vote())
    archive.note_alive(STAMP)
    archive.close()
    return archive


def delete_the_last_day(folder: LogFolder) -> None:
    with database(folder) as db:
        db.execute("delete from entries where seq > 2")


def break_a_line(folder: LogFolder) -> None:
    write_mark(folder.alive, Mark(0, b"\0" * 32))  # no mark protects it: the tail check must find it
    with database(folder) as db:
        db.execute("update entries set line = replace(line, '5', '4') where seq = 4")


def tear_the_database(folder: LogFolder) -> None:
    folder.database.with_name("log.db-wal").unlink(missing_ok=True)
    folder.database.write_bytes(b"\xff" * 4096)


def empty_the_database(folder: LogFolder) -> None:
    folder.database.write_bytes(b"")


def lose_the_database(folder: LogFolder) -> None:
    folder.database.unlink()


def flip_a_bit_of_the_key(folder: LogFolder) -> None:
    key = folder.path / "key"
    text = key.read_text()
    key.write_text(("1" if text[0] == "0" else "0") + text[1:])


def lose_the_key(folder: LogFolder) -> None:
    (folder.path / "key").unlink()


def forget_the_acknowledged(folder: LogFolder) -> None:
    folder.alive.unlink()
    with database(folder) as db:
        head = db.execute("select seq, hash from entries order by seq desc").fetchone()
        write_mark(folder.acked, Mark(*head))
        db.execute("delete from entries where seq = ?", (head[0],))


DAMAGES = {
    delete_the_last_day: (2, True),
    break_a_line: (3, True),
    tear_the_database: (6, True),
    empty_the_database: (6, True),
    lose_the_database: (6, True),
    flip_a_bit_of_the_key: (6, False),
    lose_the_key: (6, False),
    forget_the_acknowledged: (5, True),
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_successor_begins_and_says_so(damage: Callable[[LogFolder], None], open_archive: Open) -> None:
    old = filled(open_archive).log
    damage(old.folder)
    kept = sorted(file.name for file in old.folder.path.iterdir() if not file.name.startswith("log.db-"))

    new = open_archive().log
    new_place = new.append("vote", STAMP, vote(1))

    last, signed = DAMAGES[damage]
    start = lines(new.folder)[0]
    said = start["body"]["succeeds"]  # type: ignore[index]
    assert (start["kind"], said["log"], said["seq"]) == ("start", old.folder.log, last)
    assert said["why"]
    assert (new_place.log, new_place.seq) == (new.folder.log, 2)
    assert all_folders(old.folder.path.parent) == [old.folder, new.folder]
    assert [name for name in kept if not (old.folder.path / name).exists()] == []
    assert bool(said["sig"]) is signed
    if signed:
        claim = {"log": said["log"], "seq": said["seq"], "hash": said["hash"], "key": bytes(new.key.verify_key).hex()}
        verify(bytes(old.key.verify_key), Purpose.SUCCESSION, canonical(claim).encode(), said["sig"])


def test_an_unharmed_log_goes_on(open_archive: Open) -> None:
    old = filled(open_archive).log
    assert open_archive().log.folder == old.folder
    assert [line["kind"] for line in lines(old.folder)] == ["start", *["vote"] * 5, "start"]


def test_another_board_begins_a_successor(open_archive: Open) -> None:
    old = filled(open_archive).log
    new = open_archive(serial="board-2").log
    assert lines(new.folder)[0]["body"]["succeeds"] | {"sig": None} == {  # type: ignore[operator, index]
        "log": old.folder.log, "seq": 6, "hash": old.head.hash.hex(), "sig": None,
        "why": "the card was moved to another board",
    }  # fmt: skip
    assert open_archive(serial="board-2").log.folder == new.folder


def test_power_lost_between_key_and_database_loses_nothing(tmp_path: Path, open_archive: Open) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    folder = make_folder(logs, 1)
    (logs / ".new-torn").mkdir()
    assert open_archive().log.folder == folder
    assert not (logs / ".new-torn").exists()
    assert "succeeds" not in lines(folder)[0]["body"]  # type: ignore[operator]


def test_power_lost_in_a_succession_still_names_the_old_log(tmp_path: Path, open_archive: Open) -> None:
    old = filled(open_archive).log
    folder = make_folder(tmp_path / "logs", 2)
    archive = open_archive()
    assert archive.log.folder == folder
    assert lines(folder)[0]["body"]["succeeds"]["log"] == old.folder.log  # type: ignore[index]


def test_a_second_terminal_does_not_start(tmp_path: Path, open_archive: Open) -> None:
    open_archive()
    with pytest.raises(Taken, match="another terminal already writes"):
        Archive(tmp_path / "logs", None, lambda archive: {})


def test_damage_while_running_is_found_at_the_next_reopening(open_archive: Open) -> None:
    archive = open_archive()
    archive.append("vote", STAMP, vote())
    old = archive.log
    old.close()  # as after a failed write
    with database(old.folder) as db:
        db.execute("delete from entries where seq = 2")
    place = archive.append("vote", STAMP, vote())
    assert (place.log == old.folder.log, place.seq) == (False, 2)
    assert [line["kind"] for line in lines(archive.log.folder)] == ["start", "vote"]


def keeper(archive: Archive) -> tuple[Keeper, list[str]]:
    asked: list[str] = []
    return Keeper(archive, lambda: STAMP, lambda: asked.append("rest")), asked


def test_old_damage_is_found_in_the_background_and_the_booth_is_asked(open_archive: Open) -> None:
    old = filled(open_archive).log
    with database(old.folder) as db:
        db.execute("update entries set line = replace(line, '5', '4') where seq = 3")
    archive = open_archive()
    assert archive.log.folder == old.folder  # the tail is good
    watch, asked = keeper(archive)
    watch.round()
    assert asked == ["rest"]
    archive.rest(STAMP)
    said = lines(archive.log.folder)[0]["body"]["succeeds"]  # type: ignore[index]
    assert said["why"].startswith("entry 3: ")


def test_a_fork_that_the_courier_reports_begins_a_successor(open_archive: Open) -> None:
    archive = open_archive()
    old = archive.log
    write_mark(old.folder.forked, Mark(1, b"\1" * 32))
    watch, asked = keeper(archive)
    watch.round()
    archive.rest(STAMP)
    assert asked == ["rest"]
    assert archive.log.folder != old.folder
    watch.round()
    assert asked == ["rest"]


def test_the_check_in_the_background_leaves_a_good_log_alone(open_archive: Open) -> None:
    archive = open_archive()
    watch, asked = keeper(archive)
    watch.round()
    watch.round()
    archive.rest(STAMP)
    assert asked == []
    assert archive.log.folder.place() == 1


def test_a_disk_that_takes_no_successor_is_said_and_tried_again(open_archive: Open, tmp_path: Path) -> None:
    archive = open_archive()
    archive.doubt("test")
    logs = tmp_path / "logs"
    away = shutil.move(logs, tmp_path / "away")
    with pytest.raises(NotRecorded, match="no successor could begin"):
        archive.rest(STAMP)
    shutil.move(away, logs)
    archive.rest(STAMP)
    assert archive.log.folder.place() == 2
