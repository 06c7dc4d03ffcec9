"""The steps of `setup.sh install`, one by one, below a scratch root (HAILONG_ROOT): real files, no service touched.

The whole of it, on a machine with systemd, is what the virtual machine tier shows.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import click
import pytest

from kiosk.commands.setup import setup as setup_command

ROOT = Path(__file__).parent.parent
INSTALL = ROOT / "assets/install"
UNITS = INSTALL / "etc/systemd/system"
PARTS = ("say", "machine", "packages", "bundle", "release", "system", "boot", "answers", "ward", "running", "terminal",
         "farewell")  # fmt: skip

CMDLINE = "console=tty1 root=PARTUUID=1 rootwait\n"
CONFIG = "arm_64bit=1\n[pi4]\narm_boost=1\n"


class Scratch:
    """A root of our own. `does` runs shell lines with the functions of setup.sh."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def does(self, *lines: str, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
        sourced = [f". '{INSTALL / part}.sh'" for part in PARTS]
        script = "\n".join(["set -euo pipefail", *sourced, *lines])
        environment = {**os.environ, "HAILONG_ROOT": str(self.root), "LC_ALL": language}
        return subprocess.run(
            ["bash", "-c", script],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.root,
            timeout=60,
        )

    def file(self, name: str, text: str = "") -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def release(self, name: str, **system_files: str) -> Path:
        folder = self.root / "opt/hailong/releases" / name
        for path, text in system_files.items():
            self.file(f"opt/hailong/releases/{name}/setup/assets/install/etc/{path.replace('__', '/')}", text)
        (folder / "bin").mkdir(parents=True)
        return folder


def link(file: Path) -> str:
    return str(file.readlink())


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    root = tmp_path / "a root"
    root.mkdir()
    return Scratch(root)


# Steps


def test_a_step_is_a_line_with_its_result(scratch: Scratch) -> None:
    done = scratch.does('quiet() { echo noise; }; step "Làm" "Do it" quiet', 'say_so() { result "đã có" "there"; }',
                        'step "Xem" "Look" say_so')  # fmt: skip
    assert (done.stdout, done.stderr, done.returncode) == ("• Do it … done\n• Look … there\n", "", 0)
    assert scratch.does('step "Làm" "Do it" true', language="vi_VN.UTF-8").stdout == "• Làm … xong\n"


def test_any_line_that_fails_ends_the_step_and_all_that_follows(scratch: Scratch) -> None:
    done = scratch.does('if_it_fails "Sửa." "Mend it."', "broken() { echo why; false; touch after; }",
                        'step "Làm" "Do it" broken', "touch later")  # fmt: skip
    assert (done.stdout, done.stderr, done.returncode) == ("• Do it … failed\n", "why\nMend it.\n", 1)
    assert list(scratch.root.iterdir()) == []


def test_a_step_that_may_fail_says_so_and_goes_on(scratch: Scratch) -> None:
    done = scratch.does("broken() { false; touch after; }", 'attempt "Làm" "Do it" broken', 'echo "$FAILED"')
    assert done.stdout == "• Do it … failed\n1\n"
    assert list(scratch.root.iterdir()) == []


# Options


def setup(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {**os.environ, "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run([ROOT / "setup.sh", *words], env=own, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("install", "--untit", "X"), "There is no option '--untit'; see ./setup.sh help."),
        (("install", "--unit"), "--unit needs a value."),
        (
            ("install", "--allow-http"),
            "--allow-http is called --open-to-eavesdroppers now: without TLS everybody on "
            "the network can read the votes.",
        ),
        (("install", "--bundle"), "--bundle needs a value."),
        (("uninstall", "--all"), "There is no option '--all'; there are: --purge, --yes."),
        (("upgrade",), "Nothing is installed yet: sudo ./setup.sh install"),
        (("uninstall",), "Nobody is there to be asked: add --yes."),
    ],
)
def test_what_cannot_be_is_one_sentence_and_2(words: tuple[str, ...], sentence: str, scratch: Scratch) -> None:
    done = setup(*words, HAILONG_ROOT=str(scratch.root))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence + "\n")
    assert list(scratch.root.iterdir()) == []


def test_what_is_no_bundle_is_told_before_anything_is_done(scratch: Scratch) -> None:
    done = scratch.does("SUITE=trixie ARCHITECTURE=arm64", f"BUNDLE='{scratch.root}'", "check_bundle")
    assert (done.returncode, done.stderr) == (2, f"{scratch.root}: is no bundle made by './setup.sh bundle'.\n")
    scratch.file("facts", "release=1\npython=3.11\narchitecture=amd64\nsystem=bookworm\n")
    done = scratch.does("SUITE=trixie ARCHITECTURE=arm64", f"BUNDLE='{scratch.root}'", "check_bundle")
    assert done.returncode == 1
    assert done.stderr.startswith("This bundle is for bookworm amd64; this machine is trixie arm64.")


