"""What an installation takes from the package index is written down, file by file: assets/install/pins.

That the index has these files, and that nothing is missing on any system, is asked by `./setup.sh test wheels`.
"""

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from assets import audit, libraries

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LISTS = ("terminal.txt", "ward.txt", "tools.txt", "lgpio.txt")
HASH = r"--hash=sha256:[0-9a-f]{64}"
PIN = re.compile(rf"([a-z0-9][a-z0-9-]*)==([0-9][0-9a-z.]*)( ; [^/\\\n]+)?( \\\n    {HASH})+\n")


def pins(*names: str) -> dict[str, str]:
    """The version of each library."""
    return {found[1]: found[2] for name in names for found in PIN.finditer((libraries.PINS / name).read_text("utf-8"))}


def bounds(*tables: list[str]) -> list[Requirement]:
    return [Requirement(one) for table in tables for one in table]


def test_no_other_list_lies_there() -> None:
    assert sorted(file.name for file in libraries.PINS.iterdir()) == sorted(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_versions_and_hashes_and_nothing_else(name: str) -> None:
    """No address, no path, no option: each line is a version with at least one hash, or the first line."""
    text = (libraries.PINS / name).read_text("utf-8")
    assert text.startswith(libraries.HEADER)
    assert PIN.sub("", text.removeprefix(libraries.HEADER)) == ""
    found = [found[1] for found in PIN.finditer(text)]
    assert found == sorted(set(found))
    assert found


@pytest.mark.parametrize(
    ("lists", "tables"),
    [
        (("terminal.txt",), (PROJECT["project"]["dependencies"],)),
        (("terminal.txt", "ward.txt"), (PROJECT["project"]["optional-dependencies"]["ward"],)),
        (("tools.txt",), (PROJECT["build-system"]["requires"],)),
    ],
)
def test_every_library_we_ask_for_is_pinned_within_its_bounds(
    lists: tuple[str, ...], tables: tuple[list[str], ...]
) -> None:
    pinned = pins(*lists)
    asked = bounds(*tables)
    assert [one.name for one in asked if not one.specifier.contains(pinned.get(one.name, "0"))] == []
    assert len(pinned) > len(asked)


@pytest.mark.parametrize("lists", [("terminal.txt",), ("terminal.txt", "ward.txt"), ("tools.txt",)])
def test_what_the_libraries_need_in_turn_is_pinned_too(lists: tuple[str, ...]) -> None:
    """As those say that are installed here in the very same version; `test wheels` asks the index about all."""
    pinned = pins(*lists)
    here = {canonicalize_name(one.name): one for one in importlib.metadata.distributions()}
    same = [here[name] for name, version in pinned.items() if name in here and here[name].version == version]
    missing = [(one.name, str(needed)) for one in same for needed in needs(one) if not fits(needed, pinned)]
    assert missing == []


def needs(one: importlib.metadata.Distribution) -> Iterator[Requirement]:
    for needed in map(Requirement, one.requires or ()):
        if not needed.marker or any(needed.marker.evaluate(at.environment()) for at in libraries.TARGETS):
            yield needed


def fits(needed: Requirement, pinned: dict[str, str]) -> bool:
    return needed.specifier.contains(pinned.get(canonicalize_name(needed.name), "0"))


def test_only_lgpio_is_left_out_anywhere_and_its_source_is_pinned_instead() -> None:
    """PyPI has no lgpio for Python 3.13; which is built from its source where there is no Debian package of it."""
    texts = [(libraries.PINS / name).read_text("utf-8") for name in LISTS]
    assert [found[1] for text in texts for found in PIN.finditer(text) if found[3]] == ["lgpio"]
    assert pins("lgpio.txt") == {"lgpio": pins("terminal.txt")["lgpio"]}
    assert (libraries.PINS / "lgpio.txt").read_text().count("--hash") == 1


# Which files


def package(*files: str, **more: Any) -> dict[str, Any]:
    """As pylock.toml has it; a file's hash is its name."""
    wheels = [{"url": f"https://x.example/a/{name}", "hashes": {"sha256": name}} for name in files]
    return {"name": "thing", "version": "1.0", "wheels": wheels, **more}


@pytest.mark.parametrize(
    ("wheel", "taken"),
    [
        ("thing-1.0-py3-none-any.whl", True),
        ("thing-1.0-py2.py3-none-any.whl", True),
        ("thing-1.0-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl", True),
        ("thing-1.0-cp311-cp311-manylinux_2_36_aarch64.whl", True),
        ("thing-1.0-cp38-abi3-manylinux2014_aarch64.whl", True),
        ("thing-1.0-cp311-cp311-linux_aarch64.whl", True),
        ("thing-1.0-cp311-cp311-manylinux_2_39_aarch64.whl", False),  # Bookworm's glibc is older
        ("thing-1.0-cp311-cp311-manylinux_2_17_x86_64.whl", False),
        ("thing-1.0-cp312-cp312-manylinux_2_17_aarch64.whl", False),
        ("thing-1.0-cp312-abi3-manylinux_2_17_aarch64.whl", False),
        ("thing-1.0-cp311-cp311-linux_armv7l.whl", False),
        ("thing-1.0-cp311-cp311-musllinux_1_2_aarch64.whl", False),
        ("thing-1.0-cp311-cp311-macosx_11_0_arm64.whl", False),
        ("thing-1.0-cp311-cp311-win_arm64.whl", False),
    ],
)
def test_a_file_is_named_only_if_a_terminal_can_take_it(wheel: str, taken: bool) -> None:
    bookworm = libraries.Target("3.11", "aarch64")
    other = "thing-1.0-1-py3-none-any.whl"
    assert libraries.hashes(package(wheel, other), bookworm) == {other, *([wheel] if taken else [])}


def test_a_library_without_a_wheel_for_every_system_is_refused() -> None:
    both = package(*(f"thing-1.0-cp{python}-none-any.whl" for python in ("311", "313")))
    assert libraries.requirement(both) is not None
    with pytest.raises(libraries.Failed, match=r"thing 1\.0: no wheel for Python 3\.13 on aarch64"):
        libraries.requirement(package("thing-1.0-cp311-none-any.whl"))


def test_what_no_system_of_ours_needs_is_left_out() -> None:
    assert libraries.requirement(package("thing-1.0-py3-none-any.whl", marker="sys_platform == 'win32'")) is None
    everywhere = libraries.requirement(package("thing-1.0-py3-none-any.whl", marker="sys_platform == 'linux'"))
    some = libraries.requirement(package("thing-1.0-py3-none-any.whl", marker="python_version < '3.13'"))
    assert (everywhere or "").splitlines()[0] == "thing==1.0 \\"
    assert (some or "").splitlines()[0] == "thing==1.0 ; python_version < '3.13' \\"


def test_a_list_holds_while_its_files_are_there_and_nothing_more_is_needed() -> None:
    one, two = libraries.line("one==1.0", {"a", "b"}), libraries.line("two==2.0", {"c"})
    assert libraries.holds(one, one)
    assert libraries.holds(one, libraries.line("one==1.0", {"a", "b", "uploaded later"}))
    assert not libraries.holds(one, libraries.line("one==1.0", {"a"}))
    assert not libraries.holds(one, libraries.line("one==1.0 ; python_version < '3.13'", {"a", "b"}))
    assert not libraries.holds(one, one + two)
    assert not libraries.holds(one + two, one)


# Vulnerabilities


def looked_up(*vulnerable: str) -> list[dict[str, Any]]:
    return [{"name": "old", "version": "1.0", "vulns": [{"id": one, "fix_versions": ["1.1"]} for one in vulnerable]}]


SKIPPED = {"name": "strange", "skip_reason": "Dependency not found on PyPI and could not be audited: strange (1.0)"}


@pytest.mark.parametrize(
    ("found", "status", "said"),
    [
        (looked_up(), 0, "1 libraries looked up, none known to be vulnerable."),
        (looked_up("PYSEC-1", "PYSEC-2"), 1, "old 1.0: PYSEC-1; mended in: 1.1\nold 1.0: PYSEC-2; mended in: 1.1"),
        ([*looked_up(), SKIPPED], 1, "NOT AUDITED: no database of vulnerabilities could be asked about 1 of 2 libr"),
        ([], 1, "NOT AUDITED: no database of vulnerabilities could be asked about any library"),
    ],
)
def test_what_was_not_looked_up_is_not_passed(found: list[dict[str, Any]], status: int, said: str) -> None:
    """pip-audit itself ends with 0 when it has reached no database."""
    assert audit.verdict(found)[0] == status
    assert audit.verdict(found)[1].startswith(said)


# Indexes: what pip really does with such a list


class Index:
    """A package index on loopback with one wheel of `thing`. `files` is what lies there."""

    def __init__(self, folder: Path, content: str, says_hash: bool) -> None:
        (folder / "thing").mkdir(parents=True)
        wheel = folder / "thing/thing-1.0-py3-none-any.whl"
        with ZipFile(wheel, "w") as out:
            out.writestr("thing.py", content)
            out.writestr("thing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n")
            out.writestr("thing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            out.writestr("thing-1.0.dist-info/RECORD", "")
        self.digest = sha256(wheel.read_bytes()).hexdigest()
        target = f"{wheel.name}#sha256={self.digest}" if says_hash else wheel.name
        (folder / "thing/index.html").write_text(f'<!doctype html><a href="{target}">{wheel.name}</a>')
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_words: Any) -> None: ...


@pytest.fixture
def indexes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Index, Index]]:
    """PyPI, and another that has built the same version anew, as piwheels does."""
    both = Index(tmp_path / "pypi", "honest", True), Index(tmp_path / "piwheels", "rebuilt", request.param)
    yield both
    for index in both:
        index.close()


