"""Whatever befalls a card, the ward's count holds what citizens were thanked for, or somebody is told what is missing.

The quick tests run a few of them; `./setup.sh test damage` runs all, with a disk that fails too, and prints a table.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.damage import faults
from tests.damage.card import Base, Card
from tests.damage.run import End, Fault, run
from tests.damage.small import BLOCK, SmallDisk, may_mount
from tests.damage.table import MEMORY, Kind, bases, cuts, flips


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """What is flushed here costs nothing; that flushes happen is tests/kiosk/test_durable."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def cards(memory: Path) -> list[Base]:
    return bases(memory, 2)


@pytest.fixture
def tmp_path(memory: Path) -> Iterator[Path]:
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


SOME = ("database", "write-ahead log", "key", "minute note")


@pytest.mark.parametrize("kind", [kind for kind in (*flips(), *cuts()) if kind.name.endswith(SOME)], ids=str)
def test_a_damaged_file(kind: Kind, cards: list[Base], tmp_path: Path) -> None:
    ending = run(cards[1], kind.make(1), tmp_path)
    assert ending.end is not End.WRONG, ending.why


def test_a_second_terminal_does_not_start(cards: list[Base], tmp_path: Path) -> None:
    assert run(cards[0], faults.Twice(), tmp_path).end is End.STOPPED


def test_an_unharmed_card_is_unharmed(cards: list[Base], tmp_path: Path) -> None:
    for seed, card in enumerate(cards):
        assert run(card, Fault(), tmp_path / str(seed)).end is End.UNHARMED


class Thief(Fault):
    """Votes vanish at the ward, without a word: what no damage may look like."""

    def after(self, card: Card) -> None:
        card.oracle.thanked["nobody's vote"] = (card.logs[0].log, 2)


class Flatterer(Fault):
    """A citizen was told that the vote was not recorded, and it counts."""

    def after(self, card: Card) -> None:
        card.oracle.sorry.add(next(iter(card.oracle.thanked)))


@pytest.mark.parametrize("fault", [Thief(), Flatterer()], ids=lambda fault: type(fault).__name__)
def test_the_oracle_would_tell(fault: Fault, cards: list[Base], tmp_path: Path) -> None:
    assert run(cards[1], fault, tmp_path).end is End.WRONG


def test_entries_lost_in_the_middle_of_the_write_ahead_log_are_told(cards: list[Base], tmp_path: Path) -> None:
    """Newer than every mark: SQLite forgets them in silence, the log does not."""

    class Early(Fault):
        def before(self, card: Card) -> None:
            file = faults.file_of(card, "write-ahead log")
            data = bytearray(file.read_bytes())
            data[32 + 24 + 100] ^= 1  # in its first frame
            file.write_bytes(data)
            assert card.logs[-1].path.joinpath("alive.json").exists() is False

    ending = run(cards[0], Early(), tmp_path)
    assert ending.end is End.SHORTENED, ending


@pytest.mark.skipif(not may_mount(), reason="only root may mount a small disk; elsewhere it is pretended")
def test_a_real_disk_without_room(cards: list[Base], tmp_path: Path) -> None:
    fault = SmallDisk("tmpfs", 8 * BLOCK, ballast=False)
    assert run(cards[1], fault, tmp_path).end is End.UNHARMED
    assert 0 < fault.refused < 2 * fault.votes


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_all_of_it() -> None:
    """A thousand runs and more, as a table."""
    command = [sys.executable, "-m", "tests.damage.table"]
    assert subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode == 0
