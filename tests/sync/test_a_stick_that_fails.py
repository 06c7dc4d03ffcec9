"""Whatever happens to a stick at whatever step: one sentence, nothing lost, no half file by the name of a whole one."""

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from sync import files
from sync.carry import Carrier, export_to
from sync.outcomes import Outcome, Told, Trouble
from sync.stick import Stick, System
from sync.wire import unpack
from sync.wire.carried import BATCH, PART, envelope_of, opened
from tests.sync.conftest import Kiosk, lines_of
from tests.sync.office import Office, names, outcomes


class Pulled(BaseException):
    """The power went, or SIGKILL came: nothing that tidies up runs any more."""


class Failing(System):
    """The real kernel, until call number `at` (0: always): that one and, if `gone`, all after it fail."""

    def __init__(self, at: int, error: BaseException, *, gone: bool = False) -> None:
        self.at, self.error, self.gone, self.calls = at, error, gone, list[str]()

    def __getattribute__(self, name: str) -> Any:
        real = object.__getattribute__(self, name)
        if name not in STEPS:
            return real

        def step(*words: Any) -> Any:
            self.calls.append(name)
            late = len(self.calls) - self.at if self.at else -1
            if late == 0 or (self.gone and late > 0 and name != "close"):
                if name == "write":
                    real(words[0], words[1][: len(words[1]) // 2])  # half of it got there
                raise self.error
            return real(*words)

        return step


STEPS = [name for name in vars(System) if not name.startswith("_")]


def export(kiosk: Kiosk, stick: Path, system: System) -> list[Told]:
    with Stick(stick, system) as opened:
        return Carrier(kiosk.home, kiosk.clock, lines=4).export(opened)


def told_by(kiosk: Kiosk, stick: Path, system: System) -> Told:
    try:
        return export(kiosk, stick, system)[-1]
    except Trouble as trouble:
        return trouble.told()


def steps_of_a_whole_export(kiosk: Kiosk, stick: Path) -> list[str]:
    system = Failing(0, OSError())
    export(kiosk, stick, system)
    empty(stick)
    return system.calls


def assert_each_is_whole(office: Office, stick: Path) -> None:
    """What has the name of a batch is one: it opens, and its chain runs to its head."""
    for file in batches(stick):
        _, body = opened(file.read_bytes(), office.house.key, 10_000_000)
        assert unpack(body).check_chain()


def assert_the_rest_still_leaves(kiosk: Kiosk, office: Office, stick: Path) -> None:
    empty(stick)
    export(kiosk, stick, System())
    assert all(report.ok for report in office.imports(stick))
    assert office.lines(kiosk.log) == lines_of(kiosk, kiosk.log)


def empty(stick: Path) -> None:
    for file in stick.iterdir():
        file.unlink()


def entries_on(stick: Path) -> int:
    return sum(envelope_of(file.read_bytes()).last - envelope_of(file.read_bytes()).after for file in batches(stick))


def batches(stick: Path) -> list[Path]:
    return sorted(stick.glob(f"*{BATCH}"))


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (errno.ENOSPC, Outcome.STICK_FULL),
        (errno.EIO, Outcome.STICK_GONE),
        (errno.ENODEV, Outcome.STICK_GONE),
        (errno.EROFS, Outcome.STICK_READ_ONLY),
    ],
)
def test_any_step_may_fail(carried: Kiosk, office: Office, stick: Path, code: int, outcome: Outcome) -> None:
    steps = steps_of_a_whole_export(carried, stick)
    assert set(steps) >= set(STEPS) - {"remove"}
    for at, step in enumerate(steps, 1):
        for gone in (False, True):
            system = Failing(at, OSError(code, os.strerror(code)), gone=gone)
            told = told_by(carried, stick, system)
            if told.meant is Outcome.CARRIED:
                assert (step, gone) in (("remove", False), ("close", False))
            else:
                assert told.meant is outcome, step
                assert int(told.facts.get("n", 0)) <= entries_on(stick), step  # never more than is there
            if not gone:
                assert not [name for name in names(stick) if name.endswith(PART)], step
            assert_each_is_whole(office, stick)
            empty(stick)
    assert_the_rest_still_leaves(carried, office, stick)


def test_the_power_goes_between_any_two_steps(carried: Kiosk, office: Office, stick: Path) -> None:
    for at in range(1, len(steps_of_a_whole_export(carried, stick)) + 1):
        with pytest.raises(Pulled):
            export(carried, stick, Failing(at, Pulled(), gone=True))
        assert_each_is_whole(office, stick)
        if at % 2:
            empty(stick)  # else the next export meets what this one left
    assert_the_rest_still_leaves(carried, office, stick)


def test_a_stick_that_lies_is_found_out(carried: Kiosk, stick: Path) -> None:
    class Lying(System):
        def read(self, handle: int, size: int) -> bytes:
            return bytes(byte ^ 1 for byte in super().read(handle, size))

    with pytest.raises(Trouble) as told:
        export(carried, stick, Lying())
    assert told.value.outcome is Outcome.STICK_LIES
    assert names(stick) == []


def test_what_is_read_back_comes_from_the_stick(carried: Kiosk, stick: Path) -> None:
    system = Failing(0, OSError())
    export(carried, stick, system)
    one_file = [step for step in system.calls if step != "close"]
    one_file = one_file[one_file.index("create") : one_file.index("rename") + 2]
    assert one_file == ["create", "write", "flush", "open", "forget", "read", "read", "rename", "flush"]


def test_a_driver_that_cannot_flush_a_folder_is_no_trouble(carried: Kiosk, stick: Path) -> None:
    class NoFolderFlush(System):
        def flush(self, handle: int) -> None:
            if stat.S_ISDIR(os.fstat(handle).st_mode):
                raise OSError(errno.EINVAL, "")
            super().flush(handle)

    assert outcomes(export(carried, stick, NoFolderFlush())) == [Outcome.CARRIED]


def test_a_stick_exchanged_in_the_middle_is_gone_and_our_own_card_gets_nothing(
    carried: Kiosk,
    stick: Path,
) -> None:
    """As after `umount -l`: the handle still reaches the old one, the place is an empty folder of ours."""

    class Exchanged(System):
        def rename(self, old: str, new: str, folder: int) -> None:
            super().rename(old, new, folder)
            if not aside.exists():
                stick.rename(aside)
                stick.mkdir()

    aside = stick.with_name("aside")
    with pytest.raises(Trouble) as told:
        export(carried, stick, Exchanged())
    assert (told.value.outcome, told.value.facts["n"]) == (Outcome.STICK_GONE, 0)
    assert (names(stick), len(names(aside))) == ([], 1)


@pytest.mark.parametrize("place", ["no such folder", "a file"])
def test_what_is_no_folder_is_said(carried: Kiosk, tmp_path: Path, place: str) -> None:
    (tmp_path / "a file").touch()
    (told,) = export_to(tmp_path / place, Carrier(carried.home, carried.clock), carried.home)
    assert (told.meant, told.facts["place"]) == (Outcome.NO_FOLDER, str(tmp_path / place))


def test_two_copies_at_once_do_not_disturb_each_other(carried: Kiosk, stick: Path) -> None:
    with files.holding(carried.home.stick_lock):
        (told,) = export_to(stick, Carrier(carried.home, carried.clock), carried.home)
    assert (told.meant, names(stick)) == (Outcome.STICK_BUSY, [])
