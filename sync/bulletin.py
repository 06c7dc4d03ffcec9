"""What `status` shows, kept up to date by whoever hears from the ward."""

import msgspec

from kiosk.votelog.folder import LogFolder
from sync.home import Home, LogStatus, Moment
from sync.outcomes import Told


def announce(home: Home, folder: LogFolder, told: Told, success: Moment | None) -> None:
    """A log of which nothing new is to be told is not written again: a card wears out."""
    status = home.status()
    kept = status.logs.get(folder.log, LogStatus())
    new = LogStatus(told, success or kept.success)
    if new != status.logs.get(folder.log):
        home.tell(msgspec.structs.replace(status, enrolment=None, logs={**status.logs, folder.log: new}))
