"""`ward token`: what the ward's own systems show to read here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sync.ward.commands.common import data_option, operator, table_of
from sync.ward.permissions import Scope

if TYPE_CHECKING:
    from sync.ward.house import House


@click.command()
@click.argument("name", required=False)
@click.option("--scope", "scopes", multiple=True, type=click.Choice(Scope, case_sensitive=False),
              help="What it opens (repeatable): the feed of votes, exact times in it, statistics, metrics. "
                   "[default: feed]")  # fmt: skip
@click.option("--exact", is_flag=True, help="The same as --scope feed --scope exact.")
@click.option("--unit", default="1", metavar="UNIT", help="Only kiosks of this unit (its name or number) and below.")
@click.option("--revoke", is_flag=True, help="The token NAME opens nothing any more, at once.")
@click.option("--plain", is_flag=True, help="Print the token and nothing else.")
@data_option
def token(folder: Path, name: str | None, **how: Any) -> None:
    """Make a bearer token named NAME, which is shown once; or revoke it; or, without NAME, list them all."""
    from sync.ward.house import enter

    if name is None and (how["revoke"] or how["scopes"] or how["exact"]):
        raise click.UsageError('say a name: ward token "báo cáo tuần"')
    with enter(folder) as house:
        if name is None:
            _list(house)
        elif how["revoke"]:
            _revoke(house, name)
        else:
            _make(house, name, **how)


def _make(house: House, name: str, *, scopes: tuple[Scope, ...], exact: bool, unit: str, plain: bool, **_: Any) -> None:
    from sync.ward.audit import write_audit
    from sync.ward.store.engine import writing
    from sync.ward.tokens import make_token
    from sync.ward.units import find_unit

    chosen = frozenset({*scopes, *({Scope.FEED, Scope.EXACT} if exact else ())}) or frozenset({Scope.FEED})
    with writing(house.engine) as db:
        where = find_unit(db, unit)
        text = make_token(db, name, chosen, house.clock(), where)
        write_audit(db, operator(), "token", f"{name}: {' '.join(sorted(chosen))}, unit {where}", house.clock())
    click.echo(text if plain else f"{text}\nKeep it: it is not shown again.")


def _revoke(house: House, name: str) -> None:
    from sync.ward.audit import write_audit
    from sync.ward.store.engine import writing
    from sync.ward.tokens import revoke_token

    with writing(house.engine) as db:
        revoke_token(db, name, house.clock())
        write_audit(db, operator(), "token revoked", name, house.clock())
    click.echo(f'The token "{name}" opens nothing any more.')


def _list(house: House) -> None:
    from sync.ward.tokens import all_tokens
    from sync.ward.units import names

    with house.engine.connect() as db:
        places, rows = names(db, house.settings.name), all_tokens(db)
    table_of(
        ("token", "opens", "unit", "made", "last used", "revoked"),
        [(row.name, row.scopes, places[row.unit], row.made, row.used, row.revoked) for row in rows],
        house.settings.zone,
    )
