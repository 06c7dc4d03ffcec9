"""`ward findings`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.ward.commands.common import data_option, operator

if TYPE_CHECKING:
    from sync.ward.house import House


@click.command("findings")
@click.option("--kiosk", help="Only of this kiosk, by its name.")
@click.option("--kind", help="Only of this kind, e.g. burst.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what reaches this day or a later one.")
@click.option("--number", type=int, help="This one, with every entry that it is about.")
@click.option("--again", is_flag=True, help="First look at every day again, with the thresholds as they are now.")
@data_option
def findings_command(
    folder: Path,
    kiosk: str | None,
    kind: str | None,
    since: datetime | None,
    number: int | None,
    again: bool,
) -> None:
    """What was found about the kiosks' figures and logs. Nothing is ever deleted; looking again adds nothing twice."""
    from sync.ward.house import enter
    from sync.ward.seeing import Filter, find, read
    from sync.ward.speech import load_speech
    from sync.ward.wording import tell

    with enter(folder) as house:
        if again:
            _look_again(house, operator())
        with house.engine.connect() as db:
            which = Filter(kiosk, kind, since.date() if since else None, number=number)
            found = read(db, find(db, which, house.settings.zone))
    say = load_speech("en")
    for one in found:
        click.echo("\n".join(tell(say, one, everything=number is not None)))
    click.echo(say("findings_count", n=len(found)) if found else say("findings_none"))


def _look_again(house: "House", who: str) -> None:
    from sqlalchemy import select

    from sync.ward.audit import write_audit
    from sync.ward.store.engine import writing
    from sync.ward.store.tables import kiosks
    from sync.ward.watching import watch

    with house.engine.connect() as db:
        some = db.execute(select(kiosks.c.id).order_by(kiosks.c.id)).scalars().all()
    new = 0
    for one in some:
        with writing(house.engine) as db:
            new += watch(db, house, one, again=True)
    with writing(house.engine) as db:
        write_audit(db, who, "findings-again", f"{new} new", house.clock())
