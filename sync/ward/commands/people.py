"""`ward account`, `ward unit`, `ward kiosk`: who may look, and where everything belongs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sync.ward.commands.common import data_option, operator, table_of
from sync.ward.permissions import Role

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync.ward.house import House

role_choice = click.Choice(Role, case_sensitive=False)
stdin_option = click.option("--password-stdin", is_flag=True, help="Read the password from standard input, one line.")
unit_help = "The unit (its name or number) that the account is for, with everything below it."


@contextmanager
def _at_work(folder: Path) -> Iterator[tuple[House, Connection]]:
    from sync.ward.house import enter
    from sync.ward.store.engine import writing

    with enter(folder) as house, writing(house.engine) as db:
        yield house, db


def _note(db: Connection, house: House, what: str, detail: str) -> None:
    from sync.ward.audit import write_audit

    write_audit(db, operator(), what, detail, house.clock())


@click.group()
def account() -> None:
    """Who may log in to the pages, and what for."""


@account.command("add")
@click.argument("name")
@click.option("--role", type=role_choice, default=Role.VIEWER, show_default=True,
              help="viewer, manager (also enters transactions and notes): of their unit; "
                   "inspector, administrator: of everything.")  # fmt: skip
@click.option("--unit", default="1", metavar="UNIT", help=f"{unit_help} [default: all]")
@click.option("--person", default="", help="The person's name, as the pages show it. [default: NAME]")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Of the pages.")
@stdin_option
@data_option
def add(folder: Path, name: str, role: Role, unit: str, password_stdin: bool, **about: str) -> None:
    """Make the account NAME. The password is asked for twice: 10 characters at least, none of the commonest."""
    from sync.ward.accounts import add_account, check_name
    from sync.ward.units import find_unit

    proof = _new_proof(check_name(name), from_stdin=password_stdin)
    with _at_work(folder) as (house, db):
        place = find_unit(db, unit)
        add_account(db, name, proof, house.clock(), role=role, unit=place, **about)
        _note(db, house, "account", f"{check_name(name)}: {role}, unit {place}")
    click.echo(f"The account {check_name(name)} was made ({role}).")


@account.command("list")
@data_option
def list_accounts(folder: Path) -> None:
    """Every account, its role and unit; also the closed ones."""
    from sync.ward.accounts import all_accounts
    from sync.ward.house import enter
    from sync.ward.units import names

    with enter(folder) as house, house.engine.connect() as db:
        places = names(db, house.settings.name)
        rows = [(row.name, row.person, row.role, places[row.unit], row.made, row.closed) for row in all_accounts(db)]
        table_of(("account", "person", "role", "unit", "made", "closed"), rows, house.settings.zone)


@account.command("place")
@click.argument("name")
@click.option("--role", type=role_choice, help="The new role.")
@click.option("--unit", metavar="UNIT", help=unit_help)
@data_option
def place_command(folder: Path, name: str, role: Role | None, unit: str | None) -> None:
    """Give the account NAME another role, or another unit. Who is logged in with it has to log in again."""
    from sync.ward.accounts import find_account, place_account
    from sync.ward.units import find_unit

    if role is None and unit is None:
        raise click.UsageError("say --role, --unit or both")
    with _at_work(folder) as (house, db):
        row = find_account(db, name)
        new_role, place = role or Role(row.role), row.unit if unit is None else find_unit(db, unit)
        place_account(db, row.id, new_role, place)
        _note(db, house, "account placed", f"{row.name}: {new_role}, unit {place}")
    click.echo(f"The account {row.name} is now {new_role}.")


@account.command("close")
@click.argument("name")
@data_option
def close(folder: Path, name: str) -> None:
    """The account NAME opens nothing any more, at once. It stays in the list and in the audit trail."""
    from sync.ward.accounts import close_account, find_account

    with _at_work(folder) as (house, db):
        row = find_account(db, name)
        close_account(db, row.id, house.clock())
        _note(db, house, "account closed", row.name)
    click.echo(f"The account {row.name} is closed.")


@account.command("password")
@click.argument("name")
@stdin_option
@data_option
def password(folder: Path, name: str, password_stdin: bool) -> None:
    """A new password for the account NAME. Who is logged in with it has to log in again."""
    from sync.ward.accounts import check_name, find_account, keep_password

    proof = _new_proof(check_name(name), from_stdin=password_stdin)
    with _at_work(folder) as (house, db):
        row = find_account(db, name)
        keep_password(db, row.id, proof)
        _note(db, house, "password", row.name)
    click.echo(f"The account {row.name} has its new password.")


@click.group()
def unit() -> None:
    """What is below the ward, or the city: districts, offices. Kiosks, accounts and tokens belong to units."""


@unit.command("add")
@click.argument("name")
@click.option("--under", default="1", metavar="UNIT", help="Where it belongs (name or number). [default: the ward]")
@data_option
def add_unit_command(folder: Path, name: str, under: str) -> None:
    """Make the unit NAME."""
    from sync.ward.units import add_unit, find_unit

    with _at_work(folder) as (house, db):
        parent = find_unit(db, under)
        number = add_unit(db, name, parent)
        _note(db, house, "unit", f"{number} {name} under {parent}")
    click.echo(f"The unit {name} was made; its number is {number}.")


@unit.command("list")
@data_option
def list_units(folder: Path) -> None:
    """The units with their numbers, each below the one it belongs to, and the kiosks of each."""
    from sqlalchemy import select

    from sync.ward.house import enter
    from sync.ward.store.tables import kiosks
    from sync.ward.units import all_units

    with enter(folder) as house, house.engine.connect() as db:
        of = db.execute(select(kiosks.c.unit, kiosks.c.name).order_by(kiosks.c.id)).all()
        for one in all_units(db):
            here = ", ".join(row.name for row in of if row.unit == one.id)
            click.echo(f"{'   ' * one.depth}{one.id} {one.name or house.settings.name}{': ' if here else ''}{here}")


@unit.command("move")
@click.argument("name", metavar="UNIT")
@click.option("--under", required=True, metavar="UNIT", help="Where it belongs from now on (name or number).")
@data_option
def move_unit_command(folder: Path, name: str, under: str) -> None:
    """Put UNIT, with everything below it, elsewhere. Who sees that place sees its past as well."""
    from sync.ward.units import find_unit, move_unit

    with _at_work(folder) as (house, db):
        number, parent = find_unit(db, name), find_unit(db, under)
        move_unit(db, number, parent)
        _note(db, house, "unit moved", f"{number} under {parent}")
    click.echo(f"Unit {number} is now under {parent}.")


@click.group()
def kiosk() -> None:
    """Where the kiosks belong."""


@kiosk.command("move")
@click.argument("name", metavar="KIOSK")
@click.option("--unit", required=True, metavar="UNIT", help="Its unit from now on (name or number).")
@data_option
def move_kiosk_command(folder: Path, name: str, unit: str) -> None:
    """Put KIOSK (its name or number), with its past, into another unit."""
    from sync.ward.units import find_unit, move_kiosk

    with _at_work(folder) as (house, db):
        place = find_unit(db, unit)
        moved = move_kiosk(db, name, place)
        _note(db, house, "kiosk moved", f"{moved} to unit {place}")
    click.echo(f"{moved} belongs to unit {place} now.")


def _new_proof(name: str, *, from_stdin: bool) -> str:
    from sync.ward.passwords import Passwords, check_password

    text: Any = sys.stdin.readline().rstrip("\r\n") if from_stdin else None
    if text is None:
        text = click.prompt("Mật khẩu / password", hide_input=True, confirmation_prompt=True, type=str)
    check_password(text, name)
    return Passwords().hash(text)
