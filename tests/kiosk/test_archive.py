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
from kiosk.votelog.marks import Alive, Mark, read_alive, write_mark
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
    folder = make_folder(logs)
    (logs / ".new-torn").mkdir()
    assert open_archive().log.folder == folder
    assert not (logs / ".new-torn").exists()
    assert "succeeds" not in lines(folder)[0]["body"]  # type: ignore[operator]


def test_power_lost_in_a_succession_still_names_the_old_log(tmp_path: Path, open_archive: Open) -> None:
    old = filled(open_archive).log
    folder = make_folder(tmp_path / "logs")
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
    assert archive.log.folder.place == 1


def test_a_disk_that_takes_no_successor_is_said_and_tried_again(open_archive: Open, tmp_path: Path) -> None:
    archive = open_archive()
    archive.doubt("test")
    logs = tmp_path / "logs"
    away = shutil.move(logs, tmp_path / "away")
    with pytest.raises(NotRecorded, match="no successor could begin"):
        archive.rest(STAMP)
    shutil.move(away, logs)
    archive.rest(STAMP)
    assert archive.log.folder.place == 2


def flip(file: Path, at: int, bit: int) -> None:
    raw = bytearray(file.read_bytes())
    raw[at] ^= bit
    file.write_bytes(raw)


def spoil_the_free_list_of_the_last_page(folder: LogFolder) -> None:
    """Every entry can still be read, and none can be added."""
    with closing(sqlite3.connect(folder.database)) as db:
        (root,) = db.execute("select rootpage from sqlite_schema where name = 'entries'").fetchone()
    page = (root - 1) * 1024
    last = int.from_bytes(folder.database.read_bytes()[page + 8 : page + 12])
    flip(folder.database, (last - 1) * 1024 + 1, 0x80)


def spoil_a_function_of_the_schema(folder: LogFolder) -> None:
    flip(folder.database, folder.database.read_bytes().index(b"json_extract(line, '$.wall')"), 1)


def make_the_schema_unspeakable(folder: LogFolder) -> None:
    """SQLite's message quotes the schema; Python can't decode it."""
    table = folder.database.read_bytes().index(b'CREATE TABLE "entries"')
    flip(folder.database, table + len("CREATE "), 0x80)


def write_a_line_in_nfd(folder: LogFolder) -> None:
    """The reason that the successor gives must not quote what no line can hold."""
    folder.alive.unlink()
    with database(folder) as db:
        db.execute("update entries set line = replace(line, 'button', 'nu\u0301t') where seq = 20")


SUBTLE = [
    spoil_the_free_list_of_the_last_page, spoil_a_function_of_the_schema, make_the_schema_unspeakable,
    write_a_line_in_nfd,
]  # fmt: skip


@pytest.mark.parametrize("damage", SUBTLE, ids=lambda damage: damage.__name__)
def test_recording_goes_on_whatever_is_damaged(damage: Callable[[LogFolder], None], open_archive: Open) -> None:
    old = filled(open_archive, votes=40).log
    damage(old.folder)
    archive = open_archive()
    place = archive.append("vote", STAMP, vote(1))
    assert place.log != old.folder.log
    assert lines(archive.log.folder)[0]["body"]["succeeds"]["log"] == old.folder.log  # type: ignore[index]


def test_damage_found_before_the_start_is_written_begins_a_successor(open_archive: Open) -> None:
    old = filled(open_archive).log.folder
    archive = open_archive()
    archive.log.close()
    archive._begun = False
    with database(old) as db:
        db.execute("delete from entries where seq > 3")
    assert archive.append("vote", STAMP, vote()).seq == 2
    assert archive.log.folder != old


def test_a_doubt_in_a_log_that_was_succeeded_meanwhile_is_forgotten(open_archive: Open) -> None:
    archive = open_archive()
    old = archive.log.folder
    archive.doubt("first")
    archive.rest(STAMP)
    new = archive.log.folder
    archive.doubt("found late", old)
    archive.rest(STAMP)
    assert archive.log.folder == new != old


