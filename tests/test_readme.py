"""What the READMEs say is held to the code: words, steps, links, commands, options, routes."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from litestar import Litestar
from litestar.di import Provide

import kiosk.cli
import sync.cli
import sync.ward.cli
from sync.ward.web.app import ROUTES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SETUP = (ROOT / "setup.sh").read_text("utf-8")
CHECKOUT = "".join(file.read_text("utf-8") for file in sorted((ROOT / "assets/checkout").glob("*.sh")))
READMES = sorted(file for file in ROOT.glob("**/README.md") if ".venv" not in file.parts and ".try" not in file.parts)
COMMANDS = {
    "kiosk": (kiosk.cli.main, "kiosk/README.md"),
    "kiosk-sync": (sync.cli.main, "sync/README.md"),
    "ward": (sync.ward.cli.main, "sync/ward/README.md"),
}


def blocks(text: str, language: str = "") -> str:
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S))


def test_a_picture_and_the_two_commands_come_first() -> None:
    assert README.index("![") < README.index("./setup.sh try") < README.index("./setup.sh test") < README.index("## ")


def test_it_stays_short() -> None:
    assert len(README.splitlines()) < 250


def test_every_word_of_setup_is_shown_and_every_word_shown_exists() -> None:
    main = SETUP.split("main() {")[1].split("\n}\n")[0]
    words = set(re.findall(r"^    (\w+)\) ", main, re.M))
    assert words >= {"try", "test", "check"}
    tiers = set(re.findall(r"^    (\w+)\) ", CHECKOUT.split("run_tests() {")[1].split("\n}\n")[0], re.M))
    assert set(re.findall(r"\./setup\.sh test (\w+)", blocks(README, "sh"))) == tiers - {"quick"}
    assert set(re.findall(r"\./setup\.sh (\w+)", blocks(README, "sh"))) == words - {"help"}


def test_the_steps_shown_are_the_steps_taken() -> None:
    steps = re.findall(r"^• (.*) … done$", README, re.M)
    assert len(steps) > 3
    assert [step for step in steps if f'"{step}"' not in CHECKOUT] == []


@pytest.mark.parametrize("file", READMES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", file.read_text("utf-8")):
        if not target.startswith("http"):
            tracked = subprocess.run(
                ["git", "ls-files", "--", target], cwd=file.parent, capture_output=True, check=True
            )
            assert tracked.stdout, f"{file}: {target} is not in the repository"


def described(name: str) -> Iterator[tuple[click.Command, str]]:
    group, readme = COMMANDS[name]
    yield group, (ROOT / readme).read_text("utf-8")
    for command in with_words(group):
        yield command, (ROOT / readme).read_text("utf-8")


def with_words(group: click.Group) -> Iterator[click.Command]:
    """Every command, and the words of those that have several."""
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from with_words(command)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_described(name: str) -> None:
    for command, text in described(name):
        if command.name not in {"main", None}:
            assert re.search(rf"(`|{name} |`\w+ ){command.name}\b", text), f"{name} {command.name}"
        options = [
            option for one in command.params if isinstance(one, click.Option) and not one.hidden for option in one.opts
        ]
        assert [
            option for option in options if option.startswith("--") and option != "--version" and option not in text
        ] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shown_exists(name: str) -> None:
    group, _ = COMMANDS[name]
    shown = {
        word for file in READMES for word in re.findall(rf"^(?:\$ )?{name} ([a-z]+)", blocks(file.read_text()), re.M)
    }
    assert shown <= set(group.commands), shown - set(group.commands)


def test_every_route_of_the_ward_is_described() -> None:
    text = (ROOT / "sync/ward/README.md").read_text("utf-8")
    parts = ("house", "writer", "intake", "passwords", "counts", "who")
    nothing = {name: Provide(lambda: None, sync_to_thread=False) for name in parts}
    routes = Litestar([*ROUTES], dependencies=nothing).routes
    paths = {
        route.path
        for route in routes
        if not route.path.startswith("/schema") and not route.path.endswith((".css", ".svg"))
    }
    assert "/v1/batches" in paths
    assert [path for path in {*paths, "/schema", "/healthz"} if path not in text] == []
