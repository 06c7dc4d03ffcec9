"""`kiosk-sync` as a technician types it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from sync.pinned import NAMES
from tests.sync.bad_ward import BadWard, hangs
from tests.sync.conftest import Kiosk
from tests.sync.test_every_vote_arrives_once import assert_all_arrived
from tests.sync.ward_double import WardDouble

COMMAND = [sys.executable, "-c", "from sync.cli import main; main()"]


class Technician:
    def __init__(self, kiosk: Kiosk, folder: Path) -> None:
        self.config = folder / "kiosk.toml"
        text = f'data = "{kiosk.home.data}"\n[sync]\nevery = 1\nheartbeat = 1\nhost = "127.0.0.1"\nport = 0\n'
        self.config.write_text(text)

    def start(self, *words: str, stdin: int | None = None) -> subprocess.Popen[str]:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "COVERAGE_PROCESS_START": ""}
        line = [*COMMAND, "--config", str(self.config), *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(line, stdin=stdin, stdout=pipe, stderr=pipe, text=True, env=environment)

    def types(self, *words: str, typed: str = "") -> tuple[int, str, str]:
        process = self.start(*words, stdin=subprocess.PIPE)
        out, err = process.communicate(typed, timeout=100)
        return process.returncode, out, err


@pytest.fixture
def technician(kiosk: Kiosk, tmp_path: Path) -> Technician:
    return Technician(kiosk, tmp_path)


def test_now_delivers_and_says_so(technician: Technician, kiosk: Kiosk, ward: WardDouble) -> None:
    assert technician.types("now") == (0, f"{kiosk.log[:8]}: Every entry is at the ward.\n", "")
    assert_all_arrived(kiosk, ward)
    code, out, _ = technician.types("status")
    assert code == 0
    assert [kiosk.log[:8], "8", "8", "0", "0", "min", "ago"] in [line.split() for line in out.splitlines()]


def test_now_and_status_say_what_is_undelivered(technician: Technician, kiosk: Kiosk, server: BadWard) -> None:
    server.shutdown()
    server.server_close()
    code, out, _ = technician.types("now")
    assert (code, "Nobody answers at http://127.0.0.1" in out) == (1, True)
    code, out, _ = technician.types("status")
    assert (code, "Nobody answers" in out) == (1, True)
    assert [kiosk.log[:8], "8", "0", "8", "never"] in [line.split() for line in out.splitlines()]


def forget_the_ward(kiosk: Kiosk) -> None:
    for name in NAMES:
        (kiosk.home.folder / name).unlink()


def test_enrol_now_and_what_it_refuses(technician: Technician, kiosk: Kiosk, server: BadWard, ward: WardDouble) -> None:
    forget_the_ward(kiosk)
    assert technician.types("now")[0] == 1
    said, out, err = technician.types("enrol", "http://10.0.0.1", str(ward.code))
    assert (said, out, err.endswith("; write https, or --open-to-eavesdroppers.\n")) == (2, "", True)
    said, out, err = technician.types("enrol", "--allow-http", "http://10.0.0.1", str(ward.code))
    assert (said, out, "--allow-http is called --open-to-eavesdroppers now" in err) == (2, "", True)
    assert technician.types("enrol", server.url, "7K3M")[0] == 2
    code, out, err = technician.types("enrol", server.url, "-", typed=f"{ward.code}\n")  # no ps shows it
    assert (code, out, err) == (0, f"Enrolled at {server.url} as Quầy 1.\n", "")


def test_code_and_address_that_changed_places_are_refused_without_saying_the_code(
    technician: Technician, kiosk: Kiosk, ward: WardDouble
) -> None:
    code, out, err = technician.types("enrol", str(ward.code), "https://ward:8080")
    assert (code, out, err.count("…"), str(ward.code) in err) == (2, "", 1, False)
    assert "secret" not in technician.types("enrol", "https://me:secret@ward", str(ward.code))[2]


def test_an_enrolment_kept_for_later_is_done_by_run_and_its_code_forgotten(
    technician: Technician, kiosk: Kiosk, server: BadWard, ward: WardDouble
) -> None:
    forget_the_ward(kiosk)
    assert technician.types("enrol", "--later", server.url, "7K3M")[0] == 2
    assert kiosk.home.pending() is None
    kept = "Address and code are kept: 'kiosk-sync run' enrols as soon as it can.\n"
    assert technician.types("enrol", "--later", server.url, str(ward.code)) == (0, kept, "")
    assert kiosk.home.ward() is None  # nobody was asked anything
    running = technician.start("run")
    assert running.stdout
    assert running.stdout.readline() == "Every entry is at the ward.\n"
    running.terminate()
    running.communicate(timeout=100)
    assert kiosk.home.pending() is None
    again = technician.types("enrol", "--later", server.url, str(ward.code))
    assert again == (0, f"Enrolled at {server.url} as Quầy 1.\n", "")
    assert kiosk.home.pending() is None  # an installation that is repeated brings no used code back


def test_a_mistake_in_the_settings_is_one_sentence(technician: Technician) -> None:
    technician.config.write_text("[sync]\nevery = 0\n")
    code, out, err = technician.types("now")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "sync.every = 0" in err


def test_run_delivers_serves_and_ends_at_once_in_the_middle_of_a_hanging_request(
    technician: Technician, kiosk: Kiosk, ward: WardDouble, server: BadWard
) -> None:
    running = technician.start("run")
    assert running.stdout
    assert running.stdout.readline() == "Every entry is at the ward.\n"
    assert technician.types("run")[0] == 1  # one is enough
    assert "Delivery service: running" in technician.types("status")[1]
    server.script.append(hangs)
    kiosk.vote()
    assert server.hanging.wait(100)
    asked = time.monotonic()
    running.send_signal(signal.SIGTERM)
    assert running.wait(100) == 0
    assert time.monotonic() - asked < 20  # the request itself would hang on
    running.communicate()
    assert technician.types("now")[0] == 0
    assert_all_arrived(kiosk, ward)


def test_serve_prints_its_real_port(technician: Technician) -> None:
    serving = technician.start("serve", "--port", "0")
    assert serving.stdout
    url = serving.stdout.readline().split()[-1]
    assert requests.get(url, timeout=100).status_code == 401
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(100) == 0
    serving.communicate()
