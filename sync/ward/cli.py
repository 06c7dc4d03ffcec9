"""The `ward` command. Exit 0: done. 1: it cannot be done, and why. 2: the command or a setting does not fit."""

from typing import Any

import click

from sync.ward.commands.backing_up import backup_command, restore_command
from sync.ward.commands.carrying import import_command
from sync.ward.commands.checking import check_command, rebuild_command
from sync.ward.commands.forking import fork
from sync.ward.commands.inspecting import export, verify
from sync.ward.commands.looking import status
from sync.ward.commands.people import account, kiosk, unit
from sync.ward.commands.pulling import pull
from sync.ward.commands.running import serve_command
from sync.ward.commands.sampling import sample
from sync.ward.commands.setting_up import enrol, init
from sync.ward.commands.tokens import token
from sync.ward.failure import BadSettings, Failure

COMMANDS = (
    init, enrol, serve_command, pull, import_command, token, status,
    rebuild_command, check_command, fork, export, verify, backup_command, restore_command, account, unit, kiosk, sample,
)  # fmt: skip


class Misfit(click.ClickException):
    """A setting does not fit."""

    exit_code = 2


class Ward(click.Group):
    """Turns a `Failure` into its one sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Failure as error:
            kind = Misfit if isinstance(error, BadSettings) else click.ClickException
            raise kind(str(error)) from error


@click.group(cls=Ward, commands={command.name or "": command for command in COMMANDS})
def main() -> None:
    """The ward server: it takes the kiosks' votes, keeps every line, and shows what they say."""


if __name__ == "__main__":
    main()
