"""The technician's screens with invented facts, for pictures and tests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.entry import Stamp
from kiosk.pin import Guard
from kiosk.staff import Level, Means, Seal, Staff
from kiosk.states import Trial, View

if TYPE_CHECKING:
    from kiosk.ui.app import KioskApp

STATUS = ("status.ready", "status.noted", "status.cannot_record")
LAMPS = (*(f"buttons.{rating}" for rating in (5, 4, 3, 2, 1)), *STATUS, "buzzer")
HALF_A_SEAL = "0123456789ABCDEF" * 2
SEAL = f"HAILONG-SEAL-1/{HALF_A_SEAL}/1234/{HALF_A_SEAL * 2}/2026-11-20/1795276800000/SYNCED/{HALF_A_SEAL * 4}"


@dataclass(frozen=True)
class Fact:
    name: str
    value: str
    trouble: str | None = None


class Nobody:
    """A booth that hears nothing."""

    def press(self, *_: Any) -> None: ...
    def release(self, *_: Any) -> None: ...
    def staff(self, inside: bool) -> None: ...
    def staff_touch(self) -> None: ...
    def write(self, *_: Any) -> None: ...


def sample_staff() -> Staff:
    """Can do everything, and does nothing."""
    return Staff(Guard("", Path("/nowhere/pin.json")), Nobody(), sample_means(), lambda: Stamp("", 0, 0, "unsynced"))


def sample_means() -> Means:
    return Means(
        facts=facts,
        lamps=LAMPS,
        sound=lambda: None,
        send=lambda: "",
        restart=lambda: "",
        volume=Level("volume", lambda: 60, lambda _value: None),
        brightness=Level("brightness", lambda: 90, lambda _value: None),
        language=lambda _code: None,
        seals=lambda: [Seal("2026-11-20", SEAL), Seal("2026-11-19", SEAL)],
    )


def staff_pages(app: "KioskApp", language: str) -> Iterator[str]:
    """Opens one after the other and names it; a few frames later it can be drawn. At the end all are closed."""
    door: Any = app.staff_door  # the app was made with `sample_staff`
    door.uncover()
    door.ask_pin()
    door.cover.digits = "0" * 4
    yield "staff-pin"
    for rating, name in ((5, "trial"), (4, "state"), (3, "actions"), (2, "seals")):
        door.show(View(Trial(0, ("button", rating)), 0, language))
        _open(door.cover, name)
        yield f"staff-{name}"
    door.uncover()


def _open(screen: Any, name: str) -> None:
    screen.turn_to(name)
    while name == "state" and not screen.page.facts:
        screen.page.look()  # the thread answers at once


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
