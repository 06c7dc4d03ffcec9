"""Opens the technician's screens over the citizens' ones, and takes them away again."""

from pathlib import Path
from typing import TYPE_CHECKING

from kivy.lang import Builder

from kiosk.staff import Staff
from kiosk.states import Trial, View, Writing
from kiosk.ui.parting import part_with
from kiosk.ui.staff.corner import Corner
from kiosk.ui.staff.pad import Pad
from kiosk.ui.staff.parts import Cover
from kiosk.ui.staff.screen import StaffScreen

if TYPE_CHECKING:
    from kiosk.ui.app import KioskApp

LAYOUTS = ("parts", "pad", "screen", "trial", "state", "actions", "seals")


class StaffDoor:
    """Corner → pad → screen. The booth decides: its trial opens the screen, the trial's end closes it."""

    def __init__(self, app: "KioskApp", staff: Staff) -> None:
        _load_layouts()
        self._app, self.staff = app, staff
        self.cover: Cover | None = None
        self._corner = Corner(lambda: app.px["staff_target"], app.clock_ms, self.ask_pin)

    def ask_pin(self) -> None:
        if not self.cover:
            self._app.large = self._app.contrast = False  # these are a visitor's
            self._put(Pad(self._app.clock_ms, self.uncover, staff=self.staff))

    def show(self, view: View) -> None:
        """What the booth announced. A press closes the pad, as it counts: the citizen comes first."""
        match view.state:
            case Trial():
                self._show_screen(view)
            case Writing():
                self.uncover()
            case _ if isinstance(self.cover, StaffScreen):
                self.uncover()

    def look(self) -> None:
        """Does at once what waiting has come to by now; the timers do the same in their time."""
        self._corner.look()
        if self.cover:
            self.cover.look()

    def uncover(self) -> None:
        if self.cover:
            self.cover.close()
            part_with(self.cover)
            self.cover = None
            self._app.touched()  # the idle page waited for that

    def close(self) -> None:
        self.uncover()
        self._corner.close()

    def _show_screen(self, view: View) -> None:
        if not isinstance(screen := self.cover, StaffScreen):
            screen = StaffScreen(self._app.clock_ms, staff=self.staff)
            self._put(screen)
        screen.view = view

    def _put(self, cover: Cover) -> None:
        self.uncover()
        self.cover = cover
        self._app.root.add_widget(cover)


def _load_layouts() -> None:
    for name in LAYOUTS:
        if (file := str(Path(__file__).with_name(f"{name}.kv"))) not in Builder.files:
            Builder.load_file(file)
