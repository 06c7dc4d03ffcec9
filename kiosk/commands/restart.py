"""`kiosk restart`: the terminal ends in order, and systemd starts it again."""

import time
from pathlib import Path

import click

from kiosk.audit import terminal_runs
from kiosk.commands.common import config_option, read_settings
from kiosk.leaving import LONGEST, Asking
from kiosk.sayings import _

LOOK = 0.2  # s between two looks whether it has ended
GRACE = 5.0  # s to end for a terminal that was idle at the last moment


@click.command(help=_("End the running terminal in order; systemd starts it again, in the release that is installed."))
@config_option
@click.option("--when-idle", is_flag=True, help=_("Not while somebody is being asked, or a technician is in."))
@click.option("--timeout", type=click.FloatRange(1, LONGEST), default=60.0, show_default=True, metavar="S",
              help=_("How long to wait for that, in seconds; then exit 1, and the terminal goes on."))  # fmt: skip
def restart(config: Path | None, when_idle: bool, timeout: float) -> None:
    data = read_settings(config).data
    if not terminal_runs(data / "logs"):
        click.echo(_("No terminal is running here."))
        return
    try:
        asking = Asking(data, timeout, idle=when_idle)
        ended = _wait(asking, timeout)
    except OSError as error:
        raise click.ClickException(_cannot(error, data)) from error
    if not ended:
        raise click.ClickException(_too_long(timeout))
    click.echo(_("The terminal has ended."))


def _wait(asking: Asking, timeout: float) -> bool:
    return _is_over(asking, timeout) or (not asking.give_up() and _is_over(asking, GRACE))


def _is_over(asking: Asking, seconds: float) -> bool:
    for _look in range(round(seconds / LOOK)):
        if asking.over():
            return True
        time.sleep(LOOK)
    return False


def _cannot(error: OSError, data: Path) -> str:
    sentence = _("{file}: {why}. Type it as the user of the service (sudo -u hailong kiosk …), and look at the disk.")
    return sentence.format(file=error.filename or data, why=error.strerror)


def _too_long(timeout: float) -> str:
    return _("The terminal was busy for {n:g} s and goes on: somebody is there, or it hangs.").format(n=timeout)
