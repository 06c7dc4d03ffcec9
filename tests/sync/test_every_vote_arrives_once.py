"""Whatever the road and the ward do: afterwards every vote is at the ward once, in order, byte for byte."""

import json
import socket
from collections.abc import Callable

import msgspec
import pytest

from kiosk.votelog.marks import read_mark
from sync import tls
from sync.courier import Courier
from sync.log_courier import Kit
from sync.outcomes import Outcome
from sync.post import Answer
from sync.wire import Purpose, gunzip, unpack, write_signed
from tests.sync.bad_ward import (
    BadWard,
    Fault,
    Handler,
    answers,
    breaks_off,
    changes,
    hangs,
    hangs_after_taking,
    resets,
    resets_after_taking,
    speaks_no_http,
)
from tests.sync.conftest import HASTY, TIMEOUTS, Kiosk, lines_of
from tests.sync.ward_double import WardDouble, forked, resigned

PAGE = "<!doctype html><html><head><title>Wi-Fi miễn phí: \x1b[31mđăng nhập</title></head></html>".encode()


def lies(**said: int | str) -> Fault:
    return changes(lambda handler, honest: resigned(handler.server.ward, honest, **said))


def by_another_key(handler: Handler, honest: Answer) -> Answer:
    other = WardDouble(handler.server.ward.identity.ca)
    return resigned(other, honest)


def for_another_purpose(handler: Handler, honest: Answer) -> Answer:
    from json import loads

    line = honest.body.decode().splitlines()[0]
    return Answer(200, write_signed(loads(line), Purpose.PULL, handler.server.ward.key).bytes())


def one_bit_off(_: Handler, honest: Answer) -> Answer:
    return Answer(200, honest.body.replace(b'"have":8', b'"have":9'))


def problem(status: int, kind: str, **more: str) -> Fault:
    facts = "".join(f',"{name}":{value}' for name, value in more.items())
    body = f'{{"type":"urn:hailong:{kind}","title":"t","status":{status}{facts}}}'
    return answers(status, body.encode(), Content_Type="application/problem+json")


def fork_signed(*, by_another: bool = False, agrees: bool = False, **said: str) -> Fault:
    """After taking the batch, the ward calls it a fork; what a fork must say to be believed is taken away piece by
    piece."""

    def fork(handler: Handler, honest: Answer) -> Answer:
        ward = handler.server.ward
        header = unpack(gunzip(handler.body, 10**6)).header
        signer = WardDouble(ward.identity.ca) if by_another else ward
        facts = {"asked": json.loads(honest.body.split(b"\n")[0])["nonce"], "log": header.log}
        facts |= {"asked" if name == "nonce" else name: value for name, value in said.items()}
        document = forked(signer, header.last, header.head if agrees else "0" * 64, header.last, **facts)
        return Answer(409, msgspec.json.encode(document), {"content-type": "application/problem+json"})

    return changes(fork)


FAULTS: dict[str, tuple[Fault, Outcome]] = {
    "hangs": (hangs, Outcome.TIMED_OUT),
    "takes the batch, then hangs": (hangs_after_taking, Outcome.TIMED_OUT),
    "resets": (resets, Outcome.BROKEN_OFF),
    "takes the batch, then resets": (resets_after_taking, Outcome.BROKEN_OFF),
    "breaks off in the middle of the answer": (breaks_off, Outcome.BROKEN_OFF),
    "is another service": (speaks_no_http, Outcome.GARBAGE),
    "500": (answers(500), Outcome.SERVER_ERROR),
    "502 from a proxy": (answers(502, PAGE, Content_Type="text/html"), Outcome.SERVER_ERROR),
    "429": (answers(429, Retry_After="7"), Outcome.BUSY),
    "503": (answers(503), Outcome.BUSY),
    "507": (answers(507), Outcome.WARD_FULL),
    "301 to a page": (answers(301, PAGE, Location="http://wifi.example/login"), Outcome.REDIRECTED),
    "307": (answers(307, b"", Location="http://127.0.0.1:1/v1/batches"), Outcome.REDIRECTED),
    "a page with status 200": (answers(200, PAGE, Content_Type="text/html"), Outcome.FOREIGN_PAGE),
    "a page that says 404": (answers(404, PAGE), Outcome.FOREIGN_PAGE),
    "511": (answers(511, PAGE), Outcome.FOREIGN_PAGE),
    "404": (answers(404), Outcome.UNEXPECTED),
    "an empty 200": (answers(200), Outcome.GARBAGE),
    "200 and JSON of its own": (answers(200, b'{"ok":true}\n'), Outcome.GARBAGE),
    "200 and no UTF-8": (answers(200, b"\xff\xfe\n\xff\n"), Outcome.GARBAGE),
    "200 and two megabytes": (answers(200, bytes(2_000_000)), Outcome.GARBAGE),
    "signed by another ward": (changes(by_another_key), Outcome.FORGED),
    "signed for another purpose": (changes(for_another_purpose), Outcome.FORGED),
    "one bit off": (changes(one_bit_off), Outcome.FORGED),
    "for another nonce": (lies(nonce="0" * 64), Outcome.STALE),
    "for another log": (lies(log="0" * 32), Outcome.STALE),
    "says it has more than there is": (lies(have=1000), Outcome.FORKED),
    "says it has less, with another head": (lies(have=3), Outcome.FORKED),
    "says it has all, with another head": (lies(head="0" * 64), Outcome.FORKED),
    "409 fork": (fork_signed(), Outcome.FORKED),
    "409 fork that nobody signed": (problem(409, "fork", have="3", head=f'"{"0" * 64}"'), Outcome.FORGED),
    "409 fork that another key signed": (fork_signed(by_another=True), Outcome.FORGED),
    "409 fork for another nonce": (fork_signed(nonce="0" * 64), Outcome.STALE),
    "409 fork for another log": (fork_signed(log="0" * 32), Outcome.STALE),
    "409 fork where there is none": (fork_signed(agrees=True), Outcome.GARBAGE),
    "401 unknown-log": (problem(401, "unknown-log"), Outcome.UNKNOWN_LOG),
    "401 bad-signature": (problem(401, "bad-signature"), Outcome.BAD_SIGNATURE),
    "400 malformed": (problem(400, "malformed"), Outcome.MALFORMED),
    "422 broken-chain": (problem(422, "broken-chain", seq="3"), Outcome.BROKEN_CHAIN),
    "409 gap without a place": (problem(409, "gap"), Outcome.GAP),
    "409 gap at an impossible place": (problem(409, "gap", have="99999999999999999999"), Outcome.UNEXPECTED),
}