def test_a_succession_that_failed_leaves_no_empty_log(open_archive: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = open_archive()
    archive.doubt("test")

    def full(*_: object) -> None:  # no disk can be made full at exactly this place
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("kiosk.votelog.archive.VoteLog", full)
        for _ in range(3):
            with pytest.raises(NotRecorded, match="full"):
                archive.rest(STAMP)
    archive.rest(STAMP)
    assert [folder.place for folder in all_folders(archive.log.folder.path.parent)] == [1, 2]


def test_an_interrupted_succession_still_says_how_the_last_run_ended(tmp_path: Path, open_archive: Open) -> None:
    archive = filled(open_archive)
    make_folder(tmp_path / "logs")
    make_folder(tmp_path / "logs")
    new = open_archive()
    assert new.last is not None
    assert new.last.kind == "vote"
    assert new.last_alive is not None
    assert lines(new.log.folder)[0]["body"]["succeeds"]["log"] == archive.log.folder.log  # type: ignore[index]


def test_what_is_no_log_is_left_alone(tmp_path: Path, open_archive: Open) -> None:
    old = filled(open_archive).log.folder
    shutil.copytree(old.path, old.path.with_name(f"{old.log} copy"))
    (tmp_path / "logs" / "lost+found").mkdir()
    assert open_archive().log.folder == old


NO_MARKS = ["[" * 100_000, *(f'{{"seq": {seq}, "hash": "HASH"}}' for seq in (2**63, "Infinity", -1, "true"))]


@pytest.mark.parametrize("text", NO_MARKS, ids=lambda text: text[:20])
def test_a_mark_that_cannot_be_is_no_mark(text: str, open_archive: Open) -> None:
    folder = filled(open_archive).log.folder
    folder.acked.write_text(text.replace("HASH", "0" * 64))
    assert open_archive().log.folder == folder


def test_a_damaged_minute_note_is_as_good_as_none(open_archive: Open) -> None:
    folder = filled(open_archive).log.folder
    note = json.loads(folder.alive.read_text())
    folder.alive.write_text(json.dumps(note | {"wall": 1.5}))
    assert open_archive().last_alive is None


def test_a_draft_of_another_user_does_not_hold_up_a_mark(tmp_path: Path) -> None:
    draft = tmp_path / "alive.json.new"
    (tmp_path / "other").write_text("keep")
    draft.hardlink_to(tmp_path / "other")  # root can write everything: what counts is that the draft is a new file
    write_mark(tmp_path / "alive.json", Mark(1, bytes(32)))
    assert (tmp_path / "other").read_text() == "keep"


@pytest.mark.parametrize("name", ["with space", "a#b", "50%41", "what?"])
def test_a_log_is_read_wherever_it_lies(name: str, tmp_path: Path) -> None:
    archive = Archive(tmp_path / name / "logs", None, lambda archive: {})
    archive.begin(STAMP)
    assert len(lines(archive.log.folder)) == 1
    archive.close()


def test_the_minute_note_says_how_far_the_log_reached(open_archive: Open) -> None:
    archive = open_archive()
    archive.append("vote", STAMP, vote())
    keeper(archive)[0].round()
    note = read_alive(archive.log.folder.alive)
    assert note == Alive(archive.log.head, STAMP, "board-1")


def test_a_note_that_cannot_be_written_does_not_end_the_watch(open_archive: Open) -> None:
    archive = open_archive()
    archive.log.folder.alive.mkdir()
    write_mark(archive.log.folder.forked, Mark(1, b"\1" * 32))
    watch, asked = keeper(archive)
    watch.round()
    assert asked == ["rest"]


def test_every_purpose_has_a_prefix_of_its_own() -> None:
    prefixes = {purpose.name: purpose.value for purpose in Purpose.__members__.values()}
    assert prefixes["SUCCESSION"] == b"hailong succession v1\n"
    assert prefixes["BATCH"] == b"hailong batch v1\n"
    assert len(set(Purpose)) == len(Purpose.__members__)


def three_logs(open_archive: Open) -> list[LogFolder]:
    archive = open_archive()
    for why in ("first", "second"):
        archive.append("vote", STAMP, vote())
        archive.doubt(why)
        archive.rest(STAMP)
    archive.close()
    return all_folders(archive.log.folder.path.parent)


def test_a_flipped_bit_in_a_note_of_place_changes_no_order(open_archive: Open) -> None:
    """An older log must never go on as if it were the newest."""
    folders = three_logs(open_archive)
    for folder in folders:
        note = folder.path / "place"
        good = note.read_bytes()
        for bit in range(8 * len(good)):
            note.write_bytes(
                bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(good))
            )
            assert all_folders(folder.path.parent) == folders
        note.write_bytes(good)


@pytest.mark.parametrize("lost", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 2), (0, 1, 2)])
def test_without_notes_of_place_the_logs_tell_their_order(lost: tuple[int, ...], open_archive: Open) -> None:
    folders = three_logs(open_archive)
    for which in lost:
        (folders[which].path / "place").unlink()
    assert all_folders(folders[0].path.parent) == folders
    assert open_archive().log.folder == folders[2]


def test_a_log_of_which_nobody_knows_its_place_never_lets_an_older_one_go_on(open_archive: Open) -> None:
    folders = three_logs(open_archive)
    (folders[2].path / "place").unlink()
    tear_the_database(folders[2])
    new = open_archive().log
    assert new.folder not in folders
    assert all_folders(folders[0].path.parent) == [*folders, new.folder]
    assert lines(new.folder)[0]["body"]["succeeds"]["log"] == folders[2].log  # type: ignore[index]
