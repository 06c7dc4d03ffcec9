"""A kiosk of which nothing is heard any more."""

from collections.abc import Iterator
from datetime import date

from sync.ward.detect.signals import Kind, Signal
from sync.ward.detect.thresholds import Thresholds


def silent(heard: date | None, today: date, limits: Thresholds) -> Iterator[Signal]:
    """By the day it was last heard: the same silence is one finding, however long it lasts."""
    if heard and (today - heard).days >= limits.silent_days:
        yield Signal(Kind.SILENT, heard, heard, heard, (), (), {"days": limits.silent_days})
