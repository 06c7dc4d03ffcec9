"""The staff PIN: what is kept of it, which ones are refused, and how slow guessing is."""

import re
from pathlib import Path

import pytest

from kiosk import pin as pins
from kiosk.entry import Stamp
from kiosk.pin import Guard, WeakPin, make, matches

RIGHT, WRONG = "4071", "4072"
LINE = make(RIGHT)


def at(seconds: float, boot: str = "one") -> Stamp:
    return Stamp(boot, round(seconds * 1000), 0, "unsynced")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pin.json"


def wrong(guard: Guard, times: int, at_second: float = 0) -> None:
    for _ in range(times):
        assert not guard.admits(WRONG, at(at_second))


def test_what_is_kept_is_a_salted_scrypt_hash_that_does_not_show_the_pin() -> None:
    assert re.fullmatch(r"scrypt:16384:8:1:[0-9a-f]{32}:[0-9a-f]{64}", LINE)
    assert make(RIGHT) != LINE


def test_only_the_pin_matches() -> None:
    assert matches(RIGHT, LINE)
    assert not any(matches(other, LINE) for other in (WRONG, "", RIGHT + "0", RIGHT[:3]))


@pytest.mark.parametrize("line", ["", "scrypt:", "scrypt:x:8:1:00:00", "scrypt:3:8:1:00:00", "scrypt:16384:8:1:zz:00"])
def test_a_line_that_is_none_matches_nothing(line: str) -> None:
    assert not matches(RIGHT, line)


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "١٢٣٤", "40 71"])  # the fifth is Arabic
def test_a_pin_is_4_to_12_digits(pin: str) -> None:
    with pytest.raises(WeakPin, match=r"^[^.]*4 to 12[^.]*\.$|^[^.]*4 đến 12[^.]*\.$"):
        make(pin)


@pytest.mark.parametrize("pin", ["0000", "9999999", "1234", "4321", "0123456789", "7890", "3210", "1212", "123123"])
def test_what_anybody_tries_first_is_refused_with_one_sentence(pin: str) -> None:
    with pytest.raises(WeakPin) as refused:
        make(pin)
    assert str(refused.value).count(".") == 1


def test_five_tries_then_pauses_that_double_up_to_an_hour(file: Path) -> None:
    guard, second, pauses = Guard(LINE, file), 0.0, []
    wrong(guard, 4)
    assert guard.pause(at(0)) == 0
    for _ in range(10):
        wrong(guard, 1, second)
        pauses.append(guard.pause(at(second)) / 1000)
        second += pauses[-1]
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_in_a_pause_the_right_pin_is_not_even_looked_at(file: Path) -> None:
    guard = Guard(LINE, file)
    wrong(guard, 5)
    assert not guard.admits(RIGHT, at(29.9))
    assert guard.pause(at(29.9)) == 100, "and that does not lengthen it"
    assert guard.admits(RIGHT, at(30))


def test_the_right_pin_gives_five_tries_again(file: Path) -> None:
    guard = Guard(LINE, file)
    wrong(guard, 4)
    assert guard.admits(RIGHT, at(1))
    wrong(guard, 4, 2)
    assert guard.pause(at(2)) == 0
    assert Guard(LINE, file).pause(at(2)) == 0


def test_a_restart_keeps_the_tries_and_the_pause(file: Path) -> None:
    wrong(Guard(LINE, file), 3)
    wrong(Guard(LINE, file), 2)
    assert Guard(LINE, file).pause(at(10)) == 20_000
    assert not Guard(LINE, file).admits(RIGHT, at(10))


def test_pulling_the_plug_begins_the_pause_anew(file: Path) -> None:
    wrong(Guard(LINE, file), 5)
    later = Guard(LINE, file)
    assert later.pause(at(2, "two")) == 30_000
    assert later.pause(at(12, "two")) == 20_000
    assert Guard(LINE, file).pause(at(12, "two")) == 20_000


def test_a_try_is_counted_on_disk_before_it_is_looked_at(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plug is pulled while scrypt works: its place is taken by that very moment."""

    def plug(*_: object) -> bool:
        raise KeyboardInterrupt

    wrong(Guard(LINE, file), 4)
    monkeypatch.setattr(pins, "matches", plug)
    with pytest.raises(KeyboardInterrupt):
        Guard(LINE, file).admits(RIGHT, at(0))
    assert Guard(LINE, file).pause(at(0)) == 30_000


@pytest.mark.parametrize("text", ["", "{", "[]", '{"wrong": 1}', '{"wrong": "many"}'])
def test_a_damaged_file_is_no_gift_of_tries(text: str, file: Path) -> None:
    file.write_text(text)
    assert Guard(LINE, file).pause(at(5)) == 30_000


def test_a_disk_that_cannot_be_written_keeps_nobody_out(tmp_path: Path) -> None:
    guard = Guard(LINE, tmp_path / "missing" / "pin.json")
    wrong(guard, 5)
    assert guard.pause(at(0)) == 30_000
    assert guard.admits(RIGHT, at(30))


def test_the_file_says_nothing_of_the_pin(file: Path) -> None:
    wrong(Guard(LINE, file), 1)
    assert WRONG not in file.read_text()
