"""A code lets in one log, for a while, and can't be guessed; a successor comes in by the old log's signature."""

from typing import Any

import pytest
from sqlalchemy import select

from sync.ward.codes import add_kiosk, find_kiosk, issue
from sync.ward.failure import Failure
from sync.ward.store.engine import writing
from sync.ward.store.found import findings
from sync.ward.store.tables import codes, logs
from sync.wire import Identity, Purpose, Welcome, canonical, open_signed, read_code
from tests.ward.conftest import HOUR, Ward
from tests.ward.kiosk_double import KioskDouble

DAY = 24 * HOUR


def introduce(ward: Ward, kiosk: KioskDouble, code: str | None = None, **more: Any) -> Any:
    return ward.client.post("/v1/kiosks", content=kiosk.enrolment(code, **more).bytes())


def refusal(answer: Any) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return f"{answer.status_code} {answer.json()['type'].removeprefix('urn:hailong:')}"


def another_secret(secret: str) -> str:
    """A wrong guess at this very code."""
    return secret[:-1] + ("2" if secret[-1] != "2" else "3")


def test_the_identity_is_the_one_that_the_code_names(ward: Ward) -> None:
    said = ward.client.get("/v1/identity").json()
    with writing(ward.house.engine) as db:
        code = issue(db, ward.house, add_kiosk(db, "Quầy 1", ward.now[0]))
    assert read_code(str(code)).fingerprint == Identity(**said).fingerprint


def test_a_code_lets_a_log_in_and_the_answer_is_signed(ward: Ward) -> None:
    kiosk = KioskDouble()
    answer = introduce(ward, kiosk, ward.code("Quầy 1"))
    welcome = open_signed(answer.content, Welcome, Purpose.ENROL, bytes(ward.house.key.verify_key))
    assert (welcome.log, welcome.kiosk) == (kiosk.log, "Quầy 1")


def test_the_same_code_with_the_same_key_answers_the_same_again(ward: Ward) -> None:
    kiosk, code = KioskDouble(), ward.code("Quầy 1")
    assert introduce(ward, kiosk, code).content == introduce(ward, kiosk, code).content
    assert introduce(ward, kiosk).status_code == 200
    assert len(ward.rows(select(logs))) == 1


def test_a_used_code_lets_nobody_else_in(ward: Ward) -> None:
    code = ward.code("Quầy 1")
    introduce(ward, KioskDouble(), code)
    assert refusal(introduce(ward, KioskDouble(), code)) == "403 bad-code"


def test_a_code_expires(ward: Ward) -> None:
    early, late = ward.code("Quầy 1"), ward.code("Quầy 2")
    ward.pass_time(14 * DAY - 1)
    assert introduce(ward, KioskDouble(), early).status_code == 200
    ward.pass_time(1)
    assert refusal(introduce(ward, KioskDouble(), late)) == "403 bad-code"


def test_guessing_closes_the_code_that_was_guessed_at_and_no_other(ward: Ward) -> None:
    target, other = ward.code("Quầy 1"), ward.code("Quầy 2")
    for _ in range(10):
        assert refusal(introduce(ward, KioskDouble(), another_secret(target))) == "403 bad-code"
    assert refusal(introduce(ward, KioskDouble(), target)) == "403 bad-code"
    assert introduce(ward, KioskDouble(), other).status_code == 200


def test_who_guesses_too_often_from_one_address_has_to_wait(ward: Ward) -> None:
    code = ward.code("Quầy 1")
    for _ in range(20):
        introduce(ward, KioskDouble(), "ZZZZZZZZ")
    answer = introduce(ward, KioskDouble(), code)
    assert refusal(answer) == "429 too-many"
    assert int(answer.headers["Retry-After"]) > 0
    ward.pass_time(HOUR)
    assert introduce(ward, KioskDouble(), code).status_code == 200


def test_the_secret_is_not_in_the_database(ward: Ward) -> None:
    secret = ward.code("Quầy 1")
    assert all(secret.encode() not in bytes(str(tuple(row)), "utf-8") for row in ward.rows(select(codes)))


def test_a_replacement_belongs_to_the_same_kiosk(ward: Ward) -> None:
    old, new = ward.enrol("Quầy 1"), KioskDouble()
    with writing(ward.house.engine) as db:
        code = issue(db, ward.house, find_kiosk(db, "Quầy 1").id).secret
    introduce(ward, new, code)
    kiosks = {row.id: row.kiosk for row in ward.rows(select(logs))}
    assert kiosks[old.log] == kiosks[new.log]


def test_a_name_is_given_once(ward: Ward) -> None:
    ward.code("Quầy 1")
    with pytest.raises(Failure, match="--replace"):
        ward.code("Quầy 1")


def test_a_successor_that_the_old_key_signed_comes_in_by_itself(ward: Ward) -> None:
    old, new = ward.enrol(), KioskDouble()
    old.start()
    ward.send(old)
    assert introduce(ward, new, succeeds=old.succession(new)).status_code == 200
    new.start()
    assert ward.send(new).have == 1
    assert {row.id: row.succeeds for row in ward.rows(select(logs))} == {old.log: None, new.log: old.log}
    assert [(row.kind, row.log, row.about) for row in ward.rows(select(findings))] == [("succeeded", old.log, new.log)]


@pytest.mark.parametrize("why", ["unsigned", "signed for another", "signed by another"])
def test_a_succession_without_the_old_keys_signature_is_refused_and_filed(ward: Ward, why: str) -> None:
    old, new, other = ward.enrol(), KioskDouble(), KioskDouble()
    wrong = {
        "unsigned": old.succession(new, signed=False),
        "signed for another": old.succession(other),
        "signed by another": KioskDouble(key=other.key).succession(new),
    }[why]
    if why == "signed by another":
        wrong = type(wrong)(old.log, 0, old.hashes()[0].hex(), wrong.sig)
    assert refusal(introduce(ward, new, succeeds=wrong)) == "401 bad-signature"
    assert [(row.kind, row.log) for row in ward.rows(select(findings))] == [("false-successor", old.log)]
    assert len(ward.rows(select(logs))) == 1


def test_who_is_new_and_has_neither_is_refused(ward: Ward) -> None:
    stranger, other = KioskDouble(), KioskDouble()
    assert refusal(introduce(ward, stranger)) == "401 unknown-log"
    assert refusal(introduce(ward, stranger, succeeds=other.succession(stranger))) == "401 unknown-log"


def test_an_introduction_has_to_be_signed_by_its_own_key(ward: Ward) -> None:
    kiosk, other = KioskDouble(), KioskDouble()
    line = kiosk.enrolment(ward.code("Quầy 1")).line
    forged = f'{line}\n"{other.enrolment().signature}"\n'.encode()
    assert refusal(ward.client.post("/v1/kiosks", content=forged)) == "401 bad-signature"
    misnamed = canonical({"code": None, "key": other.public.hex(), "log": kiosk.log, "succeeds": None, "v": 1})
    body = f'{misnamed}\n"{"0" * 128}"\n'.encode()
    assert refusal(ward.client.post("/v1/kiosks", content=body)) == "400 malformed"
    assert refusal(ward.client.post("/v1/kiosks", content=b"?")) == "400 malformed"
