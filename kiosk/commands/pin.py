"""`kiosk pin`: asks for a PIN twice without showing it, and prints the line for kiosk.toml."""

import click

from kiosk.pin import WeakPin, make
from kiosk.sayings import _


@click.command(help=_("Make the staff PIN: asks twice, prints the line for kiosk.toml."))
def pin() -> None:
    first = click.prompt(_("PIN (4 to 12 digits)"), hide_input=True, err=True)
    try:
        line = make(first)
    except WeakPin as error:
        raise click.ClickException(str(error)) from error
    if click.prompt(_("The same again"), hide_input=True, err=True) != first:
        raise click.ClickException(_("The two are not the same: nothing was made."))
    click.echo(_("Put this under [staff] in kiosk.toml and restart the terminal:"), err=True)
    click.echo(f'pin = "{line}"')