def fetch(tmp_path: Path, digest: str, **pip: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """`fetch` of bundle.sh with the real pip, set up by its environment alone; and the hashes of what it brought."""
    bundle, workshop, wanted = tmp_path / "bundle", tmp_path / "workshop", tmp_path / "list.txt"
    (bundle / "wheels").mkdir(parents=True)
    (workshop / "venv/bin").mkdir(parents=True)
    (workshop / "venv/bin/pip").write_text(f'#!/bin/sh\nexec {sys.executable} -m pip "$@"\n')
    (workshop / "venv/bin/pip").chmod(0o755)
    wanted.write_text(libraries.HEADER + libraries.line("thing==1.0", {digest}))
    script = f". '{ROOT}/assets/install/bundle.sh'\nBUNDLE='{bundle}'\nfetch '{workshop}' '{wanted}'"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    own = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "no_proxy": "127.0.0.1", "PIP_RETRIES": "0"}
    done = subprocess.run(["bash", "-euc", script], env={**clean, **own, **pip}, capture_output=True, text=True,
                          check=False, timeout=120)  # fmt: skip
    return done, [sha256(file.read_bytes()).hexdigest() for file in (bundle / "wheels").iterdir()]


@pytest.mark.parametrize("indexes", [True, False], indirect=True, ids=["with-hashes", "without-hashes"])
def test_a_build_of_piwheels_is_left_aside(indexes: tuple[Index, Index], tmp_path: Path) -> None:
    """Raspberry Pi OS names it in /etc/pip.conf beside PyPI: the same version, but not the file that is pinned."""
    pypi, piwheels = indexes
    done, brought = fetch(tmp_path, pypi.digest, PIP_INDEX_URL=piwheels.url, PIP_EXTRA_INDEX_URL=pypi.url)
    assert (done.returncode, brought) == (0, [pypi.digest]), done.stderr


@pytest.mark.parametrize("indexes", [True], indirect=True)
def test_where_there_is_only_another_build_nothing_is_installed(indexes: tuple[Index, Index], tmp_path: Path) -> None:
    pypi, piwheels = indexes
    done, brought = fetch(tmp_path, pypi.digest, PIP_INDEX_URL=piwheels.url)
    assert (done.returncode, brought) == (1, [])
    assert "DO NOT MATCH THE HASHES" in done.stderr
