"""The terminal put together: the one place where booth, log, panel, keeper and screen learn of each other."""

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assets.words import DEFAULT, languages
from hardware import board
from hardware.backlight import CannotDim, find_backlight
from hardware.buttons import ButtonPanel
from hardware.factory import NoPins
from hardware.panel import open_panel, open_simulated
from hardware.simulator import Keys
from kiosk import ended
from kiosk.adjusted import Adjustments
from kiosk.audit import handler
from kiosk.booth import Booth
from kiosk.calendar import local
from kiosk.clock import SystemClock
from kiosk.entry import Stamp
from kiosk.failing import catch_failures
from kiosk.keeper import Keeper
from kiosk.lamps import Lamps
from kiosk.leaving import Leaving
from kiosk.logbook import UNUSABLE, Logbook
from kiosk.means import means
from kiosk.pin import Guard
from kiosk.recorder import Recorder
from kiosk.refused import Kept
from kiosk.rehearsal import Rehearsal
from kiosk.sayings import _
from kiosk.seal import seal_text
from kiosk.sealer import Sealer
from kiosk.seals import newest
from kiosk.service import Service
from kiosk.settings import Settings, Sound
from kiosk.sound import Sounds
from kiosk.spool import Clerk, for_terminal
from kiosk.staff import Staff
from kiosk.states import View
from kiosk.systemd import Systemd
from kiosk.timekeeper import Timekeeper
from kiosk.ui.environment import Display, has_window, prepare, provider_of
from kiosk.votelog.archive import Taken
from kiosk.votelog.log import NotRecorded

if TYPE_CHECKING:
    from kiosk.ui.app import KioskApp

# Notices on the screen, by their sentence in the catalogue `screens`.
TOUCH_ONLY = "No button panel: touch only"
KEYS_ARE_BUTTONS = "Simulation: keys 1 to 5 are the buttons"

SOON = 120_000  # ms: an end later than that had another reason


class CannotStart(Exception):
    """One sentence for the technician; exit code 1, and systemd tries again."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for."""

    display: Display
    simulate: bool = False
    rehearse: Path | None = None  # where a scripted visit puts its pictures
    ratings: tuple[int, ...] = (5, 4)


