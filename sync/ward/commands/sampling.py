"""`ward sample add|remove`: a simulated year, for whoever wants to see the pages before there are votes."""

from pathlib import Path

import click

from sync.ward.commands.common import data_option, operator


@click.command()
@click.argument("what", type=click.Choice(["add", "remove"]))
@data_option
def sample(folder: Path, what: str) -> None:
    """Add three kiosks with a simulated year, each named as sample data, or take them away again."""
    from sync.ward.house import enter
    from sync.ward.sampling import add_samples, remove_samples
    from sync.ward.web.serving import open_writer

    with enter(folder) as house:
        if what == "remove":
            names = remove_samples(house, operator())
        else:
            with open_writer(house) as writer:
                names = add_samples(house, writer, operator())
    for name in names:
        click.echo(f"{'added' if what == 'add' else 'removed'}: {name}")
    if not names:
        click.echo("the sample kiosks are there already" if what == "add" else "there is no sample kiosk")
