"""What the answers for machines look like, for OpenAPI. Invented: no line of them was ever pressed."""

from typing import Any

from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example

LOG = "690da34f9acde72d093b441711d2ef82"
PAGE = {
    "rows": [{"log": LOG, "seq": 5123401977012, "revision": 1, "release": 212, "kiosk": 1, "kiosk_name": "Quầy 1",
              "kind": "vote", "visit": 5123401977012, "question": "procedure", "rating": 5, "counted": True,
              "day": "2026-11-20", "session": "Buổi sáng", "at": None, "error_ms": None, "dated_by": None}],
    "next": "MTo0MjEw", "more": False,
}  # fmt: skip
STATISTICS = {
    "release": 212, "made": "2026-11-21T00:00:41+07:00", "first": "2026-11-16", "last": "2026-11-22",
    "rows": [{"question": "procedure", "n": 50, "levels": {"5": 40, "4": 9, "3": 1, "2": 0, "1": 0}, "satisfied": 49,
              "kiosk": 1, "rate": 0.98, "low": 0.895, "high": 0.9965, "index": 94.5}],
    "reach": [{"kiosk": 1, "visits": 50, "files": 160, "online": 12, "participation": 0.3125, "open_minutes": 2250,
               "able_minutes": 2248, "perhaps_minutes": 2249, "coverage": 0.9991}],
    "undated": [],
}  # fmt: skip
KIOSK = {
    "id": 1, "name": "Quầy 1", "logs": 1, "entries": 4210, "waiting": 0, "seen": "2026-11-20T16:55:02+07:00",
    "version": "0.1.0", "clock": "synced", "questions": ["procedure", "attitude"],
}  # fmt: skip
METRICS = """\
# HELP hailong_release The number of the newest release.
# TYPE hailong_release gauge
hailong_release 212
"""
IDENTITY = {"key": "3d40…", "ca": "-----BEGIN CERTIFICATE-----\n…"}


def told(kind: type[Any], about: str, example: object, media_type: str = "application/json") -> dict[int, ResponseSpec]:
    """The `responses` of a route."""
    shown = [Example(value=example)]
    return {200: ResponseSpec(kind, description=about, examples=shown, generate_examples=False, media_type=media_type)}
