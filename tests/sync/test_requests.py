"""What the terminal asks of the courier through the spool."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.entry import Stamp
from kiosk.means import means
from kiosk.network import Network, Wifi
from kiosk.settings import Settings
from kiosk.spool import answer, ask
from sync.alarm import Alarm
from sync.export_desk import ExportDesk
from sync.files import holding
from sync.service import Pause
from sync.spool import Counter
from sync.wishes import PLACE, eject, restart
from tests.sync.conftest import Kiosk
from tests.sync.test_every_vote_arrives_once import assert_all_arrived
from tests.sync.test_the_command import Technician, technician  # noqa: F401  a fixture
from tests.sync.ward_double import WardDouble

CABLE = Network({"eth0": "10.0.0.2"})


class Office:
    """A counter whose network and restart the test decides."""

    def __init__(self, kiosk: Kiosk) -> None:
        self.kiosk, self.network, self.refusal, self.said = kiosk, CABLE, "", []
        self.alarm = Alarm()
        self.stick, self.mounted = kiosk.home.data / "stick", True
        exports = ExportDesk(kiosk.home, kiosk.clock, self.stick, lambda _: self.mounted, lambda job: job())
        self.counter = Counter(kiosk.home, self.alarm, lambda: self.network, lambda: self.refusal, exports)
        self.clerk = self.counter.clerk(self.said.append)

    @property
    def folder(self):
        return self.counter.folder

    def kept(self) -> dict:
        return json.loads((self.kiosk.home.folder / "network.json").read_text())["network"]


def until(found: Callable[[], object]) -> None:
    """Wait for another process; the test's own time limit ends it."""
    pause = threading.Event()
    while not found():
        pause.wait(0.05)


@pytest.fixture
def office(kiosk: Kiosk) -> Office:
    return Office(kiosk)


def test_the_network_is_told_at_once(office: Office) -> None:
    office.network = Network({"wlan0": "10.0.0.3"}, Wifi("wlan0", -61))
    request = ask(office.folder, "network")
    office.clerk.look()
    said = answer(office.folder, request)
    assert said["done"]
    assert said["network"] == {"addresses": {"wlan0": "10.0.0.3"}, "wifi": {"interface": "wlan0", "dbm": -61}}
    assert "deliver" in said["can"]
    assert office.kept() == said["network"]


def test_a_card_is_not_written_because_wifi_never_stands_still(office: Office) -> None:
    for level, kept in ((-61, -61), (-62, -61), (-64, -61), (-66, -66)):
        office.network = Network({"wlan0": "10.0.0.3"}, Wifi("wlan0", level))
        office.counter.tell_network()
        assert office.kept()["wifi"]["dbm"] == kept


def test_a_delivery_is_answered_after_a_round_that_began_when_it_was_asked(office: Office) -> None:
    request = ask(office.folder, "deliver")
    office.clerk.look()  # in the middle of a round
    assert office.counter.between_rounds(Pause(600, firm=True)) is False  # which ends, and another begins at once
    assert answer(office.folder, request) is None
    office.alarm.nudge()
    office.counter.between_rounds(Pause(600))
    assert answer(office.folder, request)["done"] is True


def test_a_request_ends_a_wait_within_two_seconds(office: Office) -> None:
    waited = threading.Thread(target=office.counter.between_rounds, args=(Pause(600, firm=True),))
    waited.start()
    office.clerk.start()
    ask(office.folder, "deliver")
    waited.join(2)
    assert not waited.is_alive()
    office.clerk.end()


def said_on_the_staff_screen(office: Office) -> str | None:
    """Asked and read by the terminal's own code."""
    able = means(Settings(data=office.kiosk.home.data), None, None, None, None, None)
    with holding(office.kiosk.home.run_lock):  # the courier runs
        request = able.export()
        office.clerk.look()
        return able.reply(request, "vi")


