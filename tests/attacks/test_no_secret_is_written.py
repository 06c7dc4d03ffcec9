"""Code, PIN, token and private keys stand where they belong and nowhere else: the real commands, along good and bad
ways, and a search through everything that they printed and left on the disk."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from kiosk.votelog.folder import all_folders

pytestmark = pytest.mark.slow  # some thirty processes

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PIN, WEAK_PIN, NUMBER = "258036", "121212121212", "90817263"
PARTS = ("say", "machine", "packages", "bundle", "release", "system", "boot", "answers", "ward", "running", "terminal",
         "farewell")  # fmt: skip
INSTALL = """
set -euo pipefail
read_options "$@"
begin_work
step "Ghi" "Write the settings" write_settings "$RELEASE"
[[ -z $(answered ward) ]] || step "Giữ" "Keep the code" keep_enrolment "$RELEASE"
"""


class Place:
    """A ward and a kiosk in folders of their own, and all that any program said."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said, self.secrets = folder, "", {PIN, WEAK_PIN, NUMBER}
        self.ward, self.card = folder / "ward", folder / "card"
        self.settings = folder / "root/etc/hailong/kiosk.toml"
        self.environ = {**os.environ, "LC_ALL": "C.UTF-8", "HAILONG_ROOT": str(folder / "root"),
                        "SDL_VIDEODRIVER": "offscreen", "RELEASE": str(BIN.parent)}  # fmt: skip
        (folder / "root").mkdir()

    def runs(self, *command: object) -> subprocess.CompletedProcess[str]:
        words = [str(word) for word in command]
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=self.environ, timeout=60)
        self.said += f"$ {Path(words[0]).name} ... [{done.returncode}]\n{done.stdout}{done.stderr}"
        return done

    def kiosk(self, *words: object) -> int:
        return self.runs(BIN / "kiosk", words[0], "--config", self.settings, *words[1:]).returncode

    def courier(self, *words: object) -> int:
        return self.runs(BIN / "kiosk-sync", "--config", self.settings, *words).returncode

    def at_ward(self, word: str, *more: object) -> int:
        return self.runs(BIN / "ward", word, "--data", self.ward, *more).returncode

    def given(self, word: str, *more: str) -> str:
        """What a ward's command prints for a person alone: a secret from here on."""
        command = [BIN / "ward", word, "--data", self.ward, *more, "--plain"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        secret = done.stdout.strip()
        self.secrets |= {secret, secret.replace("-", "")}
        return secret

    def installs(self, answers: str, *options: str) -> int:
        """The steps of `setup.sh install` that know the answers, as it runs them."""
        file = self.folder / "hailong.toml"
        file.write_text(answers)
        sourced = "".join(f". '{ROOT}/assets/install/{part}.sh'\n" for part in PARTS)
        done = self.runs("bash", "-c", sourced + INSTALL, "install", "--answers", file, *options)
        file.unlink()
        return done.returncode

    @contextmanager
    def serving(self) -> Iterator[str]:
        command = [BIN / "ward", "serve", "--data", self.ward, "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            assert process.stdout
            url = process.stdout.readline().split()[-1]
            try:
                yield url
            finally:
                process.terminate()
                self.said += process.stdout.read()

    def leaks(self) -> list[str]:
        """Where a secret stands that should not."""
        files = [file for file in self.folder.rglob("*") if file.is_file() and file.name not in MAY_HOLD]
        found = {file: file.read_bytes() for file in files} | {Path("what was said"): self.said.encode()}
        secrets = [form for secret in self.secrets for form in forms(secret)]
        return [f"{file}: {form!r}" for file, content in found.items() for form in secrets if form in content]


MAY_HOLD = {"key", "ward.key", "ca.key", "server.key", "pending.json"}  # readable by their owner alone


def forms(secret: str) -> list[bytes]:
    """A key may leak in hex or as it is."""
    is_key = re.fullmatch("[0-9a-f]{64}", secret)
    return [secret.encode(), *([bytes.fromhex(secret)] if is_key else [])]


def answers(place: Place, ward: str, code: str, pin: str = f'"{PIN}"') -> str:
    said = f'unit = "A"\ncounter = "B"\nward = "{ward}"\ncode = "{code}"\npin = {pin}\n'
    return said + f'[kiosk]\ndata = "{place.card}"\n[kiosk.sync]\nport = 0\nhost = "127.0.0.1"\n'


def keys(place: Place) -> set[str]:
    there = [*all_folders(place.card / "logs")]
    hexed = {(folder.path / "key").read_text().strip() for folder in there}
    pems = [file.read_text().splitlines() for file in place.ward.glob("*.key")]
    return hexed | {line for pem in pems for line in pem[:3] if "-" not in line}  # what follows is the public half


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
