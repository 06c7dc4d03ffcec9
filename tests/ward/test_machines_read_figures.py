"""`/v1/statistics`, `/v1/kiosks`, `/metrics`, the README's reader of the feed: as documented, by scope, no rating."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import sync.ward
from sync.ward.permissions import Scope
from tests.ward.conftest import Ward
from tests.ward.kiosk_double import KioskDouble

RANGE = {"from": "2026-11-16", "to": "2026-11-22"}
WEEK = "from=2026-11-16&to=2026-11-22"
README = (Path(sync.ward.__file__).parent / "README.md").read_text()


def with_visits(ward: Ward, *ratings: int, name: str = "Quầy 1") -> KioskDouble:
    kiosk = ward.enrol(name)
    kiosk.start()
    for rating in ratings:
        kiosk.visit(rating, 5)
    if len(ratings) > 20:
        ward.pass_time(120_000)  # so long it took them
    ward.send(kiosk)
    return kiosk


def test_statistics_are_the_figures_of_the_pages_and_of_a_release(ward: Ward) -> None:
    kiosk = with_visits(ward, *[5] * 49, 1)
    auth = ward.token(Scope.STATISTICS)
    said = ward.client.get("/v1/statistics", params=RANGE, headers=auth).json()
    (row,) = [row for row in said["rows"] if row["question"] == "procedure"]
    assert (row["n"], row["satisfied"], row["levels"]["1"], round(row["low"], 3)) == (50, 49, 1, 0.895)
    assert said["reach"] == [{}]
    kiosk.visit(1, 1)
    ward.send(kiosk, after=len(kiosk.lines) - 2)
    by = {"by": ["kiosk", "day"]}
    then = ward.client.get("/v1/statistics", params=RANGE | by | {"release": said["release"]}, headers=auth).json()
    assert [(one["kiosk"], one["day"], one["n"]) for one in then["rows"]] == [(1, "2026-11-18", 50)] * 2
    now = ward.client.get("/v1/statistics", params=RANGE | by, headers=auth).json()
    assert [one["n"] for one in now["rows"]] == [51, 51]


@pytest.mark.parametrize(
    "query",
    ["", "from=2026-11-16", "from=2026-11-22&to=2026-11-16", "from=x&to=y", f"{WEEK}&by=lang", f"{WEEK}&release=-1"],
)
def test_what_does_not_fit_is_a_problem(ward: Ward, query: str) -> None:
    answer = ward.client.get(f"/v1/statistics?{query}", headers=ward.token(Scope.STATISTICS))
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_release_that_is_not_is_404(ward: Ward) -> None:
    query = RANGE | {"release": "7"}
    assert ward.client.get("/v1/statistics", params=query, headers=ward.token(Scope.STATISTICS)).status_code == 404


@pytest.mark.parametrize("path", ["/v1/statistics", "/v1/kiosks", "/metrics"])
def test_each_needs_its_own_scope(ward: Ward, path: str) -> None:
    assert ward.client.get(path, params=RANGE).status_code == 401
    assert ward.client.get(path, params=RANGE, headers=ward.token(Scope.FEED, Scope.EXACT)).status_code == 401


def test_kiosks_are_live_and_those_of_the_token(ward: Ward) -> None:
    kiosk = with_visits(ward, 5)
    with_visits(ward, 1, name="Quầy 2")
    kiosk.vote(4)
    ward.send(kiosk, after=3, last=3, health={"version": "0.1.0", "clock": "synced"})
    unit = ward.unit("Chi nhánh", kiosks=("Quầy 1",))
    rows = ward.client.get("/v1/kiosks", headers=ward.token(Scope.STATISTICS, unit=unit)).json()
    assert rows == [
        {"id": 1, "name": "Quầy 1", "logs": 1, "entries": 3, "waiting": 1, "seen": "2026-11-18T18:06:40+07:00",
         "version": "0.1.0", "clock": "synced", "questions": ["procedure", "attitude"]},
    ]  # fmt: skip


LINE = re.compile(r'[a-z_]+(\{[a-z]+="(\\.|[^"\\])*"(,[a-z]+="(\\.|[^"\\])*")*\})? -?[0-9.]+(e[+-]?[0-9]+)?')


def test_metrics_are_in_the_format_and_tell_no_rating(ward: Ward) -> None:
    kiosk = with_visits(ward, 1, name='Quầy "1"\\\n')
    stranger = KioskDouble()
    stranger.start()
    assert ward.post(stranger.batch()).status_code == 401
    said = ward.client.get("/metrics", headers=ward.token(Scope.METRICS))
    assert said.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = said.text.splitlines()
    assert all(line.startswith(("# HELP ", "# TYPE ")) or LINE.fullmatch(line) for line in lines), said.text
    assert "hailong_batches_taken_total 1" in lines
    assert 'hailong_requests_refused_total{type="unknown-log"} 1' in lines
    assert "hailong_release 1" in lines
    assert 'hailong_kiosk_entries_waiting{kiosk="1",name="Quầy \\"1\\"\\\\\\n"} 0' in lines
    kiosk.visit(5, 5)
    ward.send(kiosk, after=3)
    assert "rating" not in said.text


def test_the_readmes_reader_of_the_feed_reads_it(ward: Ward, tmp_path: Path) -> None:
    kiosk = with_visits(ward, 5, 4)
    visit = kiosk.vote(1)
    ward.send(kiosk, after=5)
    kiosk.vote(5, visit)
    ward.send(kiosk, after=6)
    (client,) = re.findall(r"```python\n(import json.*?)```", README, re.DOTALL)
    assert len([line for line in client.splitlines() if line]) <= 10
    (tmp_path / "client.py").write_text(client)
    token = ward.token(Scope.FEED)["Authorization"].removeprefix("Bearer ")
    words = [sys.executable, tmp_path / "client.py", str(ward.client.base_url), token]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ran.stdout.startswith("5 votes count; go on after "), ran.stderr


def test_every_public_route_for_machines_has_an_example(ward: Ward) -> None:
    paths = ward.client.get("/schema").json()["paths"]
    for path in ("/v1/votes", "/v1/statistics", "/v1/kiosks", "/metrics", "/healthz", "/v1/identity"):
        content = paths[path]["get"]["responses"]["200"]["content"]
        assert any(kind.get("examples") or kind.get("example") for kind in content.values()), path
