"""What this terminal can do for a technician: the staff screen's callables, put together from the parts there are."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from assets.words import catalogue
from hardware.backlight import Backlight, CannotDim
from kiosk import delivery
from kiosk.adjusted import Adjustments
from kiosk.check import facts
from kiosk.lamps import Lamps
from kiosk.seal import seal_text
from kiosk.seals import all_seals
from kiosk.settings import Settings
from kiosk.spool import What, answer, ask, for_courier
from kiosk.staff import Level, Means, Seal

DIMMEST = 20  # percent: below that nobody would find the way back


class Sound(Protocol):
    """The loudspeaker."""

    def tick(self) -> None: ...
    def turn(self, volume: int) -> None: ...


def means(
    settings: Settings,
    adjustments: Adjustments,
    speak: Callable[[str], None],
    lamps: Lamps | None,
    backlight: Backlight | None,
    sound: Sound | None,
) -> Means:
    """`speak` makes a language the one that every visit begins with."""
    data, logs = settings.data, settings.data / "logs"
    return Means(
        facts=lambda language: facts(settings, logs, language),
        lamps=_in_order(settings, lamps.parts) if lamps else (),
        light=lamps.test if lamps else lambda _lamp: None,
        sound=sound.tick if sound else None,
        send=partial(_ask, data, "deliver"),
        export=partial(_ask, data, "export"),
        offer=partial(_offer, data),
        trust=lambda fingerprint: _ask(data, "trust", fingerprint=fingerprint),
        can=lambda: delivery.surroundings(data).can,
        reply=partial(_reply, data),
        volume=_volume(settings, adjustments, sound) if sound else None,
        brightness=_brightness(adjustments, backlight) if backlight else None,
        language=partial(_speak, adjustments, speak),
        restart=partial(_ask, data, "restart"),
        seals=partial(_seals, logs),
    )


def _in_order(settings: Settings, parts: Sequence[str]) -> list[str]:
    """The lamps in the buttons as the faces stand on the screen, then the others."""
    buttons = [f"buttons.{rating}" for rating in settings.survey.shown]
    return [name for name in buttons if name in parts] + [name for name in parts if name not in buttons]


def _speak(adjustments: Adjustments, speak: Callable[[str], None], language: str) -> None:
    adjustments.turn(language=language)
    speak(language)


def _ask(data: Path, what: What, **more: str) -> str:
    """An empty name is a request that could not be handed in."""
    try:
        return ask(for_courier(data), what, **more)
    except OSError:
        return ""


def _offer(data: Path, request: str) -> str:
    found = answer(for_courier(data), request) or {}
    return str(found.get("offer", ""))


def _reply(data: Path, request: str, language: str) -> str | None:
    _ = catalogue("commands", language).gettext
    if not request:
        return _("The request cannot be handed in: look at the disk.")
    if not delivery.courier_runs(data):
        return _("The delivery is not running: start 'kiosk-sync run'.")
    said = answer(for_courier(data), request)
    if said is None:
        return None
    if told := delivery.told_in(said, language):
        return told
    if said.get("done"):
        return delivery.sentence(data, language) or _("Done.")
    return _("That could not be done: {why}.").format(why=said.get("why", "?"))


def _seals(logs: Path) -> list[Seal]:
    """The newest first."""
    try:
        return [Seal(one.day, seal_text(one)) for one in reversed(all_seals(logs))]
    except sqlite3.Error:
        return []  # the log check tells what is wrong


def _volume(settings: Settings, adjustments: Adjustments, sound: Sound) -> Level:
    def turn(volume: int) -> None:
        adjustments.turn(volume=volume)
        sound.turn(volume)

    return Level("volume", partial(_or, settings.sound.volume, lambda: adjustments.now.volume), turn)


def _brightness(adjustments: Adjustments, backlight: Backlight) -> Level:
    def turn(percent: int) -> None:
        with suppress(CannotDim):  # the number on the screen stays as it is too
            backlight.set(percent / 100)
            adjustments.turn(brightness=percent)

    return Level("brightness", partial(_or, 100, lambda: adjustments.now.brightness), turn, least=DIMMEST)


def _or(usual: int, turned: Callable[[], int | None]) -> int:
    found = turned()
    return usual if found is None else found
