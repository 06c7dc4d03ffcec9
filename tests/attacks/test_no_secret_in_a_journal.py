"""What systemd writes down of the services, and what `ps` shows: code, PIN, token, key or a password in an address
stand in none of it. The real commands, in good and bad company."""

import json
import secrets
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from kiosk.votelog.folder import all_folders
from kiosk.votelog.reader import read_slice
from tests.attacks.place import BIN, PIN, Place, answers, keys

pytestmark = pytest.mark.slow  # a dozen processes

WRONG_PINS = ("736251", "940613")
PASSWORD = "tskey-auth-k7Qm2"  # as it stands in an address: https://name:password@ward
STARTER = (
    f"#!{sys.executable}\n"
    + """
import os, sys, time
from pathlib import Path

lines = [one.read_bytes().replace(b"\\n", b" ") for one in Path("/proc").glob("[0-9]*/cmdline") if one.exists()]
with Path(os.environ["SEEN"]).open("ab") as seen:
    seen.write(b"\\n".join(lines) + b"\\n")
os.execv(os.environ["REAL"] + "/" + Path(sys.argv[0]).name, sys.argv)
"""
)
# `kiosk run`, and in its window a finger on the PIN pad.
AT_THE_PAD = """
import sys, time
from threading import Thread

from kiosk.cli import main


def at_the_pad():
    while not (kivy := sys.modules.get("kivy.app")) or not getattr(kivy.App.get_running_app(), "root", None):
        time.sleep(0.1)
    from kivy.clock import Clock

    app = kivy.App.get_running_app()
    pins = sys.stdin.readline().split()

    def finger(_seconds):
        cover = app.staff_door.cover
        if type(cover).__name__ == "StaffScreen":
            print("inside", flush=True)
            return False
        if cover is None:
            app.staff_door.ask_pin()
        elif type(cover.door).__name__ != "Checking" and pins:
            for key in (*pins.pop(0), "enter"):
                cover.strike(key)

    Clock.schedule_interval(finger, 0.1)


Thread(target=at_the_pad, daemon=True).start()
main()
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Whoever set this machine up has put a password into the environment, as the address of a proxy."""
    made = Place(tmp_path)
    made.secrets |= {PASSWORD, *WRONG_PINS}
    made.runs(BIN / "ward", "init", made.ward, "--name", "A", "--release", "immediate")
    proxy = f"http://me:{PASSWORD}@127.0.0.1:1"
    made.environ |= dict.fromkeys(("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"), proxy)
    return made


def test_no_journal_says_a_secret(place: Place) -> None:
    void, token = place.given("enrol", "--name", "Quầy 1"), place.given("token", "báo cáo")
    code, port = place.given("enrol", "--replace", "Quầy 1"), free_port()
    with place.serving() as url:
        with_password = url.replace("//", f"//me:{PASSWORD}@")
        said = answers(place, url, code).replace("port = 0", f"port = {port}")
        assert place.installs(said.replace(url, with_password)) != 0
        assert place.installs(said.replace(code, void)) == 0, place.said
        technician_at_the_pad(place)
        with place.starts(BIN / "kiosk-sync", "--config", place.settings, "run") as courier:
            place.until(courier, "code")  # another has taken the place of this one
        assert place.installs(said) == 0, place.said
        for words in ((with_password, code), (url, f"{code}@{with_password}")):
            assert place.courier("enrol", *words) != 0
        with place.starts(BIN / "kiosk-sync", "--config", place.settings, "run") as courier:
            place.until(courier, "Every entry is at the ward")
            place.secrets |= keys(place)
            strangers_pull(f"http://127.0.0.1:{port}", code, token)
            assert place.at_ward("pull", f"http://127.0.0.1:{port}") == 0, place.said
            place.at_ward("pull", f"http://me:{PASSWORD}@127.0.0.1:{port}")
            assert place.at_ward("pull", f"http://me:{PASSWORD}@127.0.0.1:1") != 0
        with place.starts(BIN / "kiosk-sync", "--config", place.settings, "serve", "--port", "0") as server:
            pulled = place.until(server, "The ward can pull at").split()[-1]
            strangers_pull(pulled, code, token)
            assert place.at_ward("pull", pulled) == 0, place.said
    with place.starts(BIN / "kiosk-sync", "--config", place.settings, "run") as courier:
        place.until(courier, "Nobody answers")  # the ward is gone
    assert len(place.secrets) > 10
    assert place.leaks() == [], place.said


def technician_at_the_pad(place: Place) -> None:
    """Two wrong PINs and the right one, typed into a terminal that runs."""
    words = [sys.executable, "-c", AT_THE_PAD, "run", "--config", place.settings, "--simulate"]
    with place.starts(*words, stdin=subprocess.PIPE) as terminal:
        assert terminal.stdin
        print(*WRONG_PINS, PIN, file=terminal.stdin, flush=True)
        place.until(terminal, "inside")
    (folder,) = all_folders(place.card / "logs")
    kinds = [
        json.loads(line)["kind"] for line in read_slice(folder, bytes(folder.key().verify_key), 0, 99, 10**6).lines
    ]
    assert "staff" in kinds


def strangers_pull(url: str, code: str, token: str) -> None:
    for path in (f"/v1/batch?after={code}", f"/{token}", f"/v1/logs?token={token}", "/v1/logs"):
        for headers in ({"Hailong-Request": code}, {"Authorization": f"Bearer {token}"}, {}):
            requests.get(url + path, headers=headers, timeout=30)


def test_nothing_that_setup_starts_shows_a_secret_to_ps(place: Place) -> None:
    """Each command notes every command line of this machine as it starts. setup.sh's own is the typist's."""
    code, bin_folder = place.given("enrol", "--name", "Quầy 1"), place.folder / "release/bin"
    pin = f"{secrets.randbelow(10**12):012}"  # nobody else's on this machine
    bin_folder.mkdir(parents=True)
    for name in ("kiosk", "kiosk-sync"):
        (bin_folder / name).write_text(STARTER)
        (bin_folder / name).chmod(0o755)
    seen = place.folder / "seen"
    place.environ |= {"RELEASE": str(bin_folder.parent), "SEEN": str(seen), "REAL": str(BIN)}
    options = ("--ward", "https://10.0.0.1:8080", "--code", code, "--pin", pin)
    said = f'unit = "A"\ncounter = "B"\n[kiosk]\ndata = "{place.card}"\n'
    assert place.installs(said, *options) == 0, place.said
    assert "scrypt:" in place.settings.read_text()
    assert (place.card / "sync/pending.json").exists()
    lines = [line for line in seen.read_bytes().split(b"\n") if not line.startswith(b"bash\0-c\0")]
    assert len([line for line in lines if b"release/bin/kiosk" in line]) >= 2
    assert [line for line in lines for secret in (pin, code) if secret.encode() in line] == []
