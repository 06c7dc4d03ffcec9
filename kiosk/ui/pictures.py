"""One picture of every screen, in every language, at every size.

python -m kiosk.ui.pictures FOLDER               one PNG each
python -m kiosk.ui.pictures FOLDER --sheet FILE  and all of one size on one sheet
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path

import click

from assets.words import languages
from kiosk.calendar import LOCAL
from kiosk.entry import Clock
from kiosk.settings import Choice, Reasons, Settings, Survey, Text, Unit
from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks, Via, View, What
from kiosk.ui.environment import Display, prepare

Size = tuple[int, int]

SIZES: tuple[Size, ...] = ((800, 480), (1280, 720), (720, 1280), (1920, 1080))
NOW = 6_000  # ms; the states below began at 0
OPEN, NIGHT = datetime(2026, 11, 23, 9, tzinfo=LOCAL), datetime(2026, 11, 27, 20, tzinfo=LOCAL)
MAILBOX = "https://gopy.example/an-binh"
SEAL = "HL1:6c0e5d1b8f2a4c7e9d3b1a5f7c2e4d6b:1042:9f3ab27c61d0e85f:2026-11-27:synced:" + "4kZq9mTx" * 10


@dataclass(frozen=True, slots=True)
class Shot:
    """What is announced, what the visitor chose, and what else the screen was told."""

    state: State
    large: bool = False
    contrast: bool = False
    idle: bool = False
    wall: datetime = OPEN
    seal: str = ""
    stuck: tuple[int, ...] = ()


SHOTS = {
    "ask-1": Shot(Asking(0)),
    "ask-2": Shot(Asking(1, until=15_000)),
    "noted": Shot(Noted(0, until=15_000)),
    "sorry": Shot(Sorry(0, until=15_000)),
    "broken": Shot(Sorry(0, until=15_000, broken=True)),
    "counter": Shot(Choosing("counter", until=15_000)),
    "reasons": Shot(Choosing("reasons", until=15_000)),
    "thanks": Shot(Thanks(until=15_000, deaf_until=0)),
    "idle": Shot(Asking(0), idle=True),
    "idle-night": Shot(Asking(0), idle=True, wall=NIGHT, seal=SEAL),
    "large-1": Shot(Asking(0), large=True),
    "large-2": Shot(Asking(1, until=15_000), large=True),
    "contrast": Shot(Asking(0), contrast=True),
    "stuck": Shot(Asking(0), stuck=(2,)),
}


class Scene:
    """A door behind which nothing happens, and a world that stands still."""

    def __init__(self) -> None:
        self.shot = Shot(Asking(0))

    def press(self, rating: int, via: Via) -> None: ...

    def release(self, rating: int, via: Via) -> None: ...

    def choose_language(self, code: str) -> None: ...

    def choose(self, what: What, ids: tuple[str, ...]) -> None: ...

    def can_read(self, language: str, name: str) -> bool:  # noqa: ARG002
        return True

    def read(self, language: str, name: str, sentence: str) -> None: ...

    def hush(self) -> None: ...

    def now(self) -> datetime:
        return self.shot.wall

    def clock_state(self) -> Clock:
        return "synced"


def sample() -> Settings:
    """The settings as they come, with everything that can be shown."""
    counters = tuple(
        Choice(id=f"counter-{number}", text=Text(vi=f"Quầy {number}", en=f"Counter {number}")) for number in range(1, 6)
    )
    return Settings(unit=Unit(mailbox=MAILBOX), survey=Survey(reasons=Reasons(shown=True), counters=counters))


def take(folder: Path, settings: Settings, sizes: tuple[Size, ...] = SIZES) -> list[Path]:
    """Opens one window off-screen, and turns its pages."""
    prepare(Display(sizes[0], offscreen=True))
    from kivy.clock import Clock as Frames  # noqa: PLC0415  Kivy has just been prepared
    from kivy.core.window import Window  # noqa: PLC0415

    from kiosk.ui.app import KioskApp  # noqa: PLC0415
    from kiosk.ui.staff.samples import sample_staff, staff_pages  # noqa: PLC0415
    from kiosk.ui.world import World  # noqa: PLC0415

    scene, taken = Scene(), list[Path]()

    def turn(app: KioskApp) -> Iterator[None]:
        for size, language in product(sizes, languages()):
            Window.size = size
            for name, shot in SHOTS.items():
                scene.shot = shot
                view = View(shot.state, 0, language, shot.stuck)
                app.seal = shot.seal
                app.pose(view, large=shot.large, contrast=shot.contrast, idle=shot.idle)
                yield  # the next frames lay it out
                yield
                taken.append(folder / f"{name}-{language}-{size[0]}x{size[1]}.png")
                app.picture(taken[-1])
                yield
            app.pose(View(Asking(0), 0, language), large=False, contrast=False, idle=False)
            yield
            for name in staff_pages(app, language):
                yield
                yield
                yield
                taken.append(folder / f"{name}-{language}-{size[0]}x{size[1]}.png")
                app.picture(taken[-1])
                yield
        app.stop()

    world = World(scene.now, scene.clock_state, scene)
    app = KioskApp(settings, scene, clock_ms=lambda: NOW, world=world, staff=sample_staff())
    pages = turn(app)
    Frames.schedule_interval(lambda _: next(pages, None), 0.05)
    app.run()
    return taken


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--sheet", type=click.Path(path_type=Path, dir_okay=False), help="All pictures, small, on one sheet.")
def main(folder: Path, sheet: Path | None) -> None:
    """Draw every screen into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = take(folder, sample())
    if sheet:
        from kiosk.ui.sheet import lay_out  # noqa: PLC0415  Kivy was prepared by `take`

        lay_out(taken, sheet, columns=len(taken) // (len(SIZES) * len(languages())))


if __name__ == "__main__":
    main()
