"""Code, PIN, token and private keys stand where they belong and nowhere else: the real commands, along good and bad
ways, and a search through everything that they printed and left on the disk."""

import os
import shutil
from pathlib import Path

import pytest
import requests

from kiosk.votelog.folder import all_folders
from tests.attacks.place import BIN, NUMBER, PIN, WEAK_PIN, Place, answers, forms, keys

pytestmark = pytest.mark.slow  # some thirty processes


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    made.runs(BIN / "ward", "init", made.ward, "--name", "A", "--release", "immediate")
    return made


def test_no_secret_is_printed_or_left_behind(place: Place) -> None:
    code, token = place.given("enrol", "--name", "Quầy 1"), place.given("token", "báo cáo")
    mistyped, wrong = code.replace("-", "")[:-1] + "0", ("ZZZZ-ZZZZ" if code[0] != "Z" else "YYYY-YYYY") + code[9:]
    place.secrets |= {mistyped, wrong}
    with place.serving() as url:
        bad_ways_to_install(place, url, code, mistyped)
        assert place.installs(answers(place, url, code)) == 0, place.said
        assert "scrypt:" in place.settings.read_text()
        assert place.installs(answers(place, url, code)) == 0  # again, over what is there
        assert place.courier("status") == 1
        assert place.kiosk("run", "--rehearse", place.folder / "pictures") == 0, place.said
        place.secrets |= keys(place)
        bad_ways_to_enrol(place, url, code, mistyped, wrong)
        assert place.courier("enrol", url, code) == 0, place.said
        strangers_ask(url, token, code)
        for words in (("enrol", "--name", "Quầy 1"), ("token", "báo cáo"), ("status",), ("check",)):
            place.at_ward(*words)
        for words in (("now",), ("status",), ("export", place.folder)):
            place.courier(*words)
        for words in (("check",), ("verify",), ("log",)):
            place.kiosk(*words)
    damage(place)
    assert len(place.secrets) > 10
    assert not (place.card / "sync/pending.json").exists()  # the code is forgotten once it was used
    assert place.leaks() == [], place.said


def bad_ways_to_install(place: Place, url: str, code: str, mistyped: str) -> None:
    good = answers(place, url, code)
    spoilt = [
        answers(place, url, code, f'"{WEAK_PIN}"'),
        answers(place, url, code, NUMBER),  # a PIN without quotes
        answers(place, url, code, f'["{PIN}"]'),
        answers(place, url, f"{code}!"),
        answers(place, url, mistyped),
        good.replace(f'ward = "{url}"\n', ""),
        good.replace("code =", "codes =").replace("pin =", "PIN ="),
        good.replace(f'pin = "{PIN}"', "").replace("[kiosk]", f'[kiosk.staff]\npin = "{PIN}"\n[kiosk]'),
        good.replace("[kiosk]", "[kiosk"),
        answers(place, "http://10.0.0.1", code),  # without TLS
    ]
    for text in spoilt:
        assert place.installs(text) != 0, text
        shutil.rmtree(place.card, ignore_errors=True)
        place.settings.unlink(missing_ok=True)
    assert place.installs(good, "--pin", WEAK_PIN) != 0
    assert place.installs(good, "--code", f"{code}!") != 0


def bad_ways_to_enrol(place: Place, url: str, code: str, mistyped: str, wrong: str) -> None:
    (place.card / "sync/pending.json").unlink()  # else `now` would enrol with what the installation has kept
    for words in ((url, mistyped), (url, wrong), (code, url), ("http://127.0.0.1:1", code), ("http://10.0.0.1", code)):
        assert place.courier("enrol", *words) != 0
        place.courier("status")
        place.courier("now")


def strangers_ask(url: str, token: str, code: str) -> None:
    for header in (f"Bearer {token}", f"Bearer {token}x", f"Basic {token}", token):
        requests.get(f"{url}/v1/votes", headers={"Authorization": header}, timeout=10)
    requests.get(f"{url}/v1/votes", params={"token": token, "after": code, "limit": token}, timeout=10)
    requests.get(f"{url}/{token}/{code}", timeout=10)
    for body in (code, f'{{"code":"{code}"}}\n"00"\n', token):
        requests.post(f"{url}/v1/kiosks", data=body, timeout=10)


def damage(place: Place) -> None:
    """A key that can't be read is told without what could be read of it."""
    for folder in all_folders(place.card / "logs"):
        file = folder.path / "key"
        file.write_text(file.read_text()[:-3] + "x\n")
        place.secrets.add(file.read_text()[:60])
    for words in (("now",), ("status",)):
        place.courier(*words)
    place.kiosk("verify")
    place.kiosk("check")


def test_the_search_finds_a_secret_in_either_form(place: Place) -> None:
    place.secrets.add(os.urandom(32).hex())
    place.settings.parent.mkdir(parents=True)
    for secret in sorted(place.secrets):
        place.settings.write_bytes(forms(secret)[-1])
        assert len(place.leaks()) == 1
    place.settings.unlink()
    place.said = PIN
    assert place.leaks() == [f"what was said: {PIN.encode()!r}"]
