"""`ward import`: what a stick brought."""

from functools import partial
from pathlib import Path

import click

from sync.ward.commands.common import data_option, operator
from sync.ward.failure import Failure


@click.command("import")
@click.argument("places", metavar="FILE|DIR...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--receipts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder for the receipts.  [default: beside the files]",
)
@data_option
def import_command(folder: Path, places: tuple[Path, ...], receipts: Path | None) -> None:
    """Take in what kiosks have put on a stick, and write the receipts that tell them. One sentence for each file."""
    from sync.ward.audit import write_audit
    from sync.ward.carry import Importer
    from sync.ward.house import enter
    from sync.ward.web.serving import open_writer

    with enter(folder) as house, open_writer(house) as writer:
        importer = Importer(house, writer)
        reports = 0
        failed = 0
        for report in importer.take(places):
            click.echo(report.text)
            reports, failed = reports + 1, failed + (not report.ok)
        for file in importer.write_receipts(receipts):
            click.echo(f"receipt: {file}")
        detail = f"{reports} files, {failed} of them not taken in"
        writer.submit(partial(write_audit, who=operator(), what="import", detail=detail, now=house.clock())).result()
    if failed or not reports:
        raise Failure(_what_failed(reports, failed))


def _what_failed(reports: int, failed: int) -> str:
    if not reports:
        return "there is no file of a kiosk here; at the kiosk: kiosk-sync export DIR"
    return f"{failed} of {reports} files were not taken in; the sentences above say why"
