"""`python -m hardware.drawing FILE` draws the wiring; `--mounting` draws how it stands; `--tables` prints Markdown."""

from pathlib import Path

import click
import msgspec

from assets.words import languages
from hardware.drawing import mounting
from hardware.drawing.picture import draw
from hardware.drawing.table import tables
from hardware.drawing.wiring import Wiring, wire_up
from hardware.drawing.words import speaker
from hardware.pins import Pins, default_pins


def default_wiring() -> Wiring:
    return wire_up(msgspec.convert(default_pins(), Pins, strict=False))


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--language", type=click.Choice(languages()), default="en", show_default=True)
@click.option("--tables", "as_tables", is_flag=True, help="Print the tables of the guide instead.")
@click.option("--mounting", "as_mounting", is_flag=True, help="Draw how a terminal is mounted; it has no words.")
def main(file: Path | None, language: str, as_tables: bool, as_mounting: bool) -> None:
    """Draw the wiring of hardware/pins.toml into FILE (SVG)."""
    if as_tables == bool(file):
        raise click.UsageError("say either a FILE to draw into or --tables")
    say = speaker(language)
    if file:
        file.write_text(mounting.draw() if as_mounting else draw(default_wiring(), say), "utf-8")
    else:
        click.echo(tables(default_wiring(), say), nl=False)


if __name__ == "__main__":
    main()
