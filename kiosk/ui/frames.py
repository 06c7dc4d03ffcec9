"""What the screen costs while nobody is there: `python -m kiosk.ui.frames [--seconds 10]`."""

import os
import time
from dataclasses import dataclass

import click

from kiosk.settings import Settings
from kiosk.states import Asking, View, Writing
from kiosk.ui.environment import Display, prepare
from kiosk.ui.pictures import Scene

SETTLED = 12.0  # s after the screen is ready; until then waking.py asks for a frame a second: the first may stay black


@dataclass
class Cost:
    """Frames and CPU seconds over some idle seconds, and how long a press took to the changed frame."""

    frames: int = 0
    cpu: float = 0.0
    press_ms: float = 0.0


def measure(seconds: float, settled: float = SETTLED) -> Cost:
    """Opens a window off-screen, lets it rest, then presses one button."""
    prepare(Display((800, 480), offscreen="DISPLAY" not in os.environ))
    from kivy.clock import Clock  # noqa: PLC0415  Kivy has just been prepared
    from kivy.core.window import Window  # noqa: PLC0415

    from kiosk.ui.app import KioskApp  # noqa: PLC0415

    cost = Cost()
    app = KioskApp(
        Settings(),
        Scene(),
        clock_ms=lambda: time.monotonic_ns() // 1_000_000,
        on_ready=lambda: Clock.schedule_once(begin, settled),
    )
    app.show(View(Asking(0), 0, "vi"))

    def count(_window: object) -> None:
        cost.frames += 1

    def begin(_: float) -> None:
        cost.frames, cost.cpu = 0, time.process_time()
        Window.bind(on_flip=count)
        Clock.schedule_once(end, seconds)

    def end(_: float) -> None:
        cost.cpu = time.process_time() - cost.cpu
        Window.unbind(on_flip=count)
        pressed = time.perf_counter()
        Window.bind(on_flip=lambda _window: answer(pressed))
        app.show(View(Writing(0, 5), time.monotonic_ns() // 1_000_000, "vi"))

    def answer(pressed: float) -> None:
        if not cost.press_ms:
            cost.press_ms = (time.perf_counter() - pressed) * 1000
            app.stop()

    app.run()
    return cost


@click.command()
@click.option("--seconds", default=10.0, show_default=True, help="How long the screen rests.")
def main(seconds: float) -> None:
    """Print the frames drawn and the CPU time of an idle screen, and the time from a press to its frame."""
    cost = measure(seconds)
    click.echo(f"idle for {seconds:g} s: {cost.frames} frames drawn, {cost.cpu:.3f} s of CPU")
    click.echo(f"a press was on the screen after {cost.press_ms:.1f} ms")


if __name__ == "__main__":
    main()
