"""Every library the project needs has a wheel for a 64-bit Raspberry Pi: asked of the package index, none downloaded.

A Pi has no compiler to spare; a library without a wheel would be built there for an hour, or not at all. uv resolves
for another machine than this one, with the environment markers of that machine; pip takes those of its own.
"""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from assets import libraries

ROOT = Path(__file__).parent.parent.parent
PLATFORM = "aarch64-manylinux_2_36"  # Bookworm's glibc; Trixie's is newer
PYTHONS = ("3.11", "3.12", "3.13")
NO_LGPIO = (
    "3.13"  # PyPI has only an empty stub there: Raspberry Pi OS brings python3-lgpio, `setup.sh bundle` builds one
)
HAS_NO_WHEEL = "no usable wheels"  # as uv says it; a network that fails is told in other words

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # a slow network is not a missing wheel


def uv() -> str:
    """The quick tests, which leave these out, do without it."""
    from uv import find_uv_bin

    return find_uv_bin()


def resolve(python: str, *what: str, wanted: str | None = None) -> subprocess.CompletedProcess[str]:
    """The newest versions that fit together and have wheels, as `name==version` lines."""
    command = [uv(), "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--no-build", "--no-config",
               "--python-platform", PLATFORM, "--python-version", python, *what]  # fmt: skip
    return subprocess.run(command, cwd=ROOT, input=wanted, capture_output=True, text=True, check=False)


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!;\[ ]", one)[0].lower() for one in requirements}


@pytest.mark.parametrize("python", PYTHONS)
def test_every_dependency_has_a_wheel(python: str) -> None:
    found = resolve(python, "pyproject.toml", "--extra", "ward")
    assert found.returncode == 0, found.stderr
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    direct = names(project["dependencies"] + project["optional-dependencies"]["ward"])
    pinned = names(found.stdout.splitlines())
    assert direct - pinned == ({"lgpio"} if python == NO_LGPIO else set())
    assert pinned > direct - {"lgpio"}  # those that they need in turn


def test_the_index_has_every_file_that_is_pinned_and_nothing_more_is_needed() -> None:
    """The whole closure is resolved again with the pinned versions, for every system: the lists come out the same."""
    assert libraries.stale() == []


def test_lgpio_is_the_one_exception() -> None:
    found = resolve(NO_LGPIO, "-", wanted="lgpio>=0.2.2\n")
    assert found.returncode != 0, f"PyPI has lgpio for Python {NO_LGPIO} now: take its marker out of pyproject.toml"
    assert HAS_NO_WHEEL in found.stderr


def test_without_its_lower_bound_lgpio_would_be_an_empty_stub() -> None:
    assert resolve(NO_LGPIO, "-", wanted="lgpio\n").stdout == "lgpio==0.0.0.2\n"


def test_a_library_without_a_wheel_is_found() -> None:
    """It can fail: RPi.GPIO has never had one for arm64."""
    assert HAS_NO_WHEEL in resolve("3.13", "-", wanted="RPi.GPIO\n").stderr
