"""`ward init`, `ward enrol`: what a ward needs before votes come in."""

import socket
import sys
from pathlib import Path
from typing import Any

import click

from sync.ward.commands.common import DEFAULT_FOLDER, data_option, operator
from sync.ward.settings import Release

SAMPLE_NAME = "phường An Bình (dữ liệu mẫu)"


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), envvar="HAILONG_WARD", show_envvar=True,
              default=DEFAULT_FOLDER, show_default=True, help="The folder, where DIR is not given.")  # fmt: skip
@click.option("--name", default=SAMPLE_NAME, show_default=True, help="The ward's name, as the page shows it.")
@click.option("--release", type=click.Choice(Release, case_sensitive=False), default=Release.DAILY,
              show_default=True, help="When ratings become visible: after the day has closed, or at once.")  # fmt: skip
@click.option("--address", "addresses", multiple=True, metavar="NAME",
              help="A name or IP address by which kiosks reach this server (repeatable). "
                   "[default: localhost, 127.0.0.1, ::1 and this computer's name]")  # fmt: skip
@click.option(
    "--database",
    default="",
    metavar="URL",
    help="A PostgreSQL database, e.g. postgresql://hailong@localhost/hailong. [default: a file in DIR]",
)
def init(folder: Path | None, data: Path, name: str, release: Release, addresses: tuple[str, ...],
         database: str) -> None:  # fmt: skip
    """Make a new ward in DIR: keys, certificates, database and a commented ward.toml."""
    from sync.ward.house import found

    home = folder or data
    found(home, name, release, addresses or _own_addresses(), database=database)
    click.echo(f"A ward was made in {home}. Its settings: {home / 'ward.toml'}")
    click.echo(f'Next: ward enrol --data {home} --name "Quầy 1"    then: ward serve --data {home}')


@click.command()
@click.option("--name", help="The new kiosk's name, e.g. the counter where it stands.")
@click.option(
    "--replace", metavar="KIOSK", help="A new code for this kiosk (its name or number): another terminal there."
)
@click.option("--plain", is_flag=True, help="Print the code and nothing else.")
@click.option("--qr/--no-qr", default=None, help="Print the code as a QR too. [default: on a terminal]")
@click.option("--file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="No code: the introduction that a kiosk without a network has put on a stick. "
                   "The answer is written beside it.")  # fmt: skip
@click.option("--fingerprint", metavar="LETTERS",
              help="With --file: what the kiosk's screen shows; then it is not asked for.")  # fmt: skip
@data_option
def enrol(folder: Path, name: str | None, replace: str | None, file: Path | None, fingerprint: str | None,
          **how: Any) -> None:  # fmt: skip
    """Let a kiosk in: print a one-time code to type at the terminal, or answer an introduction on a stick."""
    if (name is None) == (replace is None) or name == "":
        raise click.UsageError('say either --name "Quầy 1" for a new kiosk or --replace KIOSK for one that exists')
    if file:
        _answer(folder, file, fingerprint, name, replace)
    else:
        _give_code(folder, name, replace, **how)


def _answer(folder: Path, file: Path, fingerprint: str | None, name: str | None, replace: str | None) -> None:
    from sync.ward.audit import write_audit
    from sync.ward.house import enter
    from sync.ward.letter import admit, read_letter, write_answer
    from sync.ward.store.engine import writing
    from sync.wire import grouped

    letter = read_letter(file)
    if fingerprint is None:
        click.echo(f"Vân tay của khóa máy / the kiosk's fingerprint:\n\n    {letter.fingerprint}\n")
        question = "Màn hình kỹ thuật của máy có đúng như vậy không? Does the kiosk's staff screen show the same?"
        click.confirm(question, abort=True)
    else:
        letter.check(fingerprint)
    with enter(folder) as house:
        with writing(house.engine) as db:
            kiosk = admit(db, house, letter, name, replace)
            write_audit(db, operator(), "enrol by file", f"log {letter.log} for {kiosk}", house.clock())
        answer = write_answer(house, letter, kiosk, file.parent)
    click.echo(f"Trả lời / the answer: {answer}\n\n    {grouped(house.identity.fingerprint)}\n")
    click.echo("Chép dãy chữ này ra giấy để so ở máy. Write these letters down: the kiosk asks for them.")


def _give_code(folder: Path, name: str | None, replace: str | None, *, plain: bool, qr: bool | None) -> None:
    from sync.ward.audit import write_audit
    from sync.ward.codes import add_kiosk, find_kiosk, issue
    from sync.ward.house import enter
    from sync.ward.store.engine import writing

    with enter(folder) as house, writing(house.engine) as db:
        kiosk = add_kiosk(db, name, house.clock()) if name else int(find_kiosk(db, replace or "").id)
        code = str(issue(db, house, kiosk))
        write_audit(db, operator(), "code", f"for kiosk {kiosk}", house.clock())
        days = house.settings.codes.days
    if plain:
        click.echo(code)
    else:
        _show_code(code, name or replace or "", days, qr=sys.stdout.isatty() if qr is None else qr)


def _show_code(code: str, kiosk: str, days: int, *, qr: bool) -> None:
    click.echo(f"Mã cho / code for {kiosk}:\n\n    {code}\n")
    if qr:
        import segno

        segno.make(code, error="m").terminal(sys.stdout, compact=True)
    click.echo(f"Dùng một lần, trong {days} ngày. Valid once, for {days} days.")
    click.echo(f"At the kiosk: kiosk-sync enrol URL {code}")


def _own_addresses() -> tuple[str, ...]:
    return tuple(dict.fromkeys(("localhost", "127.0.0.1", "::1", socket.gethostname())))
