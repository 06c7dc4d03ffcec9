"""Against the known truth every date lies within what it states; nothing is lost or put out of order."""

from pathlib import Path

import pytest

from tests.ward.a_year import WEEKS, tell, wrong


def check_dates(weeks: int, seed: int, visits: int, folder: Path) -> set[str]:
    found, complaints = tell(weeks, seed, visits, folder)
    assert complaints == []
    assert wrong(found) == []
    return {one.by for one in found}


def test_weeks_of_every_kind(tmp_path: Path) -> None:
    evidence = check_dates(len(WEEKS), 1, 3, tmp_path)
    assert evidence >= {"two echoes", "one echo", "NTP entry", "battery", "neighbours"}


@pytest.mark.slow  # about a minute each; `python -m tests.ward.a_year` prints the table
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year(tmp_path: Path, seed: int) -> None:
    check_dates(52, seed, 15, tmp_path)
