"""The command as an operator uses it, and the server as a process of its own."""

import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import httpx
import pytest
from click.testing import CliRunner, Result

from sync.ward.cli import main
from sync.wire import Ack, Identity, Purpose, open_signed, read_code
from tests.ward.kiosk_double import KioskDouble


def ward(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def said(*words: object) -> str:
    result = ward(*words)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def home(tmp_path: Path) -> Path:
    said("init", tmp_path / "w", "--release", "immediate", "--address", "localhost", "--address", "127.0.0.1")
    return tmp_path / "w"


@contextmanager
def serving(home: Path, *options: str) -> Iterator[str]:
    command = [sys.executable, "-W", "error", "-m", "sync.ward.cli", "serve", "--data", str(home), "--port", "0"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        match = re.match(r"Ward is listening on (\S+)", process.stdout.readline())
        assert match
        try:
            yield match[1]
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(100) == 0


def test_a_vote_reaches_a_served_ward_and_survives_its_end(home: Path) -> None:
    code = read_code(said("enrol", "--name", "Quầy 1", "--plain", "--data", home))
    token = said("token", "báo cáo", "--plain", "--data", home).strip()
    kiosk = KioskDouble()
    kiosk.visit(5, 4)
    with serving(home) as url:
        identity = Identity(**httpx.get(f"{url}/v1/identity").json())
        assert identity.fingerprint == code.fingerprint
        httpx.post(f"{url}/v1/kiosks", content=kiosk.enrolment(code.secret).bytes()).raise_for_status()
        answer = httpx.post(f"{url}/v1/batches", content=kiosk.batch().bytes()).raise_for_status()
        assert open_signed(answer.content, Ack, Purpose.ACK, bytes.fromhex(identity.key)).have == 2
        rows = httpx.get(f"{url}/v1/votes", headers={"Authorization": f"Bearer {token}"}).json()["rows"]
        assert [row["rating"] for row in rows] == [5, 4]
        assert "Quầy 1" in httpx.get(url).text
    assert said("check", "--data", home) == "No difference.\n"
    assert "2 votes" in said("rebuild", "--data", home)
    assert said("check", "--data", home) == "No difference.\n"
    assert "Quầy 1" in said("status", "--data", home)


def test_systemd_hears_when_it_listens(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with serving(home) as url:
            assert systemd.recv(100) == b"READY=1"
            assert httpx.get(f"{url}/healthz").status_code == 200


def test_tls_is_trusted_by_the_wards_own_ca(home: Path) -> None:
    trust = ssl.create_default_context(cafile=home / "ca.pem")
    with serving(home, "--host", "0.0.0.0") as url:
        port = url.rpartition(":")[2]
        assert url.startswith("https://")
        assert httpx.get(f"https://localhost:{port}/healthz", verify=trust).status_code == 200
        assert httpx.get(f"https://127.0.0.1:{port}/healthz", verify=trust).status_code == 200


def test_who_is_not_this_computer_is_served_with_tls_unless_the_risk_is_named(home: Path) -> None:
    with serving(home, "--host", "0.0.0.0") as url:
        assert url.startswith("https://")
        with pytest.raises(httpx.HTTPError):
            httpx.get(url.replace("https://0.0.0.0", "http://127.0.0.1") + "/healthz")
    with serving(home, "--host", "0.0.0.0", "--open-to-eavesdroppers") as url:
        assert httpx.get(url.replace("0.0.0.0", "127.0.0.1") + "/healthz").status_code == 200
    (option,) = [one for one in main.commands["serve"].params if one.name == "open_to_eavesdroppers"]
    assert isinstance(option, click.Option)
    assert "everybody on the network can read" in (option.help or "")


def test_the_name_of_before_is_answered_with_the_new_one(home: Path) -> None:
    result = ward("serve", "--data", home, "--host", "0.0.0.0", "--plain-http")
    assert result.exit_code == 2
    assert "Error: --plain-http is called --open-to-eavesdroppers now: everybody on the network" in result.output


def test_behind_a_proxy_on_this_computer_each_address_has_its_own_guesses(home: Path) -> None:
    """A proxy that ends TLS talks to loopback; whoever guesses codes through it must not lock everybody else out."""
    code = read_code(said("enrol", "--name", "Quầy 1", "--plain", "--data", home))
    with serving(home) as url, httpx.Client(base_url=url) as client:

        def tries(secret: str, address: str) -> int:
            body = KioskDouble().enrolment(secret).bytes()
            return client.post("/v1/kiosks", content=body, headers={"X-Forwarded-For": address}).status_code

        assert [tries("ZZZZZZZZ", "203.0.113.5") for _ in range(21)][-1] == 429
        assert tries(code.secret, "203.0.113.6") == 200


def test_keys_are_for_the_owner_alone(home: Path) -> None:
    assert {file.name: file.stat().st_mode & 0o777 for file in home.glob("*.key")} == {
        "ward.key": 0o600,
        "ca.key": 0o600,
        "server.key": 0o600,
    }


def test_a_ward_is_never_made_over_another(home: Path) -> None:
    key = (home / "ward.key").read_bytes()
    result = ward("init", home)
    assert result.exit_code == 1
    assert "already holds a ward" in result.output
    assert (home / "ward.key").read_bytes() == key


def test_the_code_can_be_shown_as_a_qr(home: Path) -> None:
    assert "█" in said("enrol", "--name", "Quầy 1", "--qr", "--data", home)
    assert "█" not in said("enrol", "--replace", "Quầy 1", "--data", home)


@pytest.mark.parametrize(
    "words", [("enrol",), ("enrol", "--name", "a", "--replace", "b"), ("serve", "--port", "x"), ("nothing",)]
)
def test_a_command_that_does_not_fit_exits_2(words: tuple[str, ...]) -> None:
    assert ward(*words).exit_code == 2


def test_where_there_is_no_ward_it_says_how_to_make_one(tmp_path: Path) -> None:
    for command in ("serve", "check", "rebuild", "status"):
        result = ward(command, "--data", tmp_path)
        assert (result.exit_code, "ward init" in result.output) == (1, True)


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ('release = "weekly"', "release = 'weekly'"),
        ('timezone = "Hanoi"', "timezone = 'Hanoi'"),
        ("[limits]\nlines = 0", "limits.lines = 0"),
        ("colour = 1", "colour"),
        ("name = ", "is not TOML"),
    ],
)
def test_a_setting_that_does_not_fit_is_named_with_file_key_and_value(home: Path, setting: str, named: str) -> None:
    file = home / "ward.toml"
    file.write_text(setting if "name" in setting else f'name = "x"\n{setting}\n')
    result = ward("status", "--data", home)
    assert result.exit_code == 2
    assert str(file) in result.output.replace("\n", "")
    assert named in result.output


def test_a_name_and_a_token_are_given_once(home: Path) -> None:
    said("token", "a", "--data", home)
    result = ward("token", "a", "--data", home)
    assert (result.exit_code, "another name" in result.output) == (1, True)


def test_every_command_has_help() -> None:
    groups = [command for command in main.commands.values() if isinstance(command, click.Group)]
    for command in [*main.commands.values(), *(word for group in groups for word in group.commands.values())]:
        assert command.help
        assert all(option.help for option in command.params if isinstance(option, click.Option)), command.name
