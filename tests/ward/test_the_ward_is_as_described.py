"""The migrations make the tables that the code knows, and the README names what there is."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click import Group

import sync.ward
from sync.ward.cli import main
from sync.ward.problems import TITLES
from sync.ward.settings import Release, Settings, read_settings, settings_text
from sync.ward.store.columns import metadata
from tests.ward.conftest import Ward

README = (Path(sync.ward.__file__).parent / "README.md").read_text()


def test_the_migrations_make_the_tables_that_the_code_knows(ward: Ward) -> None:
    with ward.house.engine.connect() as db:
        assert compare_metadata(MigrationContext.configure(db), metadata) == []


def test_the_readme_names_every_command_and_option() -> None:
    words = [(name, command) for name, command in main.commands.items() if not isinstance(command, Group)]
    for group in (command for command in main.commands.values() if isinstance(command, Group)):
        words += [(f"{group.name} {name}", command) for name, command in group.commands.items()]
    for name, command in words:
        assert f"`{name}" in README, name
        for option in command.params:
            shown = option.param_type_name == "option" and not getattr(option, "hidden", False)
            assert not shown or option.opts[0] in README, (name, option.opts)


def test_the_readme_names_every_route_and_refusal(ward: Ward) -> None:
    for path in ward.client.get("/schema").json()["paths"]:
        assert path in README
    for refusal in TITLES:
        assert f"`{refusal}`" in README


def test_a_fresh_ward_toml_holds_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "ward.toml"
    file.write_text(settings_text('Xã "An Bình"', Release.DAILY, ("a", "b"), ""))
    assert read_settings(file) == Settings(name='Xã "An Bình"', addresses=("a", "b"))
