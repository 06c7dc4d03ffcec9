"""One target under atheris, guided by coverage: `python -m tests.fuzz.guided NAME FOLDER [OPTIONS OF LIBFUZZER]`.

FOLDER holds the corpus: the seeds, and whatever reached a new place in the code.
"""

import sys
from pathlib import Path
from random import Random

import atheris

from tests.fuzz.stretch import stretched

with atheris.instrument_imports(include=["kiosk", "sync", "tomllib"]):
    from tests.fuzz.targets import TARGETS

STRETCHED = 0.1  # of all mutations


def main(name: str, folder: str, *options: str) -> None:
    target = TARGETS[name]
    for number, seed in enumerate(target.seeds()):
        Path(folder, f"seed{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], folder, *options], target.fuzz, custom_mutator=mutated)
    atheris.Fuzz()


def mutated(data: bytes, most: int, seed: int) -> bytes:
    chance = Random(seed)
    return stretched(data, most, chance) if chance.random() < STRETCHED else bytes(atheris.Mutate(data, most))


if __name__ == "__main__":
    main(*sys.argv[1:])