def assert_all_arrived(kiosk: Kiosk, ward: WardDouble) -> None:
    for log, held in ward.logs.items():
        assert held.lines == lines_of(kiosk, log)
        mark = read_mark(kiosk.home.logs / log / "acked.json")
        assert mark
        assert (mark.seq, mark.hash) == (len(held.lines), held.hashes[-1])


@pytest.mark.parametrize("fault", FAULTS)
def test_after_the_ward(fault: str, kiosk: Kiosk, ward: WardDouble, server: BadWard) -> None:
    misbehave, outcome = FAULTS[fault]
    courier = kiosk.courier(HASTY if outcome is Outcome.TIMED_OUT else TIMEOUTS)
    server.script.append(misbehave)
    found = courier.round(contact=True)
    assert found.told[kiosk.log].meant is outcome
    assert read_mark(kiosk.archive.log.folder.acked) is None  # nothing that it said was believed
    kiosk.vote(3)
    kiosk.clock.pass_time(30 * 60_000)
    courier = kiosk.courier() if outcome is Outcome.TIMED_OUT else courier
    assert courier.round(contact=True).complete
    assert_all_arrived(kiosk, ward)


def test_after_nobody_answered(kiosk: Kiosk, ward: WardDouble, server: BadWard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    open_road = kiosk.open_road()
    pinned = kiosk.home.ward()
    kit = Kit(kiosk.home, pinned, open_road(address, tls.pinned(pinned.ca)), kiosk.clock)
    found = Courier(kit).round(contact=True)
    assert found.told[kiosk.log].meant is Outcome.NOBODY
    assert kiosk.courier().round(contact=True).complete
    assert_all_arrived(kiosk, ward)


def test_a_name_that_cannot_be_looked_up_is_said(kiosk: Kiosk) -> None:
    pinned = kiosk.home.ward()
    road = kiosk.open_road()("http://ward.invalid:1", tls.pinned(pinned.ca))
    found = Courier(Kit(kiosk.home, pinned, road, kiosk.clock)).round(contact=True)
    assert found.told[kiosk.log].meant is Outcome.NO_NAME


def test_what_a_proxy_said_is_shown_without_its_control_characters(kiosk: Kiosk, server: BadWard) -> None:
    server.script.append(answers(200, PAGE, Content_Type="text/html"))
    told = kiosk.courier().round(contact=True).told[kiosk.log]
    assert told.facts["detail"] == "Wi-Fi miễn phí: [31mđăng nhập"


def test_a_redirect_is_never_followed(kiosk: Kiosk, server: BadWard) -> None:
    server.script.append(answers(301, Location=f"{server.url}/elsewhere"))
    kiosk.courier().round(contact=True)
    assert [path for _, path, _ in server.requests] == ["/v1/batches"]


def test_a_gap_is_filled_from_where_the_ward_is(kiosk: Kiosk, ward: WardDouble, server: BadWard) -> None:
    """The ward's disk was replaced by a copy of last week."""
    courier = kiosk.courier()
    assert courier.round(contact=True).complete
    held = ward.logs[kiosk.log]
    del held.lines[3:], held.hashes[4:]
    kiosk.vote(2)
    assert courier.round(contact=True).complete
    assert_all_arrived(kiosk, ward)


def test_a_ward_that_lost_entries_gets_them_again_though_nothing_is_new(kiosk: Kiosk, ward: WardDouble) -> None:
    courier = kiosk.courier()
    courier.round(contact=True)
    held = ward.logs[kiosk.log]
    del held.lines[3:], held.hashes[4:]
    assert courier.round(contact=True).told[kiosk.log].meant is Outcome.DELIVERED
    assert_all_arrived(kiosk, ward)


def test_a_ward_that_asks_twice_for_the_same_is_waited_for(kiosk: Kiosk, ward: WardDouble, server: BadWard) -> None:
    server.script += [problem(409, "gap", have="0")] * 2
    found = kiosk.courier().round(contact=True)
    assert (found.told[kiosk.log].meant, found.retry) == (Outcome.GAP, True)
    assert len(server.requests) == 2
    assert kiosk.courier().round(contact=True).complete
    assert_all_arrived(kiosk, ward)


def test_a_ward_that_acknowledges_nothing_new_is_waited_for(kiosk: Kiosk, ward: WardDouble, server: BadWard) -> None:
    start = ward.logs[kiosk.log].hashes[0].hex()
    server.script += [lies(have=0, head=start)] * 2
    assert kiosk.courier().round(contact=True).told[kiosk.log].meant is Outcome.GAP
    assert kiosk.courier().round(contact=True).complete
    assert_all_arrived(kiosk, ward)


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_too_large_batches_are_halved_and_the_size_is_remembered(
    limit: int, kiosk: Kiosk, ward: WardDouble, server: BadWard
) -> None:
    ward.limit = limit
    courier = kiosk.courier()
    assert courier.round(contact=True).complete
    tries = len(server.requests)
    kiosk.vote()
    assert courier.round(contact=False).complete
    assert len(server.requests) == tries + 1
    assert_all_arrived(kiosk, ward)


def test_a_single_entry_that_is_too_large_is_told(kiosk: Kiosk, ward: WardDouble) -> None:
    ward.limit = 0
    told = kiosk.courier().round(contact=True).told[kiosk.log]
    assert (told.meant, told.facts["seq"]) == (Outcome.LINE_TOO_LARGE, 1)


def test_a_proxys_413_halves_too(kiosk: Kiosk, ward: WardDouble, server: BadWard) -> None:
    server.script.append(answers(413, PAGE))
    assert kiosk.courier().round(contact=True).complete
    assert [lines for lines in (h.last - h.after for h in ward.logs[kiosk.log].headers) if lines] == [4, 4]
    assert_all_arrived(kiosk, ward)


def test_a_long_log_goes_in_several_batches_over_one_connection(
    new_kiosk: Callable[[], Kiosk], ward: WardDouble, server: BadWard
) -> None:
    ward.limit = 50
    kiosk = new_kiosk().start().vote(120).enrolled(ward, server.url)
    assert kiosk.courier().round(contact=True).complete
    assert len(server.peers) == 1
    assert_all_arrived(kiosk, ward)


def test_what_must_be_mended_is_asked_with_an_empty_batch_every_half_hour(
    kiosk: Kiosk, ward: WardDouble, server: BadWard
) -> None:
    del ward.logs[kiosk.log]
    courier = kiosk.courier()
    for _ in range(3):
        courier.round(contact=True)
        kiosk.clock.pass_time(60_000)
    assert len(server.requests) == 1
    kiosk.clock.pass_time(30 * 60_000)
    courier.round(contact=False)
    (_, _, full), (_, _, empty) = server.requests
    assert empty < full
    ward.let_in(bytes(kiosk.archive.log.key.verify_key))
    kiosk.clock.pass_time(30 * 60_000)
    assert courier.round(contact=False).complete
    assert_all_arrived(kiosk, ward)


def test_a_fork_is_noted_for_the_terminal(kiosk: Kiosk, server: BadWard) -> None:
    server.script.append(lies(have=1000))
    kiosk.courier().round(contact=True)
    assert read_mark(kiosk.archive.log.folder.forked).seq == 1000


def test_nothing_waits_nothing_is_sent(kiosk: Kiosk, server: BadWard) -> None:
    courier = kiosk.courier()
    courier.round(contact=True)
    tries = len(server.requests)
    courier.round(contact=False)
    assert len(server.requests) == tries
    courier.round(contact=True)
    assert len(server.requests) == tries + 1


def test_a_full_disk_at_the_kiosk_holds_no_vote_back(kiosk: Kiosk, ward: WardDouble) -> None:
    """Neither the mark nor what the courier remembers can be written; the votes go all the same, each once."""
    ward.limit = 2
    (kiosk.archive.log.folder.path / "acked.json.new").mkdir()
    (kiosk.home.folder / f"{kiosk.log}.json").mkdir()
    courier = kiosk.courier()
    assert courier.round(contact=True).complete
    assert ward.logs[kiosk.log].lines == lines_of(kiosk, kiosk.log)


def test_no_proxy_of_the_environment_is_asked(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert kiosk.courier().round(contact=True).complete
