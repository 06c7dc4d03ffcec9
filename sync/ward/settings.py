"""`ward.toml` as frozen types; each mistake is one sentence that names file, key, value and what is allowed."""

import re
import tomllib
from enum import StrEnum
from functools import reduce
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from sync.ward.detect.thresholds import Thresholds
from sync.ward.failure import BadSettings

DATABASES = ("postgresql://", "postgresql+psycopg://")


class Release(StrEnum):
    """When ratings become visible."""

    DAILY = "daily"  # after the local day has closed, with at least 3 new visits of that counter
    IMMEDIATE = "immediate"  # at once; for trying it out, and the page says so


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one batch may be. Beyond it the kiosk is told to halve."""

    body_bytes: Annotated[int, msgspec.Meta(ge=131_072, le=268_435_456)] = 8 * 1024 * 1024  # unpacked
    lines: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 5000


class Codes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one-time codes are guarded against guessing."""

    days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 14
    attempts: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10  # wrong guesses at one code
    attempts_per_address: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = (
        20  # wrong guesses from one address in an hour
    )


class Logins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a person stays logged in."""

    idle_minutes: Annotated[int, msgspec.Meta(ge=5, le=1440)] = 60  # without a page asked for
    hours: Annotated[int, msgspec.Meta(ge=1, le=168)] = 12  # in any case


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    release: Release = Release.DAILY
    timezone: str = "Asia/Ho_Chi_Minh"
    addresses: tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=253)], ...] = ("localhost", "127.0.0.1")
    database: str = ""
    limits: Limits = Limits()
    codes: Codes = Codes()
    findings: Thresholds = Thresholds()
    logins: Logins = Logins()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def read_settings(file: Path) -> Settings:
    tree = _read_toml(file)
    try:
        settings = msgspec.convert(tree, Settings)
    except msgspec.ValidationError as error:
        raise BadSettings(_sentence(file, tree, str(error))) from error
    if settings.timezone not in available_timezones():
        raise BadSettings(f"{file}: timezone = {settings.timezone!r}: allowed is a zone name such as Asia/Ho_Chi_Minh")
    _check_database(file, settings.database)
    return settings


def _check_database(file: Path, url: str) -> None:
    """Its password is not repeated."""
    if url and not url.startswith(DATABASES):
        raise BadSettings(f'{file}: database: allowed is "" for a file beside it, or postgresql://user@host/name')


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text())
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BadSettings(f"{file}: cannot be read ({why}); `ward init` writes one") from error
    except (ValueError, RecursionError) as error:  # also a number of 5000 digits, and 1000 tables within each other
        raise BadSettings(f"{file}: is not TOML: {error}") from error


def _sentence(file: Path, tree: dict[str, Any], message: str) -> str:
    """msgspec's `Expected ... - at `$.limits.lines`` as one sentence with the value that was found there."""
    what, _, place = message.partition(" - at `$")
    keys = re.findall(r"\.(\w+)", place)
    where = ".".join(keys) or "top level"
    value = reduce(lambda node, key: node.get(key, "") if isinstance(node, dict) else node, keys, tree)
    found = f" = {value!r}" if keys and not isinstance(value, dict) else ""
    return f"{file}: {where}{found}: {what[:1].lower()}{what[1:]}"


TEMPLATE = """\
# The ward server's settings. After a change: restart `ward serve`.

# The name on the page.
name = {name}

# When ratings become visible on the page and in the feed:
#   "daily"      after the local day has closed, and only with at least 3 new visits of that counter;
#   "immediate"  at once, for trying it out: who reloads the page after each visitor can tell who pressed what.
release = {release}

# Local days and hours are counted in this zone.
timezone = "Asia/Ho_Chi_Minh"

# The names and addresses by which kiosks reach this server; they go into its certificate.
addresses = {addresses}

# Where the votes are kept: "" is the file ward.sqlite beside this one. Or a PostgreSQL server:
# "postgresql://user@host/name"; its password, if it wants one, is best kept in ~/.pgpass.
database = {database}

[limits]
body_bytes = 8388608  # of one batch, unpacked
lines = 5000          # of one batch

[codes]
days = 14                  # how long a one-time code is valid
attempts = 10              # wrong guesses at one code before it is closed
attempts_per_address = 20  # wrong guesses from one address in an hour

[findings]                 # from when on the page "findings" says something; each kiosk against its own past
burst_visits = 9           # visits of one level, one after the other ...
burst_minutes = 5          # ... within so long
regular_visits = 8         # visits in even steps ...
regular_spread = 0.08      # ... whose lengths differ by no more (standard deviation / mean)
outside_minutes = 60       # a visit is outside every session from so far on ...
outside_days = 3           # ... and told when there are so many days of them within four weeks
corrected_share = 0.25     # of bad first presses, that are honestly put right to a good one
dark_minutes = 75          # without power in a day's sessions: a dark day ...
dark_share = 0.02          # ... of which an honest kiosk has so many among its days
coverage = 0.7             # of four weeks' sessions, at the least
visits_per_file = 1.2      # families and onlookers included
stuffing = 2.0             # standard deviations by which number and praise have to be up together
trial_days = 2             # days with trials in opening hours, within four weeks
silent_days = 8            # without a word from a kiosk; more than the days between two sticks
chance = 0.0005            # how rare something has to be among honest kiosks; lower: fewer findings

[logins]
idle_minutes = 60  # a person who asks for no page as long as this has to log in again
hours = 12         # ... and everybody after these
"""


def settings_text(name: str, release: Release, addresses: tuple[str, ...], database: str = "") -> str:
    """A commented `ward.toml`. JSON strings are TOML strings."""
    say = {"name": name, "release": str(release), "addresses": addresses, "database": database}
    return TEMPLATE.format(**{key: msgspec.json.encode(value).decode() for key, value in say.items()})
