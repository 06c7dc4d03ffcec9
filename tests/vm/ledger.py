"""The table of cuts: what was cut, what was acknowledged, what was lost, and what had to come out."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.vm.judge import Verdict

HEAD = ("what", "medium after the cut", "cuts", "acknowledged", "cuts that lost", "votes lost", "expected")
NOTHING, SOMETHING = "nothing lost", "must lose"


@dataclass(frozen=True, slots=True)
class Row:
    """One experiment. `acknowledged` are the votes that had been by the last of its cuts."""

    what: str
    medium: str
    verdicts: tuple[Verdict, ...]
    expected: str = NOTHING

    def cells(self) -> tuple[str, ...]:
        acknowledged = max((verdict.acknowledged for verdict in self.verdicts), default=0)
        most = max((verdict.lost for verdict in self.verdicts), default=0)
        bad = sum(verdict.bad for verdict in self.verdicts)
        numbers = map(str, (len(self.verdicts), acknowledged, bad, most))
        return (self.what, self.medium, *numbers, self.expected)

    @property
    def bad(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.bad]


class Ledger:
    """Collects rows while the tests run, in a file: a line a row, whichever process it comes from."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def begin(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text("")

    def add(self, row: Row, at_least: int) -> Row:
        """Write the row down, whatever it says. Too few acknowledgements prove nothing, so they are a failure."""
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row)) + "\n")
        acknowledged = max((verdict.acknowledged for verdict in row.verdicts), default=0)
        assert acknowledged >= at_least, f"only {acknowledged} acknowledged votes: {row.what} proves nothing"
        return row

    def rows(self) -> list[Row]:
        read = map(json.loads, self._file.read_text("utf-8").splitlines())
        rows = [Row(**{**row, "verdicts": tuple(Verdict(**one) for one in row["verdicts"])}) for row in read]
        return sorted(rows, key=lambda row: row.what)

    def text(self) -> str:
        table = [HEAD, *(row.cells() for row in self.rows())]
        widths = [max(len(line[column]) for line in table) for column in range(len(HEAD))]
        lines = ["  ".join(map(str.ljust, line, widths)) for line in table]
        return "\n".join(map(str.rstrip, lines))

    def write(self, file: Path) -> None:
        file.write_text(self.text() + "\n", "utf-8")


def assert_nothing_lost(row: Row) -> None:
    assert not row.bad, f"{len(row.bad)} of {len(row.verdicts)} cuts lost something: {row.bad[:3]}"


def assert_loses(row: Row) -> None:
    """A control: if it loses nothing, the experiment cannot see a loss."""
    assert any(verdict.lost for verdict in row.verdicts), f"{row.what} lost nothing: this experiment proves nothing"
