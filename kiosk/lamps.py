"""What the lamps say to a view. The same for every rating, so a light tells nobody which button was pressed."""

from hardware.buttons import ButtonPanel, Status
from kiosk.states import Asking, Noted, Sorry, Thanks, View


def show_on_lamps(panel: ButtonPanel, view: View) -> None:
    """While an entry is being written the lamps stay as they are: nobody is told anything before it is durable."""
    match view.state:
        case Asking():
            panel.light(True)
            panel.show(Status.READY)
        case Noted():
            panel.light(True)
            panel.show(Status.NOTED)
        case Thanks():
            panel.light(False)
            panel.show(Status.NOTED)
        case Sorry():
            panel.light(True)
            panel.show(Status.CANNOT_RECORD)
