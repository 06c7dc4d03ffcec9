"""What hatchling runs before it makes a wheel or an editable install: the catalogues are compiled."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling calls it so
        # The project is not importable in an isolated build, so the script is run from its file.
        runpy.run_path(str(Path(self.root) / "assets" / "compile_catalogues.py"))["compile_all"]()