def test_every_option_is_understood_by_setup_and_by_kiosk_and_described() -> None:
    text = (INSTALL / "answers.sh").read_text("utf-8")
    cases = re.findall(r"^\s+(--[^)]*)\)", text, re.M)
    options = {option for case in cases for option in case.split(" | ")}
    known = [one for one in setup_command.params if isinstance(one, click.Option)]
    understood = {option for one in known if not one.hidden for option in one.opts}
    options -= {option for one in known if one.hidden for option in one.opts}  # names of before
    of_setup = {"--bundle", "--answers", "--ward-server", "--yes"}
    assert options == of_setup | understood - {"--write", "--facts", "--ask", "--put-away"}
    readme = (ROOT / "README.md").read_text("utf-8")
    usage = (ROOT / "setup.sh").read_text("utf-8").split("usage() {")[1].split("\n}\n")[0]
    assert [option for option in sorted(options | {"--purge"}) if f"`{option}" not in readme] == ["--purge"]
    assert "`uninstall --purge`" in readme
    assert [option for option in sorted(options | {"--purge"}) if option not in usage] == []


@pytest.mark.parametrize(
    "secrets",
    [
        ' pin= "258036"\ncode = "ABCD"',
        "\"pin\" = '258036' # 258036\n'code' = \"ABCD\"",
        '"p\\u0069n" = """\n258036"""\n# code = "ABCD"\n"code" = "ABCD"',
    ],
)
def test_pin_and_code_do_not_stay_on_the_boot_partition(scratch: Scratch, secrets: str) -> None:
    others = 'unit = { vi = "Phường An Bình", en = "A" }\n[pins.buttons.5]\nline = 23\n[kiosk]\npin = 1\n'
    card = scratch.file("boot/firmware/hailong.toml", f"{secrets}\n{others}")
    scratch.does(f"put_card_answers_away '{sys.prefix}'").check_returncode()
    assert not card.exists()  # else the next upgrade would undo what was changed since
    left = card.with_name("hailong.toml.taken-over").read_text("utf-8")
    assert "258036" not in left
    assert "ABCD" not in left
    assert tomllib.loads(left) == tomllib.loads(others)


# The Pi's boot settings


def test_boot_settings_are_added_once_and_taken_out_without_a_trace(scratch: Scratch) -> None:
    cmdline = scratch.file("boot/firmware/cmdline.txt", CMDLINE)
    config = scratch.file("boot/firmware/config.txt", CONFIG)
    scratch.does("prepare_boot ds3231").check_returncode()
    first = cmdline.read_text(), config.read_text()
    assert first[0] == "console=tty1 root=PARTUUID=1 rootwait consoleblank=0 vt.global_cursor_default=0\n"
    assert first[1].startswith(CONFIG)
    assert "[all]\ndtparam=i2c_arm=on\ndtoverlay=i2c-rtc,ds3231\n" in first[1]
    for again in ("ds3231", ""):
        scratch.does(f"prepare_boot '{again}'").check_returncode()
        assert (cmdline.read_text(), config.read_text()) == first
    config.write_text(config.read_text() + "[all]\nenable_uart=1\n")  # somebody else's, meanwhile
    scratch.does("prepare_boot none").check_returncode()
    assert config.read_text() == CONFIG + "[all]\nenable_uart=1\n"
    scratch.does("restore_boot").check_returncode()
    assert cmdline.read_text() == CMDLINE
    assert sorted(file.name for file in cmdline.parent.iterdir()) == ["cmdline.txt", "config.txt"]


def test_a_machine_without_such_files_has_nothing_to_prepare(scratch: Scratch) -> None:
    done = scratch.does('step "a" "Prepare" prepare_boot ds3231', "restore_boot")
    assert (done.returncode, done.stdout) == (0, "• Prepare … nothing to do on this machine\n")
    assert list(scratch.root.iterdir()) == []


# Releases


def test_a_release_comes_into_use_with_its_files_and_goes_with_them(scratch: Scratch) -> None:
    scratch.release("1", systemd__system__a="one", systemd__system__old="only in 1")
    scratch.release("2", systemd__system__a="two", udev__new="only in 2")
    etc, home = scratch.root / "etc", scratch.root / "opt/hailong"
    scratch.does("use_release 1").check_returncode()
    assert link(home / "current") == "releases/1"
    assert not (home / "previous").exists()
    assert (etc / "systemd/system/a").read_text() == "one"
    scratch.does("use_release 2").check_returncode()
    assert (link(home / "current"), link(home / "previous")) == ("releases/2", "releases/1")
    assert sorted(file.name for file in etc.rglob("*") if file.is_file()) == ["a", "new"]
    scratch.does("use_release 1").check_returncode()
    assert (link(home / "current"), link(home / "previous")) == ("releases/1", "releases/2")
    assert sorted(file.read_text() for file in etc.rglob("*") if file.is_file()) == ["one", "only in 1"]


