"""From when on something is said: the part `[findings]` of ward.toml."""

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Counts are of visits unless they say otherwise. README.md prints what these find, and how often wrongly."""

    burst_visits: Count = 9  # of one level, one after the other
    burst_minutes: Count = 5
    regular_visits: Count = 8  # in even steps
    regular_spread: Share = 0.08  # their gaps differ by no more: standard deviation / mean
    outside_minutes: Count = 60  # from the nearest session
    outside_days: Count = 3  # with such visits, within four weeks
    corrected_share: Share = 0.25  # of the bad first presses, that honest people would put right to a good one
    dark_minutes: Count = 75  # of a day's sessions without power
    dark_share: Share = 0.02  # of the days, on which that happens honestly
    coverage: Share = 0.7  # of four weeks' sessions, at the least
    visits_per_file: Annotated[float, msgspec.Meta(ge=1, le=10)] = 1.2  # families and onlookers included
    stuffing: Annotated[float, msgspec.Meta(ge=1, le=10)] = 2.0  # standard deviations, of number and level together
    trial_days: Count = 2  # with trials in opening hours, within four weeks
    silent_days: Count = 8  # without a word from a kiosk
    chance: Annotated[float, msgspec.Meta(gt=0, le=0.05)] = 0.0005  # how rare something has to be among honest kiosks
