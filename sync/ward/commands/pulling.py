"""`ward pull`: fetch from a kiosk."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.ward.commands.common import data_option
from sync.ward.failure import Failure

if TYPE_CHECKING:
    from sync.ward.pull import Puller


@click.command()
@click.argument("url")
@click.option("--log", help="Only this log (its 32 hex digits).")
@data_option
def pull(folder: Path, url: str, log: str | None) -> None:
    """Fetch from the kiosk at URL what it has not yet sent. One sentence for each of its logs."""
    from sync.ward.house import enter
    from sync.ward.pull import Puller
    from sync.ward.pull_client import KioskClient
    from sync.ward.web.serving import open_writer

    with enter(folder) as house, open_writer(house) as writer:
        most = house.settings.limits.body_bytes
        with KioskClient(url, most) as client:
            failed = _pull_all(Puller(house, writer, client), log)
    if failed:
        raise Failure(f"{failed} of the kiosk's logs could not be fetched; the sentences above say why")


def _pull_all(puller: "Puller", log: str | None) -> int:
    """How many logs could not be fetched."""
    from sync.wire import Malformed

    failed = 0
    try:
        for report in puller.pull(log):
            click.echo(report.text)
            failed += not report.ok
    except Malformed as error:
        raise Failure(f"the kiosk's answer cannot be read: {error}; is it enrolled at this ward?") from error
    return failed
