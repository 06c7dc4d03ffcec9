"""A ward and a kiosk in folders of their own, their real commands, and a search through all that they said and left."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.votelog.folder import all_folders

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
        with self.starts(BIN / "ward", "serve", "--data", self.ward, "--port", "0") as process:
            yield self.until(process, "listening").split()[-1]

    @contextmanager
    def starts(self, *command: object, stdin: int | None = None) -> Iterator[subprocess.Popen[str]]:
        """A service: what it says is its journal. `until` reads on in it."""
        words = [str(word) for word in command]
        pipe, both = subprocess.PIPE, subprocess.STDOUT
        with subprocess.Popen(words, stdin=stdin, stdout=pipe, stderr=both, text=True, env=self.environ) as one:
            try:
                yield one
            finally:
                one.terminate()
                assert one.stdout
                self.said += f"$ {Path(words[0]).name} ...\n{one.stdout.read()}[{one.wait(60)}]\n"

    def until(self, process: subprocess.Popen[str], sentence: str) -> str:
        """Its journal up to the line with this sentence: that line."""
        line = ""
        while sentence not in line:
            line = line_of(process)
            assert line, f"ended without saying {sentence!r}"
            self.said += line
        return line

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


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()
