"""One round: every log of this kiosk, oldest first, as far as each verifies."""

from dataclasses import dataclass, field

from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.marks import read_mark
from sync.bulletin import announce
from sync.home import Moment
from sync.log_courier import Kit, LogCourier, Size
from sync.outcomes import Outcome, Then, Told, Trouble
from sync.own_log import OwnLog, short, tip_seq

REST = 30 * 60_000  # ms between two attempts at something that a person must mend
DAY = 24 * 60 * 60_000  # ms between two words about an old log: a ward restored from a copy may lack some of it


@dataclass(slots=True)
class Round:
    """What became of each log."""

    told: dict[str, Told] = field(default_factory=dict)
    retry: bool = False  # try again soon
    retry_after: float | None = None  # s that the ward asked for
    moved: bool = False  # the road broke, but not before the ward had taken something

    @property
    def complete(self) -> bool:
        return all(told.meant is Outcome.DELIVERED for told in self.told.values())


class Courier:
    """Delivers to one ward. Used by one thread; the lock of the round is its caller's."""

    def __init__(self, kit: Kit) -> None:
        self.heard: int | None = None  # `mono` when the ward last acknowledged anything
        self._kit, self._size = kit, Size()
        self._heard: dict[str, int] = {}  # log -> `mono` of the ward's last word about it
        self._resting: dict[str, int] = {}  # log -> `mono` of the last attempt
        self._told: dict[str, Told] = {}

    def round(self, *, contact: bool, everything: bool = False) -> Round:
        """`contact`: speak to the ward even if nothing waits. `everything`: logs that rest as well."""
        found, folders = Round(), all_folders(self._kit.home.logs)
        for place, folder in enumerate(folders, 1):
            if not everything and self._rests(folder.log):
                continue
            speak = contact if place == len(folders) else self._was_silent_for_a_day(folder.log)
            heard = self.heard
            trouble = self._deliver(folder, contact=speak, probe=not everything)
            self._note(folder, trouble)
            if trouble and trouble.outcome.then.retries:
                found.retry, found.retry_after = True, trouble.retry_after or found.retry_after
            if trouble and trouble.outcome.then is Then.WAIT:
                found.moved = self.heard != heard
                self._pass_over(folders[place:], trouble)
                break
        found.told = {folder.log: self._told[folder.log] for folder in folders}
        return found

    def _deliver(self, folder: LogFolder, *, contact: bool, probe: bool) -> Trouble | None:
        """The trouble that it ended in, if any."""
        try:
            courier = LogCourier(OwnLog.open(folder), self._kit, self._size)
        except Trouble as trouble:
            return None if trouble.outcome is Outcome.NO_KEY and _is_whole_at_the_ward(folder) else trouble
        try:
            courier.deliver(contact=contact, probe=probe and self._is_asked_with_nothing(folder.log))
        except Trouble as trouble:
            return trouble
        finally:
            if courier.heard is not None:
                self.heard = self._heard[folder.log] = courier.heard
        return None

    def _rests(self, log: str) -> bool:
        since = self._resting.get(log)
        return since is not None and self._kit.clock.now().mono < since + REST

    def _was_silent_for_a_day(self, log: str) -> bool:
        heard = self._heard.get(log)
        return heard is None or self._kit.clock.now().mono >= heard + DAY

    def _is_asked_with_nothing(self, log: str) -> bool:
        """After a rest an empty batch asks whether it is mended; but of a fork the ward keeps our lines too."""
        return log in self._resting and self._told[log].meant is not Outcome.FORKED

    def _note(self, folder: LogFolder, trouble: Trouble | None) -> None:
        if trouble and trouble.outcome.then is Then.REST:
            self._resting[folder.log] = self._kit.clock.now().mono
        elif not (trouble and trouble.outcome.then.retries):
            self._resting.pop(folder.log, None)
        self._tell(folder, trouble)

    def _pass_over(self, folders: list[LogFolder], trouble: Trouble) -> None:
        """The road is closed: what waits in these logs waits for the same reason."""
        for folder in folders:
            self._tell(folder, trouble)

    def _tell(self, folder: LogFolder, trouble: Trouble | None) -> None:
        about: dict[str, str | int] = {"log": short(folder.log), "address": self._kit.road.address}
        self._told[folder.log] = told = trouble.told(**about) if trouble else Told(Outcome.DELIVERED.name)
        announce(self._kit.home, folder, told, self._heard_at() if told.meant.fine else None)

    def _heard_at(self) -> Moment | None:
        """When the ward last acknowledged, on every clock that we have."""
        if self.heard is None:
            return None
        now = self._kit.clock.now()
        return Moment(now.boot, self.heard, now.wall - (now.mono - self.heard))


def _is_whole_at_the_ward(folder: LogFolder) -> bool:
    acked = read_mark(folder.acked)
    return acked is not None and acked.seq >= tip_seq(folder)
