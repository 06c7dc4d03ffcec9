"""`GET /v1/votes`: pages equal the whole, corrections are new rows, and nobody reads without a token."""

import csv
import io
import json
from typing import Any

import pytest

from sync.ward.tokens import Scope
from tests.ward.conftest import HOUR, Ward
from tests.ward.kiosk_double import KioskDouble

DAY = 24 * HOUR


def get(ward: Ward, auth: dict[str, str], **query: Any) -> Any:
    answer = ward.client.get("/v1/votes", params=query, headers=auth)
    assert answer.status_code == 200, answer.text
    return answer


def with_votes(ward: Ward, count: int) -> KioskDouble:
    kiosk = ward.enrol()
    for number in range(count):
        kiosk.vote(5 - number % 5)
    ward.send(kiosk)
    return kiosk


def test_a_row_says_what_was_pressed_and_when(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.visit(5, 4)
    ward.send(kiosk)
    first, second = get(ward, ward.token()).json()["rows"]
    assert first == {
        "log": kiosk.log, "seq": 1, "revision": 1, "release": 1, "kiosk": 1, "kiosk_name": "Quầy 1", "kind": "vote",
        "visit": 1, "question": "procedure", "rating": 5, "counted": True, "day": "2026-11-18", "session": None,
        "at": "2026-11-18T18:06:40.000+07:00", "error_ms": 3000, "dated_by": "wall",
    }  # fmt: skip
    assert (second["seq"], second["visit"], second["question"], second["rating"]) == (2, 1, "attitude", 4)


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_pages_put_together_are_the_whole(ward: Ward, limit: int) -> None:
    with_votes(ward, 7)
    auth = ward.token()
    whole, pages, cursor, more = get(ward, auth).json()["rows"], [], "", True
    while more:
        said = get(ward, auth, after=cursor, limit=limit).json()
        pages += said["rows"]
        cursor, more = said["next"], said["more"]
    assert pages == whole
    assert len(whole) == 7
    assert get(ward, auth, after=cursor).json() == {"rows": [], "next": cursor, "more": False}


def test_a_correction_is_a_new_row_and_the_old_ones_stay(ward: Ward) -> None:
    kiosk, auth = ward.enrol(), ward.token()
    visit = kiosk.vote(5)
    ward.send(kiosk)
    before = get(ward, auth).json()
    kiosk.vote(1, visit)
    ward.send(kiosk)
    after = get(ward, auth, after=before["next"]).json()["rows"]
    assert [(row["seq"], row["revision"], row["counted"]) for row in after] == [(1, 2, False), (2, 1, True)]
    assert get(ward, auth).json()["rows"] == before["rows"] + after


def test_a_trial_is_in_the_feed_and_not_counted(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.vote(5, kind="trial")
    ward.send(kiosk)
    (row,) = get(ward, ward.token()).json()["rows"]
    assert (row["kind"], row["counted"]) == ("trial", False)


def test_ndjson_and_csv_say_the_same_as_json(ward: Ward) -> None:
    with_votes(ward, 4)
    auth = ward.token()
    said = get(ward, auth, limit=3).json()
    lines = get(ward, auth | {"Accept": "application/x-ndjson"}, limit=3)
    assert [json.loads(line) for line in lines.text.splitlines()] == said["rows"]
    assert lines.headers["Hailong-Next"] == said["next"]
    assert lines.headers["Hailong-More"] == "true"
    table = get(ward, auth, format="csv", limit=3)
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [{name: "" if value is None else str(value) for name, value in row.items()} for row in said["rows"]] == [
        row | {"counted": row["counted"].capitalize()} for row in rows
    ]


def test_a_name_that_begins_like_a_formula_is_harmless_in_a_spreadsheet(ward: Ward) -> None:
    kiosk = ward.enrol("=HYPERLINK(1)")
    kiosk.vote(5)
    ward.send(kiosk)
    assert ",'=HYPERLINK(1)," in get(ward, ward.token(), format="csv").text


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}])
def test_without_a_token_it_is_a_401_problem(ward: Ward, headers: dict[str, str]) -> None:
    answer = ward.client.get("/v1/votes", headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (401, 401)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "query", ["after=x", "after=MTox!", "after=Mjox", "after=MTotMQ", "limit=0", "limit=x", "format=xml"]
)
def test_what_is_no_cursor_is_a_400_problem(ward: Ward, query: str) -> None:
    answer = ward.client.get(f"/v1/votes?{query}", headers=ward.token())
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def rows(ward: Ward, *scopes: Scope) -> list[Any]:
    found: list[Any] = get(ward, ward.token(*scopes)).json()["rows"]
    return found


def heartbeat(ward: Ward, kiosk: KioskDouble) -> None:
    ward.send(kiosk, after=len(kiosk.lines))


def test_daily_ratings_wait_until_the_day_has_closed(daily_ward: Ward) -> None:
    ward = daily_ward
    kiosk = with_votes(ward, 3)
    assert rows(ward) == []
    ward.pass_time(5 * HOUR)  # 23:06
    heartbeat(ward, kiosk)
    assert rows(ward) == []
    ward.pass_time(HOUR)  # 00:06
    heartbeat(ward, kiosk)
    assert [row["release"] for row in rows(ward)] == [1, 1, 1]


def test_daily_ratings_wait_for_three_new_visits(daily_ward: Ward) -> None:
    ward = daily_ward
    kiosk = with_votes(ward, 2)
    ward.pass_time(DAY)
    heartbeat(ward, kiosk)
    assert rows(ward) == []
    kiosk.vote(1)
    ward.send(kiosk)
    heartbeat(ward, kiosk)
    assert rows(ward) == []
    ward.pass_time(DAY)
    heartbeat(ward, kiosk)
    assert [row["seq"] for row in rows(ward)] == [1, 2, 3]


def test_daily_times_are_for_who_may_see_them(daily_ward: Ward) -> None:
    ward = daily_ward
    kiosk = with_votes(ward, 3)
    ward.pass_time(DAY)
    heartbeat(ward, kiosk)
    assert [(row["day"], row["at"]) for row in rows(ward)] == [("2026-11-18", None)] * 3
    assert all(row["at"] for row in rows(ward, Scope.FEED, Scope.EXACT))
