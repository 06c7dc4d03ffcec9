"""The libraries for a Raspberry Pi really load, and work: under qemu-user, in the files of Debian's arm64 packages.

No chroot, no root rights, nothing installed: the packages are only unpacked, and the emulator looks there first for
files. What it cannot show is anything with a device: screen, touch, GPIO. Under emulation Python 3.13 takes minutes.
"""

import subprocess
from pathlib import Path

import pytest

from tests.arm64.test_wheels import PLATFORM, ROOT, uv

INSIDE = ROOT / "tests/arm64/inside.py"
SUITES = {"bookworm": ("3.11", "libmtdev1"), "trixie": ("3.13", "libmtdev1t64")}
SYSTEM = "python3,libsqlite3-0,ca-certificates,libgl1,libegl1,libgles2,libgbm1"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def run(*command: object) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def mirror() -> str:
    """Where this machine's own apt gets Debian from."""
    lists = run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian")
    return lists.splitlines()[0]


def unpack(folder: Path, suite: str, mtdev: str) -> Path:
    run("mmdebstrap", "--quiet", "--architectures=arm64", "--variant=extract", f"--include={SYSTEM},{mtdev}", suite,
        folder, mirror())  # fmt: skip
    for name in ("bin", "lib", "sbin"):  # Trixie's packages leave these links to the setup, which is not run here
        if not (folder / name).exists():
            (folder / name).symlink_to(f"usr/{name}")
    return folder


@pytest.mark.parametrize("suite", SUITES)
def test_every_library_loads_and_makes_a_ward(suite: str, tmp_path: Path) -> None:
    python, mtdev = SUITES[suite]
    system, site, empty = unpack(tmp_path / "system", suite, mtdev), tmp_path / "site", tmp_path / "empty"
    run(uv(), "pip", "install", "--quiet", "--no-config", "--no-build", "--python-platform", PLATFORM,
        "--python-version", python, "--target", site, "-r", ROOT / "pyproject.toml", "--extra", "ward")  # fmt: skip
    said = run("qemu-aarch64-static", "-L", system, system / f"usr/bin/python{python}", "-B", INSIDE, site, ROOT, empty)
    print(said)
    assert said.startswith(f"Python {python}.")
    assert "aarch64" in said.splitlines()[0]
    assert said.endswith("No difference.\n")
    assert ("lgpio 0.2.2.0: lgpio" in said) == (suite == "bookworm")
