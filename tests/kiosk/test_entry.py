"""Canonical lines and the chain: what is written comes back byte for byte, anything else is refused."""

import hashlib
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.entry import MAX_INTEGER, BadLine, Stamp, canonical, compose, follow, genesis, link, log_id, parse
from tests.kiosk.lines import bodies, texts

STAMP = Stamp("boot", 1, 2, "rtc")


@given(bodies)
def test_a_body_comes_back_byte_for_byte(body: dict[str, object]) -> None:
    line = compose(1, "vote", STAMP, body)
    assert parse(line)["body"] == body
    assert canonical(parse(line)) == line


@given(st.dictionaries(texts, st.integers(0, 9), min_size=2))
def test_keys_stand_in_the_order_of_utf_16(body: dict[str, int]) -> None:
    assert list(json.loads(canonical(body))) == sorted(body, key=lambda key: key.encode("utf-16-be"))


def test_the_bytes_are_those_of_rfc_8785() -> None:
    said = {"\r": [MAX_INTEGER, None, True, False], "1": "ö", "\U0001f602": 1, "\ufb00": 2, "€": '€$\x0f\nA\'B"\\\\"/'}
    one = r"""{"\r":[9007199254740991,null,true,false],"1":"ö","€":"€$\u000f\nA'B\"\\\\\"/","""
    assert canonical(said) == one + '"\U0001f602":1,"\ufb00":2}'


REFUSED = {
    "other white space": '{"seq": 1}',
    "a key twice": '{"rating":1,"rating":5}',
    "keys out of order": '{"b":1,"a":2}',
    "an escape too many": '{"a":"\\u0041"}',
    "upper-case escape": '{"a":"\\u000F"}',
    "a float": '{"a":1.0}',
    "an exponent": '{"a":1e2}',
    "minus zero": '{"a":-0}',
    "a leading zero": '{"a":01}',
    "not a number": '{"a":NaN}',
    "too large an integer": '{"a":9007199254740992}',
    "not NFC": '{"a":"e\u0301"}',
    "half a surrogate": '{"a":"\\ud800"}',
    "half a surrogate, raw": '{"a":"\udc80"}',
    "a list": "[1]",
    "nothing": "",
    "something behind": '{"a":1}\n',
    "a byte-order mark": '\ufeff{"a":1}',
    "ten thousand digits": '{"a":' + "1" * 10_000 + "}",
    "a depth of 33": '{"a":' + "[" * 32 + "]" * 32 + "}",
    "sixty thousand brackets": "[" * 60_000,
    "too long": '{"a":"' + "x" * 65_536 + '"}',
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_line_is_refused(name: str) -> None:
    with pytest.raises(BadLine):
        parse(REFUSED[name])


@pytest.mark.parametrize("value", [1.5, float("nan"), MAX_INTEGER + 1, "e\u0301", {1: 2}, b"x", "\ud800"])
def test_what_has_no_canonical_form_is_not_written(value: object) -> None:
    with pytest.raises(BadLine):
        canonical({"a": value})


def test_a_depth_of_32_is_written_and_read_and_33_is_neither() -> None:
    """A fixed limit: whether a line is good must not depend on how deep the stack of its reader is."""
    deep: object = {}
    for _ in range(30):
        deep = [deep]
    assert parse(canonical({"a": deep})) == {"a": deep}
    with pytest.raises(BadLine, match="nested deeper than 32"):
        canonical({"a": [deep]})


def test_too_long_a_body_is_not_written() -> None:
    with pytest.raises(BadLine, match="entry 7: longer"):
        compose(7, "vote", STAMP, {"a": "x" * 65_536})


@given(st.text())
def test_no_text_makes_the_reader_fall(text: str) -> None:
    """Any text is either refused or canonical: nothing in between, and nothing else is raised."""
    with suppress(BadLine):
        assert canonical(parse(text)) == text


def test_the_chain_is_what_the_design_says() -> None:
    key = bytes(range(32))
    first = compose(1, "start", STAMP, {})
    assert log_id(key) == hashlib.sha256(key).hexdigest()[:32]
    assert genesis(key) == hashlib.sha256(b"hailong log v1\n" + key).digest()
    assert link(genesis(key), first) == hashlib.sha256(genesis(key) + first.encode()).digest()
    assert list(follow(genesis(key), 0, [first])) == [link(genesis(key), first)]


@pytest.mark.parametrize("seq", ['"1"', "true", "2", "null"])
def test_a_line_in_the_wrong_place_is_named(seq: str) -> None:
    with pytest.raises(BadLine, match="entry 1: says that it is entry") as caught:
        list(follow(bytes(32), 0, [f'{{"seq":{seq}}}']))
    assert caught.value.seq == 1
