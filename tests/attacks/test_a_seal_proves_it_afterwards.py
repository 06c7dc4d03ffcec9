"""A seal photographed before a manipulation proves it afterwards: from an exported file alone, or at the ward."""

import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from kiosk.calendar import LOCAL
from kiosk.cli import main as kiosk_main
from kiosk.sealer import Sealer
from kiosk.settings import SESSIONS
from sync.ward.cli import main
from sync.ward.store.found import findings
from sync.ward.store.people import audit
from tests.attacks.conftest import Kiosk, Office, edit, insert, rewrite

pytestmark = pytest.mark.slow  # `./setup.sh test attacks`

CLOSING = datetime(2026, 11, 19, 17, 1, tzinfo=LOCAL)
CONTAINED, CONTRADICTED, NOT_YET = (0, "CONTAINED"), (1, "CONTRADICTED"), (3, "NOT YET ARRIVED")


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def closes(kiosk: Kiosk) -> str:
    """The day ends: what the inspector photographs."""
    archive = kiosk.archive
    assert archive
    kiosk.clock.reboot()
    kiosk.clock.wait_until(round(CLOSING.replace(hour=8).timestamp() * 1000))

    def write(kind: str, body: dict[str, object]) -> None:
        archive.append(kind, kiosk.clock.now(), body)

    sealer = Sealer(archive, SESSIONS, kiosk.clock.now, write)
    sealer._began = CLOSING.replace(hour=7)
    kiosk.clock.wait_until(round(CLOSING.timestamp() * 1000))
    sealer.round()
    sealer.round()
    shown = CliRunner().invoke(kiosk_main, ["seal", "--logs", str(kiosk.home.logs)])
    assert shown.exit_code == 0, shown.stderr
    return shown.stdout.strip()


def ward(office: Office, *words: str) -> Result:
    return CliRunner().invoke(main, [words[0], "--data", str(office.ward.house.folder), *words[1:]])


def asked(office: Office, seal: str, folder: Path) -> list[tuple[int, str]]:
    """The ward's database first, then a file that somebody else looks at."""
    file = folder / "log.dossier"
    said = [ward(office, "verify", "--seal", seal)]
    assert ward(office, "export", office.kiosk.folders[0].log[:8], str(file)).exit_code == 0
    said.append(CliRunner().invoke(main, ["verify", str(file), "--seal", seal, "--data", "/nonexistent"]))
    return [(one.exit_code, next((w for _, w in (CONTAINED, CONTRADICTED, NOT_YET) if w in one.output), one.output))
            for one in said]  # fmt: skip


@pytest.fixture
def day(office: Office) -> str:
    """Votes, then the seal of the day."""
    office.kiosk.vote(3, rating=4).vote(2, rating=1)
    return closes(office.kiosk)


def test_a_seal_of_an_honest_log_is_contained(office: Office, day: str, tmp_path: Path) -> None:
    office.kiosk.deliver()
    assert asked(office, day, tmp_path) == [CONTAINED, CONTAINED]
    assert office.found() == set()


def test_a_seal_whose_entries_wait_at_the_kiosk_has_not_yet_arrived(office: Office, day: str, tmp_path: Path) -> None:
    office.kiosk.announce(3)
    assert asked(office, day, tmp_path) == [NOT_YET, NOT_YET]


@pytest.mark.parametrize("change", [edit, insert], ids=lambda change: change.__name__)
def test_a_log_rewritten_after_the_photograph_is_contradicted(
    change: Callable[[list[str]], list[str]], office: Office, day: str, tmp_path: Path
) -> None:
    """By root, with the key, every chain made anew and every note thrown away: nothing else would show it."""
    office.kiosk.power_off()
    rewrite(office.kiosk.folders[0], change, chained=True, marks=True)
    assert office.kiosk.start().vote(4).deliver().fine
    assert office.found() == set()
    assert asked(office, day, tmp_path) == [CONTRADICTED, CONTRADICTED]
    (found,) = office.ward.rows(select(findings))
    assert found.kind == "seal"
    kept = [row.detail for row in office.ward.rows(select(audit)) if row.what == "seal"]
    assert day.split("/")[3].lower() in kept[0]
    assert day.split("/")[7].lower() in kept[0]


