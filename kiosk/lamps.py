"""What lamps and buzzer say to a view. The same for every rating, so they tell nobody which button was pressed."""

from threading import Lock

from hardware.buttons import ButtonPanel, Status
from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks, Trial, View

BUZZER = "buzzer"


class Lamps:
    """`show` belongs to the booth's thread; a technician may `test` from any other, during a trial and never else."""

    def __init__(self, panel: ButtonPanel) -> None:
        self._panel = panel
        self._state: State | None = None
        self._lock = Lock()
        self.parts = (*panel.lamps, *((BUZZER,) if panel.has_buzzer else ()))  # what can be tested, by name

    def show(self, view: View) -> None:
        """A state announced again (a language, a stuck line) is no news to a lamp; a trial's lamps are the tester's."""
        with self._lock:
            before, self._state = self._state, view.state
            if view.state != before and not (isinstance(view.state, Trial) and isinstance(before, Trial)):
                show_on_lamps(self._panel, view.state)

    def test(self, part: str | None) -> bool:
        """Light one lamp alone, or sound the buzzer; None is all dark. False, and nothing done, outside a trial."""
        with self._lock:
            if not isinstance(self._state, Trial):
                return False
            if part == BUZZER:
                self._panel.sound()
            else:
                self._panel.light_alone(part)
            return True


def show_on_lamps(panel: ButtonPanel, state: State) -> None:
    """While an entry is being written all stays as it is: nobody is told anything before it is durable."""
    match state:
        case Asking():
            panel.light(True)
            panel.show(Status.READY)
        case Noted():
            panel.light(True)
            panel.show(Status.NOTED)
            panel.sound()
        case Choosing() | Thanks():
            panel.light(False)
            panel.show(Status.NOTED)
        case Sorry():
            panel.light(True)
            panel.show(Status.CANNOT_RECORD)
        case Trial():
            panel.light(False)
            panel.show(Status.DARK)
