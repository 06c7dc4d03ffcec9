"""The backlight is a file with a number; not having one, or not being allowed to write it, is no crash."""

from pathlib import Path

import pytest

from hardware.backlight import CannotDim, find_backlight


def screen(root: Path, most: str = "255", now: str = "255") -> Path:
    folder = root / "sys/class/backlight/10-0045"
    folder.mkdir(parents=True)
    (folder / "max_brightness").write_text(most)
    (folder / "brightness").write_text(now)
    return folder


def test_it_is_read_and_set_as_a_share(tmp_path: Path) -> None:
    folder = screen(tmp_path, now="51\n")
    backlight = find_backlight(tmp_path)
    assert backlight
    assert backlight.get() == 0.2
    backlight.set(0.5)
    assert (folder / "brightness").read_text() == "128"


@pytest.mark.parametrize(("share", "step"), [(0, "0"), (0.001, "1"), (1, "31"), (7, "31"), (-1, "0")])
def test_a_share_out_of_range_is_brought_into_it_and_a_little_is_not_nothing(
    share: float, step: str, tmp_path: Path
) -> None:
    folder = screen(tmp_path, most="31")
    backlight = find_backlight(tmp_path)
    assert backlight
    backlight.set(share)
    assert (folder / "brightness").read_text() == step


def test_a_screen_without_one_has_none(tmp_path: Path) -> None:
    assert find_backlight(tmp_path) is None


@pytest.mark.parametrize("most", ["", "bright", "0"])
def test_one_that_does_not_say_how_bright_it_can_be_is_none(most: str, tmp_path: Path) -> None:
    screen(tmp_path, most=most)
    assert find_backlight(tmp_path) is None


def test_what_cannot_be_read_or_set_is_one_sentence(tmp_path: Path) -> None:
    folder = screen(tmp_path, now="?")
    backlight = find_backlight(tmp_path)
    assert backlight
    with pytest.raises(CannotDim, match=r"^The brightness cannot be read from .*\.$"):
        backlight.get()
    (folder / "brightness").unlink()
    (folder / "brightness").mkdir()
    with pytest.raises(CannotDim, match=r"^The brightness cannot be set through .*\.$"):
        backlight.set(0.5)


def test_a_refusal_names_the_group_that_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run as root, whom no file refuses: so the file system's answer is put in its place."""
    screen(tmp_path)
    backlight = find_backlight(tmp_path)
    assert backlight

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(CannotDim, match=r"this user may not write .*/brightness; give it the group video\.$"):
        backlight.set(0.5)
