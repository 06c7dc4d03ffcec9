"""One more mutation beside libFuzzer's own: a short piece many times over. Bytes turned one by one hardly ever make a
number of 5000 digits or 1000 brackets within each other, and those are what readers break on."""

from random import Random

LONGEST_PIECE = 4
TIMES = (2, 20, 200, 1200, 6000)


def stretched(data: bytes, most: int, chance: Random) -> bytes:
    """At most `most` bytes."""
    at = chance.randrange(len(data) or 1)
    piece = data[at : at + chance.randint(1, LONGEST_PIECE)]
    return (data[:at] + piece * chance.choice(TIMES) + data[at + len(piece) :])[:most]
