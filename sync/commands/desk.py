"""What every command needs, and how one ends that cannot go on."""

import sys
from collections.abc import Callable
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any

import click

from kiosk.clock import SystemClock
from kiosk.settings import Settings
from sync.home import Home
from sync.outcomes import Outcome, Told, Trouble
from sync.pinned import Ward
from sync.sentences import _, say

if TYPE_CHECKING:
    from rich.console import Console


class Failure(click.ClickException):
    """One sentence on stderr; exit 1."""

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file or sys.stderr)


class Mistyped(Failure):
    """The command or the settings say something impossible; nothing was tried."""

    exit_code = 2


class Desk:
    """What every command needs: settings, files, clock, and the technician's language."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.home = settings, Home(settings.data)
        self.clock = SystemClock(settings.clock.battery)

    @cached_property
    def console(self) -> "Console":
        from rich.console import Console

        return Console(highlight=False, soft_wrap=True)

    def ward(self) -> Ward:
        """The ward that we are enrolled at, after trying an enrolment that was kept for later."""
        if ward := self.home.ward():
            return ward
        pending = self.home.pending()
        if pending is None or pending.refused:
            raise Failure(say((pending and pending.refused) or Told(Outcome.NOT_ENROLLED.name)))
        from sync.enrol import enrol, road_opener

        try:
            return enrol(self.home, pending, road_opener(self.clock))
        except Trouble as trouble:
            raise Failure(say(trouble.told(address=pending.url))) from trouble


def at_desk(command: Callable[..., None]) -> Callable[..., None]:
    """Hand the command its desk; a disk or folder that refuses is one sentence too."""

    @click.pass_context
    @wraps(command)
    def seated(context: click.Context, *args: Any, **options: Any) -> None:
        desk: Desk = context.obj
        try:
            desk.home.prepare()
            command(desk, *args, **options)
        except OSError as error:
            sentence = _("{file}: {why}. Run this as the user of the service (sudo -u hailong), and look at the disk.")
            raise Failure(sentence.format(file=error.filename or desk.home.data, why=error.strerror)) from error

    return seated
