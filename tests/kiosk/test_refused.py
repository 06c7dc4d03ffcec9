"""What a full disk refused is told by one `fault`, also if the service was restarted in between."""

from pathlib import Path

import pytest

from kiosk.refused import Kept
from kiosk.states import Asking
from tests.kiosk.bench import Bench

ALWAYS = 10**9


def refusing(folder: Path, *ratings: int) -> Bench:
    """A run in which the disk refuses these, and which then ends: what systemd keeps for the next is in `folder`."""
    bench = Bench(kept=folder)
    bench.journal.failing = ALWAYS
    for second, rating in enumerate(ratings, 1):
        bench.tap(second * 1000, rating)
    return bench


def begun(folder: Path) -> Bench:
    bench = Bench(kept=folder)
    bench.time = 60_000
    bench.booth.stop()
    bench.booth.run()
    return bench


def test_the_run_after_tells_it_first(tmp_path: Path) -> None:
    refusing(tmp_path, 5, 4, 5)
    after = begun(tmp_path)
    assert after.booth.state == Asking(0)
    (fault,) = after.journal.bodies("fault")
    assert (fault["fault"], fault["presses"], fault["why"]) == ("not-recorded", 3, "disk full")
    assert (fault["first"], fault["last"]) == ({"boot": "boot", "mono": 1000}, {"boot": "boot", "mono": 3000})


def test_a_run_whose_disk_refuses_too_adds_to_it(tmp_path: Path) -> None:
    refusing(tmp_path, 5, 4)
    second = refusing(tmp_path, 3)
    assert second.journal.entries == []
    (fault,) = begun(tmp_path).journal.bodies("fault")
    assert fault["presses"] == 3
    assert fault["first"]["mono"] == 1000


def test_what_was_told_is_told_once(tmp_path: Path) -> None:
    bench = refusing(tmp_path, 5)
    bench.journal.failing = 0
    bench.tap(3000, 4)
    assert bench.journal.kinds() == ["vote", "fault"]
    assert begun(tmp_path).journal.entries == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "{}", '{"why": "x", "first": 1, "last": {}, "kinds": {}}', '{"kinds": []}', "\ud800"],
)
def test_what_cannot_be_read_is_as_good_as_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "refused.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert Kept(tmp_path).find() is None


def test_a_folder_that_takes_nothing_is_no_failure(tmp_path: Path) -> None:
    bench = refusing(tmp_path / "away", 5)
    bench.journal.failing = 0
    bench.tap(3000, 4)
    assert bench.journal.kinds() == ["vote", "fault"]


def test_by_hand_nothing_is_kept(tmp_path: Path) -> None:
    assert Kept(None).find() is None
