"""Each finding of `./setup.sh test fuzz`, by name; and the targets stay alive, over a corpus always the same."""

from pathlib import Path
from random import Random

import pytest

from kiosk.mistakes import Mistake
from kiosk.seal import BadSeal, from_body
from kiosk.settings import read as read_settings
from sync.ward.failure import BadSettings, Failure
from sync.ward.sealed import read as read_photograph
from sync.ward.settings import read_settings as read_ward_settings
from tests.fuzz.stretch import stretched
from tests.fuzz.targets import TARGETS, seals

DEEP = ["a = " + "[" * 3000 + "]" * 3000, "a" + ".a" * 3000 + " = 1", "a = " + "9" * 5000, "a = 0x" + "f" * 5000]


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_seeds_and_what_is_made_of_them(name: str) -> None:
    target, chance = TARGETS[name], Random(name)
    for seed in target.seeds():
        target.fuzz(seed)
        for _ in range(10):
            at = chance.randrange(len(seed))
            target.fuzz(seed[:at] + bytes([chance.randrange(256)]) + seed[at + 1 :])
            target.fuzz(stretched(seed, 10_000, chance))
    target.fuzz(b"")


def test_a_target_lets_out_what_is_not_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr("tests.fuzz.targets.unpack", broken)  # the reader itself is what must fail here
    with pytest.raises(KeyError):
        TARGETS["batch"].fuzz(b"")


# Findings


@pytest.mark.parametrize("place", [2, 5])
@pytest.mark.parametrize("digits", [17, 30, 5000])
def test_a_seal_with_a_number_too_long_is_no_seal(place: int, digits: int) -> None:
    """It came out as ValueError, or as BadLine at the signature: a traceback in `ward verify --seal`."""
    parts = seals()[0].decode().split("/")
    parts[place] = "9" * digits
    with pytest.raises(Failure, match="at most 16 digits"):
        read_photograph("/".join(parts))


@pytest.mark.parametrize("number", [True, -1, 2**53, 1.5, "3", None])
@pytest.mark.parametrize("field", ["seq", "wall"])
def test_a_seal_entry_whose_number_is_none_is_no_seal(field: str, number: object) -> None:
    import json

    with pytest.raises(BadSeal):
        from_body(json.loads(seals()[2]) | {field: number})


@pytest.mark.parametrize("text", DEEP)
def test_settings_that_no_reader_can_hold_are_a_mistake_and_no_traceback(text: str, tmp_path: Path) -> None:
    """They came out as RecursionError and ValueError."""
    file = tmp_path / "kiosk.toml"
    file.write_text(text)
    with pytest.raises(Mistake, match=r"kiosk\.toml"):
        read_settings(file)
    with pytest.raises(BadSettings, match=r"kiosk\.toml"):
        read_ward_settings(file)
