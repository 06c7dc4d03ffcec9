"""Run by an arm64 Python: imports every library the project depends on and every module of ours, and makes a ward.

    python inside.py SITE CHECKOUT EMPTY_FOLDER

SITE is where the libraries were put. One line for each library; the first that fails ends it.
"""

import importlib
import importlib.metadata
import os
import pkgutil
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

# What the import of a library alone would not load: native parts, by the names that we use.
NATIVE = ("kivy.graphics", "kivy.core.text", "kivy.core.image", "kivy.input.providers.mtdev", "nacl.bindings",
          "cryptography.hazmat.bindings._rust", "sqlalchemy.dialects.sqlite", "msgspec._core")  # fmt: skip
NOT_OURS_TO_IMPORT = ("kiosk.ui", "sync.ward.migrations", "assets.build_hook", "assets.compile_catalogues")
# ... a window; what Alembic runs; what builds the wheel
NO_MODULES = {"bin", "share", "garden"}  # folders beside them
TOOLS = {"pip", "setuptools", "docutils"}  # Kivy asks for them and never imports them


def libraries(site: str) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and the modules that `import` finds."""
    owners = importlib.metadata.packages_distributions()
    for one in sorted(importlib.metadata.distributions(path=[site]), key=lambda found: found.name.lower()):
        modules = [module for module, names in owners.items() if one.name in names and module.isidentifier()]
        yield one.name, one.version, [name for name in modules if not name.startswith("_") and name not in NO_MODULES]


def ours() -> Iterator[str]:
    for package in ("hardware", "kiosk", "sync", "assets"):
        for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not found.name.startswith(NOT_OURS_TO_IMPORT):
                yield found.name


def main(site: str, checkout: str, empty: str) -> None:
    os.environ |= dict.fromkeys(("KIVY_NO_ARGS", "KIVY_NO_CONFIG", "KIVY_NO_FILELOG"), "1") | {
        "KIVY_LOG_MODE": "PYTHON"
    }
    sys.path[:0] = [checkout, site]
    print(f"Python {platform.python_version()} {platform.machine()}")
    for name, version, modules in libraries(site):
        if name not in TOOLS:
            for module in modules:
                importlib.import_module(module)
            print(f"{name} {version}: {' '.join(sorted(modules)) or '-'}")
    for module in (*NATIVE, *ours()):
        importlib.import_module(module)
    make_a_ward(Path(empty) / "ward")


def make_a_ward(folder: Path) -> None:
    """Keys, certificates, tables: PyNaCl, cryptography, Alembic and SQLite at work, not only loaded."""
    from sync.ward.cli import main as ward

    ward(["init", str(folder)], standalone_mode=False)
    ward(["check", "--data", str(folder)], standalone_mode=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
