"""Chooses every library that an installation takes, version and files, and writes them to install/pins.

`./setup.sh pins` runs it.

Needs uv, which resolves for other machines than this one, and asks the package index. With `--check` it asks only
whether what is written there still is what the index has and pyproject.toml allows.

    terminal.txt   all that a terminal needs
    ward.txt       what the ward's server needs beside that
    lgpio.txt      the source of lgpio, for the Python that has no wheel of it
    tools.txt      what builds lgpio and our own wheel

Only files that a supported system can take are named: pip then installs these and no others. No address is written,
so a mirror will do.
"""

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).parent.parent
PINS = Path(__file__).parent / "install/pins"
GLIBC = {"3.11": 36, "3.13": 41}  # 2.36 in Bookworm, 2.41 in Trixie
MACHINES = ("aarch64", "x86_64")
HEADER = "# Made by ./setup.sh pins. Each line is one version; each hash one file of it that a terminal may take.\n"

Package = dict[str, Any]  # a [[packages]] table of pylock.toml
Packages = dict[str, Package]  # by name


class Failed(Exception):
    """Nothing was written; its text says why. Mend the bound in pyproject.toml, or ask again later."""


class Target(NamedTuple):
    """A system on which a terminal can be installed."""

    python: str
    machine: str

    def needs(self, package: Package) -> bool:
        return "marker" not in package or Marker(package["marker"]).evaluate(self.environment())

    def environment(self) -> dict[str, str]:
        return {"python_version": self.python, "python_full_version": f"{self.python}.0", "os_name": "posix",
                "platform_machine": self.machine, "sys_platform": "linux", "platform_system": "Linux",
                "implementation_name": "cpython", "platform_python_implementation": "CPython"}  # fmt: skip

    def tags(self) -> frozenset[Tag]:
        version = (int(self.python[0]), int(self.python[2:]))
        names = [f"manylinux_2_{minor}" for minor in range(GLIBC[self.python], 16, -1)] + ["manylinux2014", "linux"]
        platforms = [f"{name}_{self.machine}" for name in names]
        interpreter = f"cp{self.python.replace('.', '')}"
        return frozenset(
            [*cpython_tags(version, platforms=platforms), *compatible_tags(version, interpreter, platforms)]
        )


TARGETS = tuple(Target(python, machine) for python in GLIBC for machine in MACHINES)


def resolve(wanted: list[str], chosen: list[str]) -> Packages:
    """All that `wanted` needs on any system: the newest that fit together, where `chosen` does not say which."""
    with tempfile.TemporaryDirectory() as folder:
        constraints, lock = Path(folder, "constraints.txt"), Path(folder, "pylock.toml")
        constraints.write_text("\n".join(chosen), "utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-config", "--universal",
                   "--python-version", min(GLIBC), "--format", "pylock.toml", "--constraints", str(constraints),
                   "--output-file", str(lock), "-"]  # fmt: skip
        done = subprocess.run(command, input="\n".join(wanted), capture_output=True, text=True, check=False)  # noqa: S603  our own words
        if done.returncode:
            raise Failed(done.stderr.strip())
        return {one["name"]: one for one in tomllib.loads(lock.read_text("utf-8"))["packages"]}


def wheels(package: Package) -> Iterator[tuple[str, str]]:
    """Name and SHA-256 of each."""
    for wheel in package.get("wheels", ()):
        yield unquote(Path(urlsplit(wheel["url"]).path).name), wheel["hashes"]["sha256"]


def hashes(package: Package, target: Target) -> set[str]:
    tags = target.tags()
    found = {sha256 for name, sha256 in wheels(package) if parse_wheel_filename(name)[3] & tags}
    if not found:
        raise Failed(f"{package['name']} {package['version']}: no wheel for Python {target.python} on {target.machine}")
    return found


def requirement(package: Package) -> str | None:
    """As pip reads it; None if no system of ours needs it."""
    takers = [target for target in TARGETS if target.needs(package)]
    if not takers:
        return None
    name = f"{package['name']}=={package['version']}"
    where = "" if len(takers) == len(TARGETS) else f" ; {package['marker']}"
    return line(name + where, set().union(*(hashes(package, target) for target in takers)))


def line(name: str, files: set[str]) -> str:
    return " \\\n    ".join([name, *(f"--hash=sha256:{sha256}" for sha256 in sorted(files))]) + "\n"


def listing(packages: Packages) -> str:
    return HEADER + "".join(filter(None, map(requirement, packages.values())))


def source(package: Package) -> str:
    return HEADER + line(f"{package['name']}=={package['version']}", {package["sdist"]["hashes"]["sha256"]})


def choose(already: list[str]) -> dict[str, str]:
    """The text of each file. `already` are versions to stay with."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    mine, extra = project["project"]["dependencies"], project["project"]["optional-dependencies"]["ward"]
    everything = resolve(mine + extra, already)
    terminal = resolve(mine, [f"{name}=={one['version']}" for name, one in everything.items()])
    tools = resolve([*project["build-system"]["requires"], "setuptools"], already)
    ward = {name: one for name, one in everything.items() if name not in terminal}
    return {"terminal.txt": listing(terminal), "ward.txt": listing(ward), "tools.txt": listing(tools),
            "lgpio.txt": source(terminal["lgpio"])}  # fmt: skip


def pinned() -> list[str]:
    """`name==version` of everything that is written down."""
    texts = (file.read_text("utf-8") for file in sorted(PINS.glob("*.txt")))
    return sorted({one.split()[0] for text in texts for one in text.splitlines() if one[:1].isalnum()})


def stale() -> list[str]:
    """The lists that do not hold any more, with the same versions."""
    return [name for name, text in choose(pinned()).items() if not holds((PINS / name).read_text("utf-8"), text)]


def holds(written: str, found: str) -> bool:
    """Every file that is written down is there, and no further library is needed. A further file is no matter."""
    mine, theirs = ({one.rstrip(" \\") for one in text.splitlines()} for text in (written, found))
    return mine <= theirs and not any("==" in one for one in theirs - mine)


def main(words: list[str]) -> None:
    if words == ["--check"]:
        if wrong := stale():
            raise Failed(f"{', '.join(wrong)}: not what pyproject.toml and the index say: ./setup.sh pins")
        return
    PINS.mkdir(exist_ok=True)
    for name, text in choose([]).items():
        (PINS / name).write_text(text, "utf-8")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Failed as failed:
        sys.exit(str(failed))
