"""Makes audio/tick.wav, the short soft sound of a rating that is safe: `python -m assets.tick`."""

import math
import struct
import wave
from pathlib import Path

TICK = Path(__file__).parent / "audio" / "tick.wav"
RATE = 22_050  # samples a second
LENGTH = 0.09  # s
TONES = ((660, 1.0), (1320, 0.25))  # Hz and share: a struck piece of wood, and its octave
RISE, FALL = 0.004, 0.022  # s: no click at the start, gone before it can annoy
LOUDEST = 0.5


def samples() -> list[int]:
    return [round(32_767 * LOUDEST * _sound(place / RATE)) for place in range(int(RATE * LENGTH))]


def _sound(seconds: float) -> float:
    shape = min(1.0, seconds / RISE) * math.exp(-seconds / FALL)
    whole = sum(share for _, share in TONES)
    return shape * sum(share * math.sin(2 * math.pi * hertz * seconds) for hertz, share in TONES) / whole


def make(file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    with wave.open(str(file), "wb") as tick:
        tick.setnchannels(1)
        tick.setsampwidth(2)
        tick.setframerate(RATE)
        tick.writeframes(b"".join(struct.pack("<h", sample) for sample in samples()))


if __name__ == "__main__":
    make(TICK)
