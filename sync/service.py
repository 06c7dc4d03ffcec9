"""`kiosk-sync run`: enrol if that is still to do, deliver, wait, again. It ends only when it is told to."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from kiosk.settings import Sync
from sync import files
from sync.backoff import Backoff
from sync.clock import Clock
from sync.courier import REST, Courier
from sync.enrol import OpenRoad, enrol, road_to
from sync.home import Home
from sync.log_courier import Kit
from sync.outcomes import Outcome, Then, Told, Trouble
from sync.pinned import Ward

IDLE = 5.0  # s between two looks for an enrolment; a look is one `open`
TURN = 1.0  # s between two looks whether another round (`now`) has ended


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float
    firm: bool = False  # the ward asked for it: a network that comes back does not shorten it


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the service needs of its process."""

    wait: Callable[[Pause], bool]  # between rounds; True when it is time to end
    tell: Callable[[Told], None]  # the journal
    enrolled: Callable[[Ward], None] = lambda _: None  # from now on this ward may pull


class Service:
    """One thread's work."""

    def __init__(
        self,
        home: Home,
        settings: Sync,
        clock: Clock,
        open_road: OpenRoad,
        backoff: Backoff,
        around: Surroundings,
    ) -> None:
        self._home, self._settings, self._clock, self._open_road = home, settings, clock, open_road
        self._backoff, self._around = backoff, around
        self._ward: Ward | None = None
        self._courier: Courier | None = None
        self._said: dict[str, Told] = {}

    def run(self) -> None:
        while not self._around.wait(self.step()):
            pass

    def step(self) -> Pause:
        """One round, or one attempt to enrol; then how long to wait."""
        ward = self._home.ward()
        if ward is None:
            return self._try_to_enrol()
        if not ward.url:
            return self._be_pulled(ward)
        if ward != self._ward:
            self._begin(ward)
        try:
            with files.holding(self._home.round_lock):
                return self._round()
        except files.Locked:
            return Pause(TURN, firm=True)

    def _begin(self, ward: Ward) -> None:
        self._ward = ward
        self._courier = Courier(Kit(self._home, ward, road_to(ward, self._open_road), self._clock))
        self._backoff.reset()
        self._around.enrolled(ward)

    def _be_pulled(self, ward: Ward) -> Pause:
        """Enrolled by a stick: there is nowhere to push to."""
        if ward != self._ward:
            self._ward, self._courier = ward, None
            self._around.enrolled(ward)
        self._tell("", Told(Outcome.NO_ADDRESS.name))
        return Pause(IDLE)

    def _round(self) -> Pause:
        assert self._courier
        found = self._courier.round(contact=self._heartbeat_is_due(self._courier))
        for log, told in found.told.items():
            self._tell(log, told)
        if found.moved:
            self._backoff.reset()  # on a bad line every round ends in trouble; as long as something gets through, go on
        if found.retry:
            return Pause(self._backoff.next(found.retry_after), firm=found.retry_after is not None)
        self._backoff.reset()
        return Pause(min(self._settings.every, self._settings.heartbeat))

    def _heartbeat_is_due(self, courier: Courier) -> bool:
        now = self._clock.now().mono
        return courier.heard is None or now - courier.heard >= self._settings.heartbeat * 1000

    def _try_to_enrol(self) -> Pause:
        pending = self._home.pending()
        if pending is None or pending.refused:
            self._note(pending.refused if pending and pending.refused else Told(Outcome.NOT_ENROLLED.name))
            return Pause(IDLE)
        try:
            enrol(self._home, pending, self._open_road)
        except Trouble as trouble:
            self._note(trouble.told(address=pending.url))
            return self._after(trouble)
        return Pause(0)

    def _after(self, trouble: Trouble) -> Pause:
        pending = self._home.pending()
        if pending and trouble.outcome in (Outcome.CODE_REFUSED, Outcome.MISTYPED_CODE):
            self._home.keep_pending(msgspec.structs.replace(pending, refused=trouble.told(address=pending.url)))
            return Pause(IDLE)
        if trouble.outcome is Outcome.NO_LOG:
            return Pause(IDLE)
        if trouble.outcome.then is Then.REST:
            return Pause(REST / 1000)
        return Pause(self._backoff.next(trouble.retry_after), firm=trouble.retry_after is not None)

    def _note(self, told: Told) -> None:
        status = self._home.status()
        if status.enrolment != told:
            self._home.tell(msgspec.structs.replace(status, enrolment=told))
        self._tell("", told)

    def _tell(self, about: str, told: Told) -> None:
        """Into the journal, once for each change."""
        if self._said.get(about) != told:
            self._said[about] = told
            self._around.tell(told)