def test_the_seal_of_the_branch_that_came_second_says_which_one_it_is(
    office: Office, new_kiosk: Callable[..., Kiosk], tmp_path: Path
) -> None:
    clone = new_kiosk(office.kiosk.vote(2).power_off().card)
    clone.start().vote(2, rating=1)
    seal = closes(clone)
    office.kiosk.start().vote(3)
    office.kiosk.deliver()
    clone.deliver()
    said = ward(office, "verify", "--seal", seal)
    assert (said.exit_code, "branch B" in said.output) == (0, True)
    file = str(tmp_path / "file")
    log = office.kiosk.log
    for branch, code in (("A", 1), ("B", 0)):
        assert ward(office, "export", log, file, "--branch", branch).exit_code == 0
        assert CliRunner().invoke(main, ["verify", file, "--seal", seal]).exit_code == code


@pytest.mark.parametrize("part", range(1, 8))
def test_a_forged_seal_proves_nothing(part: int, office: Office, day: str, tmp_path: Path) -> None:
    office.kiosk.deliver()
    parts = day.split("/")
    parts[part] = {4: "2026-09-21", 6: "RTC"}.get(part, parts[part][:-1] + ("2" if parts[part][-1] == "1" else "1"))
    file = tmp_path / "file"
    ward(office, "export", office.kiosk.log, str(file))
    forged = "/".join(parts)
    said = CliRunner().invoke(main, ["verify", str(file), "--seal", forged])
    assert said.exit_code == 1
    assert "NOT GENUINE" in said.output or "not of the log" in said.output
    at_ward = ward(office, "verify", "--seal", forged)
    assert at_ward.exit_code == (3 if part == 1 else 1)
    assert office.found() == set()


def test_a_file_is_checked_with_nothing_but_itself_and_the_published_key(
    office: Office, day: str, tmp_path: Path
) -> None:
    kiosk = office.kiosk
    kiosk.deliver()
    kiosk.succeed().vote()
    kiosk.deliver()
    old, new = (folder.log for folder in kiosk.folders)
    ward_key = bytes(office.ward.house.key.verify_key).hex()
    for log, told in ((old, f"Log {new} goes on from it."), (new, f"It goes on from log {old}, as that log's key")):
        file = tmp_path / log
        assert ward(office, "export", log, str(file)).exit_code == 0
        said = CliRunner().invoke(main, ["verify", str(file), "--key", ward_key])
        assert (said.exit_code, told in said.output) == (0, True), said.output
    other = CliRunner().invoke(main, ["verify", str(tmp_path / old), "--key", "0" * 64])
    assert other.exit_code == 1


@pytest.mark.parametrize("where", ["cover", "signature", "line", "cut", "more", "another ward"])
def test_a_file_that_was_changed_is_no_file(where: str, office: Office, day: str, tmp_path: Path) -> None:
    office.kiosk.deliver()
    file = tmp_path / "file"
    ward(office, "export", office.kiosk.log, str(file))
    lines = file.read_bytes().splitlines(keepends=True)
    if where == "cover":
        lines[0] = lines[0].replace("Quầy 1".encode(), "Quầy 2".encode())
    elif where == "signature":
        lines[1] = lines[1].replace(lines[1][1:2], b"1" if lines[1][1:2] != b"1" else b"2", 1)
    elif where == "line":
        lines[4] = lines[4].replace(b'"rating":4', b'"rating":5')
    elif where == "cut":
        lines.pop()
    elif where == "more":
        lines.append(lines[-1])
    else:
        key = bytes(office.ward.house.key.verify_key).hex().encode()
        lines[0] = lines[0].replace(key, b"0" * 64)
    file.write_bytes(b"".join(lines))
    said = CliRunner().invoke(main, ["verify", str(file), "--seal", day])
    assert said.exit_code == 1
    assert "not what `ward export` wrote" in said.output
    assert "CONTAINED" not in said.output


def test_the_qr_is_read_back_by_another_programs_eyes(office: Office, day: str, tmp_path: Path) -> None:
    """As a picture of `kiosk seal --png`, read by zbar, to the answer."""
    picture = tmp_path / "seal.png"
    drawn = CliRunner().invoke(kiosk_main, ["seal", "--logs", str(office.kiosk.home.logs), "--png", str(picture)])
    assert drawn.exit_code == 0
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "--nodbus", str(picture)], capture_output=True, text=True, check=True
    )
    assert read.stdout.strip() == day
    office.kiosk.deliver()
    assert ward(office, "verify", "--seal", read.stdout).exit_code == 0


def test_the_answers_are_in_vietnamese_too(office: Office, day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    office.kiosk.deliver()
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert "CÓ ĐỦ" in ward(office, "verify", "--seal", day).output
