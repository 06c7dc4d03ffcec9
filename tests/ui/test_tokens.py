"""Colours are far enough apart to be read, all of them are tokens, and the drawings use them too."""

import re
import tomllib
from pathlib import Path

import pytest

import assets
import kiosk.ui
from assets.drawings import SIZES
from assets.render import digest, drawn_from, sources
from kiosk.ui.theme import Colour, rgba

ASSETS = Path(assets.__file__).parent
SCREENS = Path(kiosk.ui.__file__).parent
TOKENS = tomllib.loads((ASSETS / "theme.toml").read_text(encoding="utf-8"))
COLOURS, FACES = TOKENS["colours"], TOKENS["faces"]
CONTRAST = COLOURS | TOKENS["contrast"]

TEXT = [("ink", "paper"), ("ink", "card"), ("ink", "pressed"), ("ink", "notice"), ("quiet", "paper"), ("quiet", "card"),
        ("on_dark", "navy"), ("on_dark", "plum"), ("navy", "card"), ("plum", "card")]  # fmt: skip
DRAWN = [("navy", "paper"), ("plum", "paper"), ("amber", "paper")]


@pytest.mark.parametrize(("above", "below"), TEXT)
def test_text_stands_out_7_to_1(above: str, below: str) -> None:
    assert contrast(COLOURS[above], COLOURS[below]) >= 7


@pytest.mark.parametrize(("above", "below"), DRAWN)
def test_pictograms_stand_out_as_text_does(above: str, below: str) -> None:
    assert contrast(COLOURS[above], COLOURS[below]) >= 7


@pytest.mark.parametrize(("above", "below"), [*TEXT, *DRAWN])
def test_in_high_contrast_everything_stands_out_more(above: str, below: str) -> None:
    assert contrast(CONTRAST[above], CONTRAST[below]) >= min(9, contrast(COLOURS[above], COLOURS[below]))


def test_in_high_contrast_plain_text_is_white_on_black_and_edges_are_seen() -> None:
    for below in ("paper", "card"):
        assert contrast(CONTRAST["ink"], CONTRAST[below]) == contrast(CONTRAST["quiet"], CONTRAST[below]) == 21
        assert contrast(CONTRAST["edge"], CONTRAST[below]) >= 4.5


def test_what_is_touched_has_an_outline_that_is_seen() -> None:
    for colours in (COLOURS, CONTRAST):
        assert contrast(colours["outline"], colours["paper"]) >= 3  # WCAG 2.2, 1.4.11


@pytest.mark.parametrize("table", ["contrast", "large"])
def test_what_a_visitor_may_choose_changes_tokens_that_there_are(table: str) -> None:
    assert set(TOKENS[table]) <= set(TOKENS[{"contrast": "colours", "large": "sizes"}[table]])


@pytest.mark.parametrize("level", ["1", "2", "3", "4", "5"])
def test_the_features_of_a_face_stand_out(level: str) -> None:
    assert contrast(FACES["features"], FACES[level]) >= 4.5


def test_tear_and_teeth_stand_out() -> None:
    assert contrast(FACES["tear"], FACES["1"]) >= 4.5
    assert contrast(FACES["teeth"], FACES["features"]) >= 4.5


def test_no_colour_is_written_outside_the_tokens() -> None:
    for file in (*SCREENS.glob("*.kv"), *SCREENS.glob("*.py")):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"#[0-9a-fA-F]{6}\b", text), file
        assert not re.search(r"rgba?: *[\d(]", text), file


def test_every_token_is_used() -> None:
    layouts = "".join(file.read_text(encoding="utf-8") for file in (*SCREENS.rglob("*.kv"), *SCREENS.rglob("*.py")))
    questions = {"navy", "plum"}  # named by the settings
    unused = [name for name in {*COLOURS, *TOKENS["sizes"], *TOKENS["times"], *TOKENS["shares"]} - questions
              if not re.search(rf'\.{name}\b|"{name}"', layouts)]  # fmt: skip
    assert unused == []


def test_the_drawings_use_the_tokens() -> None:
    for source in sources():
        used = set(re.findall(r"#[0-9a-f]{3,6}\b", source.read_text(encoding="utf-8")))
        assert used <= (set(FACES.values()) if source.parent.name == "faces" else set()), source


def test_the_faces_differ_by_shape() -> None:
    shapes = {re.sub(r"#[0-9a-f]{6}", "", (ASSETS / "faces" / f"{level}.svg").read_text()) for level in range(1, 6)}
    assert len(shapes) == 5


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
def test_the_pictures_were_made_from_the_present_drawings(source: Path) -> None:
    for size in SIZES:
        made = source.with_name(f"{source.stem}-{size}.png")
        assert drawn_from(made) == digest(source), "run: python -m assets.render"


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    lighter, darker = sorted((luminance(rgba(one)), luminance(rgba(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
