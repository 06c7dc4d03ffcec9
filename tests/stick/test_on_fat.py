"""The same on a real FAT32 file system: what another computer finds, also after it was pulled out at any moment."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sync.carry import Carrier
from sync.outcomes import Outcome, Trouble
from sync.stick import Stick, System
from sync.wire import opened, unpack
from tests.stick.conftest import Fat
from tests.sync.conftest import Kiosk, lines_of
from tests.sync.office import Office, acked, export, names, outcomes

pytestmark = pytest.mark.stick

COPY = """
import sys
from pathlib import Path
from sync.carry import Carrier
from kiosk.clock import SystemClock
from sync.home import Home
from sync.stick import Stick
home = Home(Path(sys.argv[1]))
with Stick(Path(sys.argv[2])) as stick:
    Carrier(home, SystemClock(False), lambda _: print("next", flush=True), lines=1).export(stick)
"""


@pytest.fixture
def kiosk(new_kiosk: Callable[[], Kiosk], office: Office) -> Kiosk:
    kiosk = new_kiosk().start().vote(11)
    office.knows(kiosk)
    return kiosk


def assert_whole(office: Office, files: list[Path]) -> int:
    """How many there are; each with the name of a batch is one."""
    batches = [file for file in files if file.suffix == ".hlb"]
    for file in batches:
        assert unpack(opened(file.read_bytes(), office.house.key, 10**7)[1]).check_chain()
    return len(batches)


def test_there_and_back(kiosk: Kiosk, office: Office, fat: Fat, tmp_path: Path) -> None:
    place = fat.mount()
    print("driver:", fat.driver)
    assert outcomes(export(kiosk, place)) == [Outcome.CARRIED]
    (name,) = names(place)
    fat.unmount()
    assert fat.is_sound()
    assert [file.name for file in fat.files(fat.image, tmp_path / "seen")] == [name]
    fat.mount()
    assert all(report.ok for report in office.imports(place))
    assert office.lines(kiosk.log) == lines_of(kiosk, kiosk.log)
    assert outcomes(export(kiosk, place)) == [Outcome.RECEIPT_TAKEN, Outcome.NOTHING_TO_CARRY]
    assert acked(kiosk) == 12
    fat.unmount()
    assert fat.is_sound()


def test_a_full_stick_keeps_what_is_whole(kiosk: Kiosk, office: Office, fat: Fat) -> None:
    place = fat.mount()
    fill(place / "holiday.jpg", leave=3)
    with Stick(place) as stick, pytest.raises(Trouble) as told:
        Carrier(kiosk.home, kiosk.clock, lines=1).export(stick)
    assert told.value.outcome is Outcome.STICK_FULL
    there = assert_whole(office, list(place.iterdir()))
    assert there == told.value.facts["n"] < 12
    assert not [name for name in names(place) if name.endswith(".part")]
    (place / "holiday.jpg").unlink()
    assert outcomes(export(kiosk, place)) == [Outcome.CARRIED]
    assert all(report.ok for report in office.imports(place))
    assert office.lines(kiosk.log) == lines_of(kiosk, kiosk.log)


def fill(file: Path, leave: int) -> None:
    """All but about `leave` KiB of the stick."""
    with file.open("wb", buffering=0) as handle, suppress(OSError):
        while handle.write(bytes(64 * 1024)):
            pass
    os.truncate(file, file.stat().st_size - leave * 1024)


def test_a_locked_stick_says_so(kiosk: Kiosk, fat: Fat) -> None:
    place = fat.mount(read_only=True)
    (told,) = export(kiosk, place)
    assert told.meant is Outcome.STICK_READ_ONLY
    assert names(place) == []


@pytest.mark.parametrize("files", [1, 4, 9])
def test_pulled_out_by_the_kernels_leave_in_the_middle(kiosk: Kiosk, office: Office, fat: Fat, files: int) -> None:
    """`umount -l`: nothing lands in the empty folder on our own card, and nothing is said to be there that is not."""

    class Pulling(System):
        def rename(self, old: str, new: str, folder: int) -> None:
            super().rename(old, new, folder)
            renamed.append(new)
            if len(renamed) == files:
                fat.unmount(lazily=True)

    place, renamed = fat.mount(), list[str]()
    with pytest.raises(Trouble) as told, Stick(place, Pulling()) as stick:
        Carrier(kiosk.home, kiosk.clock, lines=1).export(stick)
    assert told.value.outcome is Outcome.STICK_GONE
    assert told.value.facts["n"] == files - 1
    assert names(place) == []
    fat.mount()
    assert assert_whole(office, list(place.iterdir())) >= files - 1


def test_what_another_computer_finds_on_a_stick_pulled_out_at_any_step(
    kiosk: Kiosk, office: Office, fat: Fat, tmp_path: Path
) -> None:
    """The image is copied before every step: as if power and stick were gone at that moment."""

    class Copied(System):
        def __getattribute__(self, name: str) -> Any:
            if name in STEPS and len(images) < 60:
                images.append((done[0], tmp_path / f"{len(images)}.img"))
                subprocess.run(["cp", "--sparse=always", fat.image, images[-1][1]], check=True)
            return object.__getattribute__(self, name)

    images, done = list[tuple[int, Path]](), [0]
    place = fat.mount()
    with Stick(place, Copied()) as stick:

        def tell(told: Any) -> None:
            done[0] = int(told.facts["n"]) // 4

        Carrier(kiosk.home, kiosk.clock, tell, lines=4).export(stick)
    found = set()
    for whole, image in images:
        there = assert_whole(office, fat.files(image, tmp_path / "seen"))
        assert there >= whole, image
        found.add(there)
    assert {0, 1, 2} <= found
    assert len(images) > 25


STEPS = [name for name in vars(System) if not name.startswith("_")]


@pytest.mark.parametrize("after", [1, 3, 7])
def test_killed_in_the_middle(kiosk: Kiosk, office: Office, fat: Fat, after: int) -> None:
    place = fat.mount()
    line = [sys.executable, "-c", COPY, str(kiosk.home.data), str(place)]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for _ in range(after):
        assert process.stdout.readline() == "next\n"
    process.send_signal(signal.SIGKILL)
    process.wait(100)
    process.stdout.close()
    assert assert_whole(office, list(place.iterdir())) >= after - 1
    assert outcomes(export(kiosk, place)) == [Outcome.CARRIED]
    assert not [name for name in names(place) if name.endswith(".part")]
    assert all(report.ok for report in office.imports(place))
    assert office.lines(kiosk.log) == lines_of(kiosk, kiosk.log)
    fat.unmount()
    assert fat.is_sound() or fat.driver == "fusefat"
