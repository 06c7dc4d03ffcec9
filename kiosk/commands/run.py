"""`kiosk run`: the one place where command-line options become wishes."""

import os
from pathlib import Path

import click

from kiosk.commands.common import config_option, read_settings
from kiosk.sayings import _


class Size(click.ParamType[tuple[int, int]]):
    name = "WIDTHxHEIGHT"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        try:
            width, height = (int(number) for number in str(value).split("x"))
        except ValueError:
            self.fail(_("{value}: write a size as 1280x720.").format(value=value), param, ctx)
        return width, height


@click.command(help=_("Run the terminal."))
@config_option
@click.option("--simulate", is_flag=True, help=_("Mock pins, driven by keys 1 to 5; in a window."))
@click.option("--size", type=Size(), default="1280x720", show_default=True, help=_("Of the window."))
@click.option("--fullscreen/--window", default=None, help=_("Full screen is usual unless simulated."))
@click.option("--touch", type=click.Choice(["auto", "mouse", "mtdev", "hidinput"]),
              help=_("Where touches come from: exactly one, so that one tap is one touch."))  # fmt: skip
@click.option("--rehearse", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help=_("Off-screen: play one visit, put a picture of each screen into FOLDER, end."))  # fmt: skip
def run(
    config: Path | None,
    simulate: bool,
    size: tuple[int, int],
    fullscreen: bool | None,
    touch: str | None,
    rehearse: Path | None,
) -> None:
    """Pins and window are imported here, so that no other command waits for them."""
    from kiosk.systemd import Systemd  # noqa: PLC0415  only a terminal reports to systemd
    from kiosk.terminal import CannotStart, Terminal, Wishes  # noqa: PLC0415  loads gpiozero
    from kiosk.ui.environment import Display  # noqa: PLC0415  only a terminal has a window

    settings = read_settings(config)
    simulate = simulate or rehearse is not None
    display = Display(
        size=size,
        fullscreen=not simulate if fullscreen is None else fullscreen,
        offscreen=rehearse is not None,
        touch=touch or settings.screen.touch,  # type: ignore[arg-type]  # click has checked it against the same four
        rotation=settings.screen.rotation,
        cursor=simulate,
    )
    try:
        Terminal(settings, Wishes(display, simulate, rehearse), systemd=Systemd(os.environ)).run()
    except CannotStart as error:
        raise click.ClickException(str(error)) from error
