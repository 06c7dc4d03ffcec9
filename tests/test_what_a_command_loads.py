"""Nobody waits for a library that the command does not use: what was loaded is read from the process itself."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from click.testing import CliRunner

import sync.ward
import sync.ward.cli
from sync.ward.store.engine import VERSION

SERVER = {"litestar", "uvicorn", "jinja2", "alembic", "cryptography", "requests", "kivy", "gpiozero"}
DATABASE = {"sqlalchemy", "sqlite_utils"}
TELL = "\nfinally:\n    print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"


def loaded(module: str, *words: object) -> set[str]:
    """The top-level modules that the command had loaded at its end, whichever way it ended."""
    code = f"import sys\nfrom {module} import main\ntry:\n    main({[str(word) for word in words]})" + TELL
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("ward") / "w"
    assert CliRunner().invoke(sync.ward.cli.main, ["init", str(home)]).exit_code == 0
    return home


@pytest.mark.parametrize("module", ["sync.ward.cli", "sync.cli"])
def test_help_loads_neither_server_nor_database(module: str) -> None:
    found = loaded(module, "--help")
    assert "click" in found
    assert found & (SERVER | DATABASE) == set()


@pytest.mark.parametrize("words", [["status"], ["token", "báo cáo"]], ids=lambda words: words[0])
def test_a_word_for_the_database_loads_no_server(words: list[str], ward: Path) -> None:
    """Alembic neither: the tables are of this version already."""
    found = loaded("sync.ward.cli", *words, "--data", ward)
    assert "sqlalchemy" in found
    assert found & SERVER == set()


def test_the_couriers_status_loads_no_http(tmp_path: Path) -> None:
    settings = tmp_path / "kiosk.toml"
    settings.write_text(f'data = "{tmp_path}"\n')
    found = loaded("sync.cli", "--config", settings, "status")
    assert "rich" in found
    assert found & (SERVER | DATABASE) == set()


def test_the_version_that_needs_no_alembic_is_the_newest() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(sync.ward.__path__[0]) / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == VERSION