class Terminal:
    """One run, from the first pin to the `stop` entry."""

    def __init__(
        self,
        settings: Settings,
        wishes: Wishes,
        now: Callable[[], Stamp] | None = None,
        systemd: Systemd | None = None,
    ) -> None:
        self._settings, self._wishes = settings, wishes
        systemd = systemd or Systemd({})
        self._service = Service(systemd, wishes.display)
        self._service.wait_for_display()  # before there are buttons: a dark terminal asks nobody
        self._now = now or SystemClock(settings.clock.battery).now
        self._listeners: list[Callable[[View], None]] = []
        self._asked_for = ("", 0)  # by whom the end was asked for, if not by systemd, and when
        self._book = Logbook(settings, board.serial(), self._now)
        self._unusable = self._open_log()
        self._adjustments = Adjustments(settings.data / "staff.json")
        self._booth = Booth(
            Recorder(self._book, self._now, Kept(systemd.runtime)),
            settings.survey,
            settings.timing,
            self._language(),
            self._now,
            self._announce,
        )
        self._thread = threading.Thread(target=self._booth.run, name="booth")
        sealer = Sealer(self._book, settings.sessions, self._now, self._booth.write)
        duties = [Timekeeper(self._now, self._booth.write).round, sealer.round, self._tell_seal]
        self._keeper = Keeper(self._book, self._now, self._booth.rest, duties)
        self._leaving = Leaving(for_terminal(settings.data), self._booth.when_idle, self._leave, _complain)
        handlers = {"audit": handler(self._booth.write, _complain), "leave": self._leaving.asked}
        self._clerk = Clerk(for_terminal(settings.data), handlers, _complain)
        self._stop: Callable[[], None] = lambda: None
        self._panel, self._keys, self._notices = self._open_panel()
        self._lamps = Lamps(self._panel) if self._panel else None
        self._sounds = Sounds(self._loudness(), settings.data / "audio")
        self._show_seal: Callable[[str], None] = lambda _text: None

    def run(self) -> None:
        """Until the window is closed or systemd asks for the end."""
        app = self.open_screen()
        catch_failures(self._settings.data)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: app.stop())
        self.start()
        try:
            app.run()
        except BaseException as error:
            ended.note(self._settings.data, "crash", ended.place_of(error, "screen"))
            self.end(orderly=False)
            raise
        self.end()

    def open_screen(self) -> "KioskApp":
        prepare(self._wishes.display)
        if not has_window():
            raise CannotStart(_("No display: connect a screen, or try `kiosk run --rehearse FOLDER`."))
        from kiosk.ui.app import KioskApp  # noqa: PLC0415  importing Kivy opens the window: after `prepare`
        from kiosk.ui.world import World  # noqa: PLC0415  likewise

        keys = self._keys.key if self._keys else None
        world = World(self._local_now, lambda: self._now().clock, self._sounds)
        app = KioskApp(
            self._settings,
            self._booth,
            self._notices,
            clock_ms=lambda: self._now().mono,
            keys=keys,
            on_ready=lambda: self._ready(app),
            staff=self._staff(),
            world=world,
        )
        self._show_seal, self._stop = app.show_seal, app.stop
        self._listeners += [app.show, self._sounds.see]
        if self._lamps:
            self._listeners.append(self._lamps.show)
        if self._wishes.rehearse and keys:
            self._rehearse(keys, app.picture, app.stop, self._wishes.rehearse)
        return app

    def _ready(self, app: "KioskApp") -> None:
        """On the screen's thread, when the question is really shown."""
        self._service.ready(app, self._booth.ping)
        self._keeper.start()  # its notes and checks are not to delay the first frame
        provider = provider_of(self._wishes.display.touch, os.environ)
        if provider != "mouse":
            from kiosk.ui.touch import read_panels  # noqa: PLC0415  Kivy, and its window, are there by now

            if not read_panels(app, provider):
                _complain(_("Touches cannot be read: install libmtdev1, or set screen.touch."))

    def _local_now(self) -> datetime:
        return local(self._now().wall)

    def _loudness(self) -> Sound:
        """As the settings say, or as a technician turned it."""
        turned = self._adjustments.now.volume
        return self._settings.sound if turned is None else Sound(volume=turned, aloud=self._settings.sound.aloud)

    def _tell_seal(self) -> None:
        """On the keeper's thread: the newest seal, for whoever photographs the idle page."""
        with suppress(sqlite3.Error):  # the next round tries again
            seal = newest(self._settings.data / "logs")
            self._show_seal(seal_text(seal) if seal else "")

    def _language(self) -> str:
        """The one that every visit begins with: Vietnamese, or what a technician chose."""
        chosen = self._adjustments.now.language
        return chosen if chosen in languages() else DEFAULT

    def _staff(self) -> Staff | None:
        """The technician's door; none without a PIN in the settings."""
        backlight, percent = find_backlight(), self._adjustments.now.brightness
        if backlight and percent:
            with suppress(CannotDim):
                backlight.set(percent / 100)
        line = self._settings.staff.pin
        able = means(self._settings, self._adjustments, self._booth.begin_in, self._lamps, backlight, self._sounds)
        able = replace(able, restart=partial(self._restart_machine, able.restart))
        guard = Guard(line, self._settings.data / "pin.json")
        return Staff(guard, self._booth, able, self._now) if line else None

    def _restart_machine(self, ask: Callable[[], str] | None) -> str:
        """The technician's; the end follows within seconds, or the courier says why it does not."""
        self._asked_for = ("staff", self._now().mono)
        return ask() if ask else ""

    def start(self) -> None:
        self._begin()
        self._thread.start()
        self._clerk.start()
        self._sounds.start()

    def end(self, orderly: bool = True) -> None:
        """No more presses, then the last entry."""
        self._service.ending()
        self._clerk.end()
        self._booth.stop()
        self._thread.join()
        self._keeper.end()
        self._sounds.end()
        if self._panel:
            self._panel.close()
        with suppress(NotRecorded, OSError):  # then the next start does not say "stop"
            if orderly:
                self._book.append("stop", self._now(), self._stop_body())
            self._book.note_alive(self._now())
        self._book.close()
        self._leaving.done()

    def _leave(self) -> None:
        """From any thread: an end in order, for `kiosk restart`."""
        self._asked_for = ("restart", self._now().mono)
        self._stop()

    def _stop_body(self) -> dict[str, object]:
        why, at = self._asked_for
        return {"why": why} if why and self._now().mono - at < SOON else {}

    def _begin(self) -> None:
        """The screen stands all the same if the log does not: it says that it cannot record, and tries again."""
        try:
            if not self._unusable:
                self._book.begin(self._now())
        except NotRecorded as error:
            self._unusable = str(error)
            _complain(_("The log cannot be written: {why}.").format(why=error))
        if self._unusable:
            self._booth.cannot_record(self._unusable)

    def _announce(self, view: View) -> None:
        for listener in self._listeners:
            listener(view)

    def _rehearse(
        self, key: Callable[[str, bool], None], picture: Callable[[Path], None], done: Callable[[], None], folder: Path
    ) -> None:
        rehearsal = Rehearsal(self._wishes.ratings, folder, key, picture, done)
        self._listeners.append(rehearsal.see)
        rehearsal.start()

    def _open_log(self) -> str:
        """Why the disk does not let it be opened; an empty text if it does."""
        logs = self._settings.data / "logs"
        try:
            self._book.open()
        except Taken as error:
            raise CannotStart(
                _("Another terminal already writes in {folder}: end it first.").format(folder=logs)
            ) from error
        except UNUSABLE as error:
            sentence = _("The log in {folder} cannot be opened ({why}): check the disk and its permissions.")
            said = sentence.format(folder=logs, why=error)
            if self._wishes.rehearse:  # nobody stands before it
                raise CannotStart(said) from error
            _complain(said)
            return str(error)
        return ""

    def _open_panel(self) -> tuple[ButtonPanel | None, Keys | None, list[str]]:
        """The panel, the keys that drive it when simulated, and what the technician must see on the screen."""
        pins = self._settings.wiring
        press, release = partial(self._booth.press, via="button"), partial(self._booth.release, via="button")
        if self._wishes.simulate:
            return *open_simulated(pins, press, release), [] if self._wishes.rehearse else [KEYS_ARE_BUTTONS]
        try:
            panel = open_panel(pins, press, release)
        except NoPins as error:
            print(_("No button panel ({why}): this terminal works by touch alone.").format(why=error), file=sys.stderr)
            return None, None, [TOUCH_ONLY]
        for rating in panel.held_at_start:
            self._booth.hold(rating)
        return panel, None, []


def _complain(sentence: str) -> None:
    print(sentence, file=sys.stderr)
