"""One picture of every screen, in every language, at every size: `python -m kiosk.ui.pictures DIR`."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import click

from assets.words import languages
from kiosk.settings import Settings
from kiosk.states import Asking, Noted, Sorry, State, Thanks, Via, View
from kiosk.ui.environment import Display, prepare

SIZES = ((800, 480), (1024, 600), (1280, 720), (720, 1280))
NOW = 6_000  # ms; the states below began at 0
STATES: dict[str, State] = {
    "ask-1": Asking(0),
    "ask-2": Asking(1, until=15_000),
    "noted": Noted(0, until=15_000),
    "thanks": Thanks(until=15_000, deaf_until=0),
    "sorry": Sorry(0, until=15_000),
}


class Nobody:
    """A door behind which nothing happens."""

    def press(self, rating: int, via: Via) -> None: ...

    def release(self, rating: int, via: Via) -> None: ...

    def choose_language(self, code: str) -> None: ...


def take(folder: Path, settings: Settings, sizes: tuple[tuple[int, int], ...] = SIZES) -> None:
    """Opens one window off-screen, and turns its pages."""
    prepare(Display(sizes[0], offscreen=True))
    from kivy.clock import Clock  # noqa: PLC0415  Kivy has just been prepared
    from kivy.core.window import Window  # noqa: PLC0415

    from kiosk.ui.app import KioskApp  # noqa: PLC0415

    def turn(app: KioskApp) -> Iterator[None]:
        for size, language in product(sizes, languages()):
            Window.size = size
            for name, state in STATES.items():
                app.show(View(state, 0, language))
                yield  # the next frames lay it out
                app.picture(folder / f"{name}-{language}-{size[0]}x{size[1]}.png")
                yield
        app.stop()

    app = KioskApp(settings, Nobody(), clock_ms=lambda: NOW)
    pages = turn(app)
    Clock.schedule_interval(lambda _: next(pages, None), 0.1)
    app.run()


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def main(folder: Path) -> None:
    """Draw every screen into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    take(folder, Settings())


if __name__ == "__main__":
    main()