def test_using_the_release_in_use_changes_nothing(scratch: Scratch) -> None:
    scratch.release("1", systemd__system__a="one")
    scratch.does("use_release 1").check_returncode()
    before = (scratch.root / "etc/systemd/system/a").stat().st_mtime_ns
    scratch.does("use_release 1").check_returncode()
    assert (scratch.root / "etc/systemd/system/a").stat().st_mtime_ns == before
    assert not (scratch.root / "opt/hailong/previous").exists()  # going back must not lead to itself


def test_there_is_no_moment_without_a_current_release(scratch: Scratch) -> None:
    scratch.release("1")
    scratch.release("2")
    scratch.does("point current 1").check_returncode()
    watched = 'mv() { [[ -e "$ROOT/opt/hailong/current" ]] && command mv "$@" && echo renamed; }'
    assert scratch.does(watched, "point current 2").stdout == "renamed\n"
    assert link(scratch.root / "opt/hailong/current") == "releases/2"


def test_going_back_restores_both_links_and_ends_the_trial(scratch: Scratch) -> None:
    for name in "012":
        scratch.release(name, systemd__system__a=name)
    home = scratch.root / "opt/hailong"
    scratch.does("use_release 0", "use_release 1", "begin_trial 1 0", "use_release 2").check_returncode()
    assert (home / "on-trial").read_text() == "1\n0\n"
    scratch.does("point_back 1 0").check_returncode()
    assert (link(home / "current"), link(home / "previous")) == ("releases/1", "releases/0")
    assert (scratch.root / "etc/systemd/system/a").read_text() == "1"
    assert not (home / "on-trial").exists()


def test_a_machine_that_is_off_has_nothing_on_trial(scratch: Scratch) -> None:
    """Below a scratch root no service runs: the release is used from the next boot on."""
    scratch.release("1", systemd__system__a="one")
    done = scratch.does("switch_to 1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["• Use release 1 … done", "  The terminal runs from the next boot on."]
    assert not (scratch.root / "opt/hailong/on-trial").exists()


def test_only_the_release_in_use_and_the_way_back_are_kept(scratch: Scratch) -> None:
    for name in "0123":
        scratch.release(name)
    scratch.does("point current 2", "point previous 1", "drop_old_releases").check_returncode()
    assert sorted(folder.name for folder in (scratch.root / "opt/hailong/releases").iterdir()) == ["1", "2"]


def test_uninstall_leaves_the_votes_and_nothing_else(scratch: Scratch) -> None:
    scratch.release("1", systemd__system__a="one")
    scratch.file("var/lib/hailong/logs/x/log.db", "votes")
    scratch.file("etc/hailong/kiosk.toml")
    scratch.file("etc/hostname", "mine")
    scratch.does("use_release 1").check_returncode()
    done = setup("uninstall", "--yes", HAILONG_ROOT=str(scratch.root))
    assert (done.returncode, done.stderr) == (0, "")
    left = sorted(str(file.relative_to(scratch.root)) for file in scratch.root.rglob("*") if not file.is_dir())
    assert left == ["etc/hostname", "var/lib/hailong/logs/x/log.db"]
    assert setup("uninstall", "--yes", "--purge", HAILONG_ROOT=str(scratch.root)).returncode == 0
    assert not (scratch.root / "var/lib/hailong").exists()


# What is installed


def test_every_wheel_is_pinned_by_its_hash_and_once(scratch: Scratch) -> None:
    scratch.file("wheels/rich-15.0.0-py3-none-any.whl", "a")
    scratch.file("wheels/lgpio-0.2.2.0-cp313-cp313-linux_x86_64.whl", "b")
    script = (f"BUNDLE='{scratch.root}'", 'pin_wheels lgpio >>"$BUNDLE/requirements.txt"', "pin_wheels")
    assert re.fullmatch(r"rich==15\.0\.0 --hash=sha256:[0-9a-f]{64}\n", scratch.does(*script).stdout)
    assert (scratch.root / "requirements.txt").read_text().startswith("lgpio==0.2.2.0 --hash=sha256:")


def a_wheel(file: Path, text: str) -> None:
    name = "-".join(file.name.split("-")[:2])
    info = f"{name}.dist-info"
    with ZipFile(file, "w") as out:
        out.writestr(f"{name.split('-')[0]}.py", text)
        out.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name.split('-')[0]}\nVersion: 1.0\n")
        out.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: a\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        out.writestr(f"{info}/RECORD", "")


