"""Over TLS the pinned authority is the only one, and dates count only when our own clock can be trusted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sync.enrol import enrol
from sync.home import Pending
from sync.outcomes import Outcome
from tests.sync.bad_ward import BadWard, serving
from tests.sync.certificates import Authority, make_ca
from tests.sync.conftest import Kiosk
from tests.sync.test_every_vote_arrives_once import assert_all_arrived
from tests.sync.ward_double import WardDouble


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_ca()


@pytest.fixture
def ward(authority: Authority) -> WardDouble:
    return WardDouble(authority.pem)


def told(kiosk: Kiosk) -> Outcome:
    return kiosk.courier().round(contact=True).told[kiosk.log].meant


def test_the_pinned_authority_is_believed(
    authority: Authority, ward: WardDouble, tmp_path: Path, new_kiosk: Callable[[], Kiosk]
) -> None:
    kiosk = new_kiosk().start().vote(3)
    with serving(BadWard(ward, authority.server(tmp_path))) as server:
        enrol(kiosk.home, Pending(server.url, str(ward.code)), kiosk.open_road((5, 5)))
        assert kiosk.courier().round(contact=True).complete
    assert_all_arrived(kiosk, ward)


def test_another_authority_is_not(ward: WardDouble, tmp_path: Path, new_kiosk: Callable[[], Kiosk]) -> None:
    with serving(BadWard(ward, make_ca().server(tmp_path))) as server:
        kiosk = new_kiosk().start().enrolled(ward, server.url)
        assert told(kiosk) is Outcome.CERTIFICATE_FOREIGN
        assert server.requests == []


def test_an_environment_cannot_add_an_authority(
    ward: WardDouble, tmp_path: Path, new_kiosk: Callable[[], Kiosk], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_ca()
    (tmp_path / "bundle.pem").write_text(other.pem)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "bundle.pem"))
    with serving(BadWard(ward, other.server(tmp_path))) as server:
        kiosk = new_kiosk().start().enrolled(ward, server.url)
        assert told(kiosk) is Outcome.CERTIFICATE_FOREIGN


def test_another_address_is_not(
    authority: Authority, ward: WardDouble, tmp_path: Path, new_kiosk: Callable[[], Kiosk]
) -> None:
    with serving(BadWard(ward, authority.server(tmp_path, "10.9.8.7"))) as server:
        assert told(new_kiosk().start().enrolled(ward, server.url)) is Outcome.CERTIFICATE_NAME


@pytest.mark.parametrize(("since", "until"), [(-20, -10), (10, 20)], ids=["expired", "not yet valid"])
def test_dates_count_only_while_our_clock_is_synced(
    since: int, until: int, authority: Authority, ward: WardDouble, tmp_path: Path, new_kiosk: Callable[[], Kiosk]
) -> None:
    with serving(BadWard(ward, authority.server(tmp_path, since=since, until=until))) as server:
        kiosk = new_kiosk().start().vote(2).enrolled(ward, server.url)
        assert told(kiosk) is Outcome.CERTIFICATE_DATES
        kiosk.clock.stamp = replace(kiosk.clock.stamp, clock="rtc")
        assert told(kiosk) is Outcome.CERTIFICATE_DATES
        kiosk.clock.stamp = replace(kiosk.clock.stamp, clock="unsynced")
        assert told(kiosk) is Outcome.DELIVERED
    assert_all_arrived(kiosk, ward)


def test_an_unsynced_clock_opens_no_other_door(
    authority: Authority, ward: WardDouble, tmp_path: Path, new_kiosk: Callable[[], Kiosk]
) -> None:
    with serving(BadWard(ward, make_ca().server(tmp_path))) as server:
        kiosk = new_kiosk().start().enrolled(ward, server.url)
        kiosk.clock.stamp = replace(kiosk.clock.stamp, clock="unsynced")
        assert told(kiosk) is Outcome.CERTIFICATE_FOREIGN


def test_https_to_a_server_without_tls_is_said(ward: WardDouble, new_kiosk: Callable[[], Kiosk]) -> None:
    with serving(BadWard(ward)) as server:
        kiosk = new_kiosk().start().enrolled(ward, server.url.replace("http", "https"))
        assert told(kiosk) is Outcome.TLS_FAILED
