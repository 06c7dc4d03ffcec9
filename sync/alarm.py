"""What ends a wait early: the network came back, a technician typed `enrol`, or the service is to end."""

from threading import Condition

from sync.service import Pause


class Alarm:
    """Rung from any thread; waited for by the courier's."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._ended = self._nudged = self._network = False

    def wait(self, pause: Pause) -> bool:
        """Wait as long as the pause, or until rung. True when it is time to end."""
        with self._condition:
            self._condition.wait_for(lambda: self._rung(pause), pause.seconds)
            self._nudged = self._network = False
            return self._ended

    def end(self) -> None:
        self._ring("_ended")

    def nudge(self) -> None:
        self._ring("_nudged")

    def network_came(self) -> None:
        self._ring("_network")

    def _rung(self, pause: Pause) -> bool:
        return self._ended or self._nudged or (self._network and not pause.firm)

    def _ring(self, bell: str) -> None:
        with self._condition:
            setattr(self, bell, True)
            self._condition.notify_all()