def test_an_export_says_what_was_copied_and_then_that_nothing_waits(office: Office, ward: WardDouble) -> None:
    office.stick.mkdir()
    assert "8 bản ghi trong 1 tệp. Rút USB được" in said_on_the_staff_screen(office)
    assert [file.suffix for file in office.stick.iterdir()] == [".hlb"]
    held = ward.logs[office.kiosk.log]
    office.kiosk.courier().round(contact=True)
    assert held.have == 8
    assert said_on_the_staff_screen(office) == "Không phải chép gì: phường đã có mọi bản ghi. Rút USB được."


def test_an_empty_mount_point_is_no_stick(office: Office) -> None:
    office.stick.mkdir()
    office.mounted = False
    assert said_on_the_staff_screen(office) == "Không có USB: hãy cắm USB, đợi mười giây rồi yêu cầu lại."
    assert list(office.stick.iterdir()) == []


def test_an_export_tells_how_far_it_is(office: Office) -> None:
    office.stick.mkdir()
    office.kiosk.succeed().vote(2)
    request, seen = ask(office.folder, "export"), []
    look = office.kiosk.clock.now

    def now() -> Stamp:
        seen.append(answer(office.folder, request))
        return look()

    office.kiosk.clock.now = now  # type: ignore[method-assign]  between two files
    office.clerk.look()
    first, second = seen
    assert first is None
    assert (second["going"], second["done"], second["told"][0]["facts"]) == (True, False, {"n": 0, "all": 11})
    last = answer(office.folder, request)
    assert (last["going"], last["done"], last["told"][0]["facts"]) == (False, True, {"n": 11, "files": 2})


@pytest.mark.parametrize("refusal", ["", "not allowed"])
def test_a_restart_that_is_refused_says_why(office: Office, refusal: str) -> None:
    office.refusal = refusal
    request = ask(office.folder, "restart")
    office.clerk.look()
    said = answer(office.folder, request)
    assert (said["done"], said["why"]) == (not refusal, refusal)


def test_what_is_wished_of_root_is_a_file_that_systemd_waits_for(tmp_path: Path) -> None:
    units = Path(__file__).parents[2] / "assets/install/etc/systemd/system"
    for wish in (restart, eject):
        assert wish(tmp_path) == ""
        assert (tmp_path / wish.__name__).exists()
        assert f"PathExists={PLACE / wish.__name__}\n" in (units / f"hailong-{wish.__name__}.path").read_text()


def test_a_persons_own_computer_is_not_restarted(tmp_path: Path) -> None:
    assert restart(tmp_path / "nothing here") == "not installed by setup.sh"
    assert list(tmp_path.iterdir()) == []


def test_run_delivers_when_the_terminal_asks(technician: Technician, kiosk: Kiosk, ward: WardDouble) -> None:  # noqa: F811
    technician.config.write_text(technician.config.read_text().replace("= 1\n", "= 600\n"))
    running = technician.start("run")
    assert running.stdout
    assert running.stdout.readline() == "Every entry is at the ward.\n"
    kiosk.vote(3)
    folder = kiosk.home.data / "spool"
    garbage = folder / "x.ask"
    request = ask(folder, "deliver")
    garbage.write_text("{")
    until(lambda: answer(folder, request))
    assert_all_arrived(kiosk, ward)
    assert json.loads((kiosk.home.folder / "network.json").read_text())["can"]
    until(lambda: not garbage.exists())
    running.terminate()
    _, said = running.communicate(timeout=100)
    assert said == f"{garbage}: is no request; removed\n"


def test_the_status_file_has_its_sentences_for_whoever_does_not_know_our_outcomes(kiosk: Kiosk) -> None:
    kiosk.courier().round(contact=True)
    told = json.loads((kiosk.home.folder / "status.json").read_text())["logs"][kiosk.log]["told"]
    assert (told["sentence"], told["then"]) == ("Every entry is at the ward.", "GO_ON")
    before = (kiosk.home.folder / "status.json").stat().st_mtime_ns
    kiosk.courier().round(contact=False)
    assert (kiosk.home.folder / "status.json").stat().st_mtime_ns == before
