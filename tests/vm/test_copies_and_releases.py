"""A card that was copied, a release that does not work, and the way out again."""

from pathlib import Path

import pytest

from tests.vm.bundle import broken, renamed
from tests.vm.image import Image
from tests.vm.installed import as_disk, prepared
from tests.vm.machine import Machine, Parts, overlay_on
from tests.vm.ready import wait_until_delivered
from tests.vm.terminal import Terminal
from tests.vm.ward import Ward

pytestmark = [pytest.mark.vm, pytest.mark.timeout(2 * 3600)]


def test_one_prepared_card_copied_twice_gives_two_logs(bare: Image, bundle: Path, folder: Path) -> None:
    card = prepared(bare, bundle)
    logs = []
    for name in ("first", "second"):
        (folder / name).mkdir()
        parts = Parts(card.kernel, card.initrd, overlay_on(card.disk, folder / name / "layer"))
        with Machine(parts, folder / name).start() as machine:
            terminal = Terminal(machine).wait_until_up()
            assert terminal.press(5)[0]["noted"]
            (log,) = terminal.lines()
            logs.append(log)
    assert logs[0] != logs[1]


def test_a_release_that_does_not_come_up_gives_way_to_the_one_before(
    terminal: Terminal, ward: Ward, bundle: Path, folder: Path
) -> None:
    terminal.press(1, 2)
    before = terminal.agent.run("readlink /opt/hailong/current")
    terminal.machine.plug_stick(as_disk(broken(bundle, folder / "broken"), folder / "broken.raw"))
    terminal.until(lambda: terminal.agent.try_to("mount -o ro /dev/sda /mnt")[0] == 0, "the bundle can be mounted", 60)
    status, said = terminal.agent.try_to("/mnt/setup.sh upgrade --bundle /mnt --yes", 3000)
    assert status == 1, said
    assert "is in use again; no vote is lost" in said
    assert terminal.agent.run("readlink /opt/hailong/current") == before
    terminal.wait_until_up()
    assert terminal.press(3)[0]["noted"]
    assert terminal.ratings() == [1, 2, 3]
    wait_until_delivered(terminal, ward)


def test_a_newer_release_takes_over_and_goes_back_when_asked(
    terminal: Terminal, ward: Ward, bundle: Path, folder: Path
) -> None:
    terminal.press(1, 2)
    before = terminal.agent.run("readlink /opt/hailong/current")
    terminal.machine.plug_stick(as_disk(renamed(bundle, folder / "next"), folder / "next.raw"))
    terminal.until(lambda: terminal.agent.try_to("mount -o ro /dev/sda /mnt")[0] == 0, "the bundle can be mounted", 60)
    terminal.agent.run("/mnt/setup.sh upgrade --bundle /mnt --yes", 3000)
    assert "/next-" in terminal.agent.run("readlink /opt/hailong/current")
    assert terminal.wait_until_up().press(3)[0]["noted"]
    terminal.agent.run("/opt/hailong/current/setup/setup.sh rollback", 600)
    assert terminal.agent.run("readlink /opt/hailong/current") == before
    assert terminal.wait_until_up().press(4)[0]["noted"]
    assert terminal.ratings() == [1, 2, 3, 4]
    wait_until_delivered(terminal, ward)


def test_uninstall_leaves_nothing_but_the_votes(terminal: Terminal) -> None:
    terminal.press(1, 2)
    lines = terminal.lines()
    terminal.agent.run("cp -r /opt/hailong/current/setup /root/setup && /root/setup/setup.sh uninstall --yes", 300)
    kit = "/etc/systemd/system/hailong-kiosk.service.d"  # the tests' own
    found = terminal.agent.run("find / -xdev -iname '*hailong*' -not -path '/proc/*'").split()
    assert set(found) <= {"/var/lib/hailong", kit}, found
    assert terminal.agent.try_to("getent passwd hailong")[0] != 0
    assert terminal.agent.run("systemctl list-units --all --no-legend 'hailong*'").strip() == ""
    assert terminal.lines() == lines
    assert terminal.agent.run("stat --format '%U %a' /var/lib/hailong").strip() == "root 700"
