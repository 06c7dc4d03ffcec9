"""A code proves the ward to the kiosk and the kiosk to the ward. Whoever stands between gets nothing."""

import msgspec
import pytest

from sync.enrol import BadAddress, enrol, read_address
from sync.home import Pending
from sync.outcomes import Outcome, Trouble
from sync.pinned import NAMES, Ward
from sync.post import Answer
from sync.status import must_be_mended
from tests.sync.bad_ward import BadWard, Fault, Handler, answers, changes
from tests.sync.conftest import Kiosk
from tests.sync.test_every_vote_arrives_once import PAGE, assert_all_arrived
from tests.sync.ward_double import WardDouble


@pytest.fixture
def stranger(new_kiosk, server) -> Kiosk:
    return new_kiosk().start().vote(2)


def pending(server: BadWard, code: object = None) -> Pending:
    return Pending(server.url, str(code or server.ward.code))


def outcome(kiosk: Kiosk, wish: Pending) -> Outcome:
    with pytest.raises(Trouble) as caught:
        enrol(kiosk.home, wish, kiosk.open_road())
    assert kiosk.home.ward() is None  # nothing is pinned
    return caught.value.outcome


def test_an_enrolled_kiosk_knows_the_ward_and_delivers(stranger: Kiosk, server: BadWard, ward: WardDouble) -> None:
    made = enrol(stranger.home, pending(server, str(ward.code).lower().replace("-", " ")), stranger.open_road())
    assert (made.public_key, made.kiosk, made.ca) == (ward.public, "Quầy 1", ward.identity.ca)
    assert stranger.courier().round(contact=True).complete
    assert_all_arrived(stranger, ward)


def test_the_same_code_with_the_same_key_is_welcome_again(stranger: Kiosk, server: BadWard) -> None:
    assert len({enrol(stranger.home, pending(server), stranger.open_road()) for _ in range(2)}) == 1


def test_the_code_goes_to_the_first_log_and_its_successors_follow(
    stranger: Kiosk, server: BadWard, ward: WardDouble
) -> None:
    first = stranger.log
    stranger.succeed().vote(3)
    enrol(stranger.home, pending(server), stranger.open_road())
    assert ward.used == first
    assert stranger.courier().round(contact=True).complete
    assert ward.order == [first, stranger.log]
    assert_all_arrived(stranger, ward)


def test_where_the_succession_is_broken_each_part_takes_a_code(
    stranger: Kiosk, server: BadWard, ward: WardDouble
) -> None:
    first, key = stranger.log, (stranger.home.logs / stranger.log / "key").read_text()
    (stranger.home.logs / first / "key").write_text("00" * 32)
    stranger.start().vote(3)
    (stranger.home.logs / first / "key").write_text(key)  # the card is readable again
    enrol(stranger.home, pending(server), stranger.open_road())
    assert ward.used == stranger.log
    assert stranger.courier().round(contact=True).told[first].meant is Outcome.UNKNOWN_LOG
    ward.code, ward.used = type(ward.code).make(ward.identity), None
    enrol(stranger.home, pending(server), stranger.open_road())
    assert ward.used == first
    assert stranger.courier().round(contact=True).complete


def test_before_the_first_start_there_is_no_key(new_kiosk, server: BadWard) -> None:
    assert outcome(new_kiosk(), pending(server)) is Outcome.NO_LOG
    assert server.requests == []


def test_a_wrong_secret_is_refused(stranger: Kiosk, server: BadWard, ward: WardDouble) -> None:
    wrong = type(ward.code)("22222222", ward.code.fingerprint)
    assert outcome(stranger, pending(server, wrong)) is Outcome.CODE_REFUSED


def test_a_code_that_another_kiosk_has_used_is_refused(stranger: Kiosk, server: BadWard, ward: WardDouble) -> None:
    ward.used = "0" * 32
    assert outcome(stranger, pending(server)) is Outcome.CODE_REFUSED


def test_another_wards_code_sends_nothing(stranger: Kiosk, server: BadWard, ward: WardDouble) -> None:
    other = WardDouble(ward.identity.ca)
    assert outcome(stranger, pending(server, other.code)) is Outcome.WRONG_WARD
    assert [path for _, path, _ in server.requests] == ["/v1/identity"]


def test_a_mistyped_code_sends_nothing(stranger: Kiosk, server: BadWard) -> None:
    assert outcome(stranger, pending(server, "7K3M-Q2ZD")) is Outcome.MISTYPED_CODE
    assert server.requests == []


def other_ca(handler: Handler, honest: Answer) -> Answer:
    return Answer(200, honest.body.replace(b"MII", b"MIJ"))


IDENTITIES: dict[str, tuple[Fault, Outcome]] = {
    "a login page": (answers(200, PAGE, Content_Type="text/html"), Outcome.FOREIGN_PAGE),
    "a redirect to one": (answers(302, Location="http://wifi.example"), Outcome.REDIRECTED),
    "another CA under the ward's key": (changes(other_ca), Outcome.GARBAGE),
    "no identity": (answers(200, b"{}"), Outcome.GARBAGE),
    "a key of the wrong length": (answers(200, b'{"key":"00","ca":""}'), Outcome.GARBAGE),
}


