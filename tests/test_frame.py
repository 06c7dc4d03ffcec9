"""The tree tells the story, and dependencies run in one direction: held by reading the source, not by hope."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from unicodedata import is_normalized

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("hardware", "kiosk", "sync", "assets")
TOP = {"kiosk", "hardware", "sync", "assets", "tests", "setup.sh", "pyproject.toml", "README.md", "LICENSE",
       "CHANGELOG.md"}  # fmt: skip

# Who may import what, by the longest prefix of a module's name that stands here. Of our own packages only these:
MAY_IMPORT = {
    "assets": ("assets",),
    "hardware": ("hardware",),
    "hardware.drawing": ("hardware", "assets"),  # the guide's picture shows the screens' faces and words
    "kiosk": ("kiosk", "hardware", "assets"),
    "kiosk.entry": (),
    "sync": ("sync", "assets", "kiosk.entry", "kiosk.votelog", "kiosk.keys", "kiosk.settings", "kiosk.clock",
             "kiosk.mistakes", "kiosk.spool", "kiosk.network", "kiosk.systemd"),
    "sync.wire": ("sync.wire", "kiosk.entry", "kiosk.keys", "kiosk.seal"),
    "sync.ward": ("sync.ward", "sync.wire"),
}  # fmt: skip

# ... and these libraries only there:
ONLY_IN = {
    "gpiozero": ("hardware",),
    "lgpio": ("hardware",),
    "kivy": ("kiosk.ui",),
    "requests": ("sync.courier", "sync.enrol", "sync.post", "sync.tls", "sync.ward.pull", "sync.ward.pull_client"),
    "litestar": ("sync.ward",),
    "sqlalchemy": ("sync.ward",),
}


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in names.split("\0") if name]


def modules() -> Iterator[tuple[str, Path]]:
    for package in OURS:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), file


def imports(file: Path) -> set[str]:
    """Every module that a file imports, wherever in it; `from a import b` counts as a.b."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: say the whole name"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def under(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def rule(module: str) -> tuple[str, ...]:
    parts = module.split(".")
    names = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
    return next(MAY_IMPORT[name] for name in names if name in MAY_IMPORT)


@pytest.mark.parametrize(("module", "file"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_imports_run_in_one_direction(module: str, file: Path) -> None:
    for name in imports(file):
        assert not under(name, ("tests",)), f"{module} imports {name}"
        if under(name, OURS):
            assert under(name, rule(module)), f"{module} may not import {name}"
        for library, homes in ONLY_IN.items():
            if under(name, (library,)):
                assert under(module, homes), f"{module} imports {library}, which belongs in {', '.join(homes)}"


def test_an_entry_needs_the_standard_library_alone() -> None:
    roots = {name.split(".")[0] for name in imports(ROOT / "kiosk/entry.py")}
    assert roots <= sys.stdlib_module_names


def test_importing_a_module_does_nothing(tmp_path: Path) -> None:
    """No file, no output, no thread; kivy and its window stay out (kiosk.ui.environment prepares for them)."""
    names = [name for name, _ in modules() if not under(name, ("kiosk.ui", "sync.ward", "assets.build_hook"))]
    names = [name for name in names if name not in {"assets.render", "assets.compile_catalogues"}]
    code = f"import importlib, threading\nfor n in {names}: importlib.import_module(n)\n"
    code += "import sys; assert 'kivy' not in sys.modules\n"
    code += "assert threading.active_count() == 1"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_the_top_level_is_what_the_frame_names() -> None:
    top = {file.relative_to(ROOT).parts[0] for file in tracked()}
    assert {name for name in top if not name.startswith(".")} - TOP == set()


def test_every_dependency_has_an_upper_bound() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lists = [project["project"]["dependencies"], project["build-system"]["requires"],
             *project["project"]["optional-dependencies"].values()]  # fmt: skip
    unbound = [one for some in lists for one in some if "<" not in one.split(";")[0]]
    assert unbound == []


def test_every_text_is_in_nfc() -> None:
    kinds = {".py", ".md", ".toml", ".kv", ".po", ".html", ".css", ".sh", ".svg", ".txt"}
    files = [file for file in tracked() if file.suffix in kinds and file.exists()]
    assert len(files) > 50
    assert [file.name for file in files if not is_normalized("NFC", file.read_text("utf-8"))] == []


def test_no_machine_of_ours_is_named() -> None:
    """Registry hosts, machine paths and lock files never go into a commit."""
    everywhere = {Path("/"), Path("/root")}  # the homes that every machine has
    for file in tracked():
        if file.suffix in {".py", ".md", ".toml", ".sh", ".yml"} and file.exists():
            text = file.read_text("utf-8")
            assert str(ROOT) not in text, file
            assert Path.home() in everywhere or f"{Path.home()}/" not in text, file
    assert not [file for file in tracked() if file.name in {"uv.lock", "poetry.lock", "package-lock.json"}]
