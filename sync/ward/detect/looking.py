"""All detectors, over one day of one kiosk."""

from collections.abc import Callable, Iterator

from sync.ward.detect.bursts import bursts, regular
from sync.ward.detect.gaps import coverage, dark_days
from sync.ward.detect.habits import corrected, outside, trials
from sync.ward.detect.numbers import more_than_files, stuffed
from sync.ward.detect.seen import Past
from sync.ward.detect.signals import Signal
from sync.ward.detect.thresholds import Thresholds

Detector = Callable[[Past, Thresholds], Iterator[Signal]]
DETECTORS: tuple[Detector, ...] = (
    bursts, regular, outside, corrected, trials, dark_days, coverage, more_than_files, stuffed,
)  # fmt: skip
MEMORY = 371  # days that a detector may look back


def look(past: Past, limits: Thresholds) -> Iterator[Signal]:
    for detect in DETECTORS:
        yield from detect(past, limits)
