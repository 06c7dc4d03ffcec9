"""`kiosk-sync export` and `import-receipt`: votes leave on a stick."""

import sys
from pathlib import Path

import click

from sync.commands.desk import Desk, at_desk
from sync.outcomes import Outcome, Told, Trouble
from sync.sentences import _, say


@click.command(
    "export",
    help=_("Copy to the folder DIR of a stick, sealed to the ward, what the ward is not known to have."),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help=_("Every entry, also what the ward has acknowledged."))
@at_desk
def export_command(desk: Desk, folder: Path, everything: bool) -> None:
    from sync.carry import Carrier, export_to

    carrier = Carrier(desk.home, desk.clock)
    _print_all(desk, export_to(folder, carrier, desk.home, everything=everything))


@click.command(
    "import-receipt",
    help=_("Take note of what the ward's receipts (FILE, or all in the folder DIR) say that it has."),
)
@click.argument("places", metavar="FILE|DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@at_desk
def import_receipt(desk: Desk, places: tuple[Path, ...]) -> None:
    _print_all(desk, [told for place in places for told in _receipts_at(desk, place)])


def _receipts_at(desk: Desk, place: Path) -> list[Told]:
    from sync.receipts import MOST, Receipts
    from sync.stick import Stick

    receipts = Receipts(desk.home)
    try:
        if not place.is_dir():
            with place.open("rb") as file:
                return [receipts.take(file.read(MOST + 1), place.name)]
        with Stick(place) as stick:
            return list(receipts.pick_up(stick)) or [Told(Outcome.NO_RECEIPT.name, {"place": str(place)})]
    except Trouble as trouble:
        return [trouble.told(n=0)]


def _print_all(desk: Desk, told: list[Told]) -> None:
    """Each a sentence; exit 1 if anything is left to do."""
    for one in told:
        desk.console.print(say(one))
    sys.exit(0 if all(one.meant.fine for one in told) else 1)
