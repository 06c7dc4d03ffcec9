"""How the server and the kiosks are, in the text format of Prometheus. No rating, and nothing made of one.

Written out here: the client library keeps its figures in one registry for the whole process, and ours belong to an
application (several run beside each other in one process, in the tests). Counters are of this process, since it began.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock

from sqlalchemy import Connection, func, select

from sync.ward.status import KioskStatus, all_statuses
from sync.ward.store.found import findings
from sync.ward.store.tables import releases, waiting

TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, object]
Samples = Iterable[tuple[Labels, float]]


class Counts:
    """What this process has done. No dataclass: Litestar would look into the fields of what it hands to a route."""

    def __init__(self) -> None:
        self.taken = 0
        self.refused = Counter[str]()
        self._lock = Lock()

    def take(self) -> None:
        with self._lock:
            self.taken += 1

    def refuse(self, type_: str) -> None:
        with self._lock:
            self.refused[type_] += 1


def exposition(db: Connection, counts: Counts, seen: frozenset[int]) -> str:
    """`seen`: the kiosks that whoever asks may see."""
    statuses = all_statuses(db, seen)
    newest = db.execute(select(func.coalesce(func.max(releases.c.id), 0))).scalar_one()
    votes = db.execute(select(func.count()).select_from(waiting)).scalar_one()
    found = db.execute(select(func.count()).select_from(findings)).scalar_one()
    refused = [({"type": name}, n) for name, n in sorted(counts.refused.items())]
    families: tuple[tuple[str, str, str, Samples], ...] = (
        ("batches_taken_total", "counter", "Batches acknowledged by this process.", _one(counts.taken)),
        ("requests_refused_total", "counter", "Requests refused, by type of problem.", refused),
        ("release", "gauge", "The number of the newest release.", _one(newest)),
        ("votes_waiting", "gauge", "Votes that wait for a release.", _one(votes)),
        ("findings", "gauge", "Findings ever filed.", _one(found)),
        ("kiosks", "gauge", "Kiosks.", _one(len(statuses))),
        ("kiosk_seen_seconds", "gauge", "When a kiosk was last heard of, Unix time.", _seen(statuses)),
        ("kiosk_entries_waiting", "gauge", "Entries that a kiosk has named and that are not here.", _waiting(statuses)),
    )
    return "".join(line for family in families for line in _family(*family))


def _one(value: float) -> Samples:
    return [({}, value)]


def _seen(statuses: Iterable[KioskStatus]) -> Samples:
    return [(_kiosk(one), one.seen / 1000) for one in statuses if one.seen is not None]


def _waiting(statuses: Iterable[KioskStatus]) -> Samples:
    return [(_kiosk(one), one.waiting) for one in statuses]


def _kiosk(one: KioskStatus) -> Labels:
    return {"kiosk": one.id, "name": one.name}


def _family(name: str, kind: str, about: str, samples: Samples) -> Iterator[str]:
    name = f"hailong_{name}"
    yield f"# HELP {name} {about}\n# TYPE {name} {kind}\n"
    for labels, value in samples:
        said = ",".join(f'{label}="{_escaped(str(one))}"' for label, one in labels.items())
        yield f"{name}{{{said}}} {value}\n" if said else f"{name} {value}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
