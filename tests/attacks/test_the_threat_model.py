"""sync/SECURITY.md claims nothing that no test attacks, and says what is not stopped."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "sync" / "SECURITY.md").read_text("utf-8")
SECTIONS = {part.split("\n", 1)[0]: part for part in TEXT.split("\n## ")[1:]}
NOT = "What nothing here stops"
CLAIMS = [line for name, part in SECTIONS.items() if name != NOT for line in part.splitlines() if line.startswith("|")]
ROWS = [line for line in CLAIMS if not line.startswith(("|---", "| wants to", "| |"))]

DESIGN = {  # what DESIGN promises against, by words of it that must stand in the page
    "the card rolled back": "roll the card back",
    "the card cloned": "clone the card",
    "replay": "repeat old papers",
    "another key": "use the key elsewhere",
    "another kiosk's lines": "another kiosk's votes",
    "a lying ward": "say that it has what it has not",
    "a man in the middle": "TLS to the pinned CA alone",
    "codes": "one-time codes",
    "the PIN": "guess the PIN",
    "the seal": "inspector's photograph",
    "the write-ahead log": "entries newer than every mark vanish",
    "root": "Root on the Pi",
    "secrecy at the counter": "see who pressed what",
}


def existing() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_claim_names_a_test_that_exists() -> None:
    there = existing()
    assert len(ROWS) > 30
    for row in ROWS:
        named = re.findall(r"`(test_\w+)`", row)
        assert named, f"claims and names no test: {row}"
        assert set(named) <= there, f"names a test that is not there: {set(named) - there}"


def test_every_test_that_the_page_names_exists() -> None:
    assert set(re.findall(r"`(test_\w+)`", TEXT)) <= existing()


@pytest.mark.parametrize("what", DESIGN)
def test_what_the_design_is_built_against_is_on_the_page(what: str) -> None:
    assert DESIGN[what] in TEXT


def test_what_is_not_stopped_is_said_and_the_page_is_one_page() -> None:
    assert SECTIONS[NOT].count("\n* ") >= 5
    assert len(TEXT.splitlines()) <= 100