@pytest.mark.parametrize("who", IDENTITIES)
def test_who_answers_in_the_wards_place_gets_nothing(who: str, stranger: Kiosk, server: BadWard) -> None:
    fault, expected = IDENTITIES[who]
    server.script.append(fault)
    assert outcome(stranger, pending(server)) is expected
    assert len(server.requests) == 1


def test_a_welcome_for_another_enrolment_is_not_believed(
    stranger: Kiosk, new_kiosk, server: BadWard, ward: WardDouble
) -> None:
    """Recorded when another kiosk enrolled, played back to this one."""
    recorded: list[Answer] = []

    def record(_: Handler, honest: Answer) -> Answer:
        recorded.append(honest)
        return honest

    honest = changes(lambda _, answer: answer)
    server.script += [honest, changes(record)]
    enrol(new_kiosk().start().home, pending(server), stranger.open_road())
    server.script += [honest, changes(lambda *_: recorded[0])]
    assert outcome(stranger, pending(server)) is Outcome.STALE


def test_a_welcome_signed_by_somebody_else_is_not_believed(stranger: Kiosk, server: BadWard, ward: WardDouble) -> None:
    other = WardDouble(ward.identity.ca)
    other.code = ward.code
    server.script += [
        changes(lambda _, answer: answer),
        changes(lambda handler, _: other.answer("POST", "/v1/kiosks", handler.body)),
    ]
    assert outcome(stranger, pending(server)) is Outcome.FORGED


@pytest.mark.parametrize("address", ["http://10.0.0.2", "http://ward.example", "http://127.example.org"])
def test_plain_http_goes_to_loopback_only(address: str) -> None:
    with pytest.raises(BadAddress):
        read_address(address, open_to_eavesdroppers=False)
    assert read_address(address, open_to_eavesdroppers=True) == address


@pytest.mark.parametrize(
    "address", ["ward.example", "ftp://ward", "https://", "https://a:b@ward", "https://[::1", "https://ward:x", ""]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        read_address(address, open_to_eavesdroppers=True)


@pytest.mark.parametrize("address", ["http://localhost:8080/", "http://127.0.0.1", "http://[::1]:1", "https://ward/a"])
def test_these_are_addresses(address: str) -> None:
    assert read_address(address, open_to_eavesdroppers=False) == address.rstrip("/")


@pytest.fixture
def pinned(stranger: Kiosk, server: BadWard) -> Ward:
    return enrol(stranger.home, pending(server), stranger.open_road())


def test_a_flipped_bit_in_the_pinned_ward_pins_nobody_else(stranger: Kiosk, pinned: Ward) -> None:
    """Everything is believed by it: damaged, a note of it is as good as none, and no crash."""
    first, second = (stranger.home.folder / name for name in NAMES)
    good = first.read_bytes()
    for place in range(0, len(good), 7):
        damaged = bytearray(good)
        damaged[place] ^= 1 << place % 7
        first.write_bytes(damaged)
        second.unlink(missing_ok=True)
        assert stranger.home.ward() in (None, pinned)  # in a name that has a sample value, it says the same
        second.write_bytes(good)
        assert stranger.home.ward() == pinned


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("left", [None, b"", b"{}", b"half"])
def test_a_damaged_note_of_the_ward_is_made_again_from_the_other(
    which: str, left: bytes | None, stranger: Kiosk, pinned: Ward
) -> None:
    file = stranger.home.folder / which
    good = file.read_bytes()
    file.unlink()
    if left is not None:
        file.write_bytes(good[: len(good) // 2] if left == b"half" else left)
    stranger.home.prepare()  # as every command does, and the service when it starts
    assert file.read_bytes() == good
    assert stranger.home.ward() == pinned


def test_a_power_cut_between_the_two_notes_leaves_the_new_ward(stranger: Kiosk, pinned: Ward) -> None:
    first, second = (stranger.home.folder / name for name in NAMES)
    old = second.read_bytes()
    moved = msgspec.structs.replace(pinned, url="https://ward.example")
    stranger.home.pin(moved)
    second.write_bytes(old)
    stranger.home.prepare()
    assert second.read_bytes() == first.read_bytes() != old
    assert stranger.home.ward() == moved


def test_with_both_notes_damaged_the_kiosk_says_what_to_do_and_an_old_code_does_it(
    stranger: Kiosk, pinned: Ward, server: BadWard, ward: WardDouble
) -> None:
    """The ward knows the log, so that any code of its own will do: the code only proves the ward to the kiosk."""
    for name in NAMES:
        (stranger.home.folder / name).write_bytes(b"\0" * 512)
    stranger.home.prepare()
    assert stranger.home.ward() is None
    assert must_be_mended(stranger.home)
    assert "kiosk-sync enrol URL CODE" in Outcome.NOT_ENROLLED.sentence
    stranger.vote(2)
    assert enrol(stranger.home, pending(server), stranger.open_road()) == pinned
    assert stranger.courier().round(contact=True).complete
    assert_all_arrived(stranger, ward)
