"""A terminal's technician for tests: a booth that answers with trials, means that remember, a PIN."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kiosk.entry import Stamp
from kiosk.pin import Guard, make
from kiosk.staff import Level, Means, Seal, Staff
from kiosk.states import Via

PIN = "4071"
LINE = make(PIN)
LAMPS = (
    *(f"buttons.{rating}" for rating in (5, 4, 3, 2, 1)),
    "status.ready",
    "status.noted",
    "status.cannot_record",
    "buzzer",
)


class Booth:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []

    def press(self, rating: int, via: Via) -> None:
        self.heard.append(("press", rating, via))

    def release(self, rating: int, via: Via) -> None:
        self.heard.append(("release", rating, via))

    def staff(self, inside: bool) -> None:
        self.heard.append(("staff", inside))

    def staff_touch(self) -> None:
        self.heard.append(("touch",))

    def write(self, kind: str, body: dict[str, Any]) -> None:
        self.heard.append((kind, body))

    @property
    def told(self) -> list[tuple[Any, ...]]:
        """All but the touches."""
        return [what for what in self.heard if what != ("touch",)]


@dataclass(frozen=True)
class Fact:
    name: str
    value: str
    trouble: str | None = None


class Rig:
    """Every means there is, and what was done with them."""

    def __init__(self, folder: Path, now: Callable[[], int], **others: Any) -> None:
        self.booth, self.done = Booth(), list[Any]()
        self.levels = {"volume": 60, "brightness": 90}
        self.said: dict[str, str] = {}
        means = Means(
            facts=facts,
            lamps=LAMPS,
            light=self.done.append,
            sound=lambda: self.done.append("sound"),
            send=lambda: "request-1",
            export=lambda: "request-2",
            can=lambda: {"deliver", "export"},
            reply=lambda request, language: self.said.get(request),
            volume=self._level("volume"),
            brightness=self._level("brightness", least=10),
            language=self.done.append,
            restart=self._restart,
            seals=lambda: [Seal("2026-11-20", SEAL), Seal("2026-11-19", SEAL[:-1] + "B")],
        )
        self.staff = Staff(
            Guard(LINE, folder / "pin.json"),
            self.booth,
            replace(means, **others),
            lambda: Stamp("boot", now(), 0, "unsynced"),
        )

    def _restart(self) -> str:
        self.done.append("restart")
        return "request-3"

    def _level(self, name: str, least: int = 0) -> Level:
        return Level(name, lambda: self.levels[name], lambda value: self.levels.update({name: value}), least)


SEAL = "HAILONG-SEAL-1/" + "0123456789ABCDEF" * 2 + "/1234/" + "0123456789ABCDEF" * 4 + "/2026-11-20/1795276800000/SYNCED/" + "0123456789ABCDEF" * 8  # fmt: skip # noqa: E501


def facts(language: str) -> Sequence[Fact]:
    """As many and as long as real ones."""
    if language == "vi":
        return [
            Fact("Địa chỉ mạng", "192.168.10.23 (wlan0)"),
            Fact("Sóng Wi-Fi", "-79 dBm, yếu", "Sóng yếu: hãy đặt máy gần bộ phát Wi-Fi hơn hoặc dùng dây mạng."),
            Fact("Chuyển phiếu", "Máy chủ của phường không trả lời từ 14:05; sẽ thử lại sau 10 phút."),
            Fact("Máy chủ đã nhận", "đến mục 1234"),
            Fact("Thẻ nhớ", "còn trống 11,2 GB trong 14,8 GB"),
            Fact("Sức khỏe thẻ nhớ", "tốt"),
            Fact("Nhiệt độ", "51 °C"),
            Fact("Nguồn điện", "đủ"),
            Fact("Đồng hồ", "chưa đồng bộ", "Chưa có giờ đúng từ mạng: hãy nối mạng hoặc lắp pin đồng hồ."),
            Fact("Kiểm tra nhật ký", "đúng đến mục 1234"),
            Fact("Độ sáng", "90 %"),
            Fact("Phiên bản", "0.1.0"),
        ]
    return [
        Fact("Network address", "192.168.10.23 (wlan0)"),
        Fact("Wi-Fi", "-79 dBm, weak", "The signal is weak: move the terminal closer to the router, or use a cable."),
        Fact("Delivery", "The ward's server has not answered since 14:05; the next try is in 10 minutes."),
        Fact("Acknowledged", "up to entry 1234"),
        Fact("Card", "11.2 GB of 14.8 GB free"),
        Fact("Card's health", "good"),
        Fact("Temperature", "51 °C"),
        Fact("Power", "enough"),
        Fact("Clock", "not synchronised", "No true time from the network yet: connect it, or fit a clock battery."),
        Fact("Check of the log", "good up to entry 1234"),
        Fact("Brightness", "90 %"),
        Fact("Version", "0.1.0"),
    ]