def test_a_wheel_that_is_not_the_one_written_down_is_not_installed(scratch: Scratch) -> None:
    """The real pip: with its hash it comes in; exchanged, or without a hash, it does not."""
    (scratch.root / "wheels").mkdir()
    wheel, pinned = scratch.root / "wheels/thing-1.0-py3-none-any.whl", scratch.root / "requirements.txt"
    python = scratch.file("release/bin/python", f"""#!/bin/sh
if [ "$2" = pip ]; then set -- "$@" --target "{scratch.root}/release/lib"; fi
exec {sys.executable} "$@"
""")  # fmt: skip
    python.chmod(0o755)
    a_wheel(wheel, "honest = True")
    install = (f"BUNDLE='{scratch.root}'", "install_wheels release requirements.txt")
    scratch.does(install[0], 'pin_wheels >"$BUNDLE/requirements.txt"', install[1]).check_returncode()
    assert (scratch.root / "release/lib/thing.py").read_text() == "honest = True"
    a_wheel(wheel, "honest = False")
    exchanged = scratch.does(*install)
    assert (exchanged.returncode, "DO NOT MATCH THE HASHES" in exchanged.stderr) == (1, True)
    pinned.write_text("thing==1.0\n")
    without = scratch.does(*install)
    assert (without.returncode, "require-hashes" in without.stderr) == (1, True)


def test_whatever_pip_is_told_its_files_are_known_by_their_hashes() -> None:
    """What comes from an index is one of assets/install/pins; what a release is made of comes from no index at all."""
    text = "".join(file.read_text("utf-8") for file in sorted(INSTALL.glob("*.sh"))).replace("\\\n", "")
    assert "--require-hashes" in text.split("PINNED=(")[1].split(")")[0]
    told = re.findall(r'(?:pip"|-m pip)[^\n]*? (install|download|wheel|check) ([^\n]*)', text)
    assert sorted(verb for verb, _ in told) == ["check", "download", "install", "install", "wheel"]
    assert [words for verb, words in told if verb == "download" and '"${PINNED[@]}"' not in words] == []
    index, bundle = (words for verb, words in told if verb == "install")
    assert '"${PINNED[@]}"' in index
    assert "--no-index" in bundle
    assert "--require-hashes" in bundle
    # Ours and lgpio are built with the tools that are there, and bring nothing along.
    assert [words for verb, words in told if verb == "wheel" and "--no-deps --no-build-isolation" not in words] == []
    assert re.findall(r"^ *(?:\S+=\S+ )?build (.*)$", text, re.M) == [
        '"$work" "$work"',
        '"$work" --require-hashes --no-binary lgpio --requirement "$PINS/lgpio.txt"',
    ]


def test_a_stub_without_gpio_is_no_release(scratch: Scratch, tmp_path: Path) -> None:
    """PyPI's lgpio for Python 3.13 imports well and has nothing in it."""
    folder = tmp_path / "release"
    (folder / "bin").mkdir(parents=True)
    (folder / "stub").mkdir()
    (folder / "stub/lgpio.py").write_text("")
    (folder / "bin/python").write_text(f'#!/bin/sh\nPYTHONPATH="{folder}/stub" exec {sys.executable} "$@"\n')
    (folder / "bin/python").chmod(0o755)
    done = scratch.does(f"has_gpio '{folder}'")
    assert done.returncode == 1
    assert "gpiochip_open" in done.stderr


# Units


@pytest.mark.parametrize(("unit", "limit"), [("hailong-kiosk", 1.0), ("hailong-sync", 2.0), ("hailong-ward", 2.0)])
def test_a_service_is_closed_to_what_it_does_not_need(unit: str, limit: float) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNITS / f"{unit}.service")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert (said := re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout))
    assert float(said[1]) <= limit


def test_systemd_understands_every_line_of_every_unit() -> None:
    files = [str(file) for file in sorted(UNITS.iterdir())]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *files],
        capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "hailong" in line]
    # The commands themselves are not here: /opt/hailong is made by an installation.
    assert [line for line in ours if "is not executable" not in line] == []


def test_the_terminal_has_no_network_and_its_clock_can_be_asked() -> None:
    text = (UNITS / "hailong-kiosk.service").read_text("utf-8")
    lines = text.splitlines()
    assert {"PrivateNetwork=yes", "Type=notify", "Restart=always", "StartLimitIntervalSec=0"} <= set(lines)
    for unit in ("hailong-kiosk.service", "hailong-sync.service"):
        said = (UNITS / unit).read_text("utf-8").splitlines()
        assert "SystemCallFilter=adjtimex clock_adjtime" in said
        assert not [line for line in said if re.match("(ProtectClock|ProcSubset)=", line)]
    assert not [line for line in lines if line.startswith("MemoryDenyWriteExecute=")]
