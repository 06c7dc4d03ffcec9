"""`ward serve`."""

from functools import partial
from pathlib import Path

import click

from sync.ward.commands.common import data_option
from sync.ward.loopback import is_loopback
from sync.ward.ready import tell_ready


def _renamed(_context: click.Context, option: click.Parameter, given: bool) -> None:
    if given:
        raise click.UsageError(f"{option.opts[0]} is called --open-to-eavesdroppers now: everybody on the network "
                               "can read the votes, codes and tokens.")  # fmt: skip


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0: any free port.")
@click.option("--open-to-eavesdroppers", is_flag=True, help="No TLS, although --host is not this computer itself: "
              "everybody on the network can read the votes, codes and tokens.")  # fmt: skip
@click.option(
    "--plain-http", is_flag=True, hidden=True, expose_value=False, callback=_renamed, help="Its name of before."
)
@data_option
def serve_command(folder: Path, host: str, port: int, open_to_eavesdroppers: bool) -> None:
    """Take batches, answer the feed, show the page. TLS with the ward's certificate unless --host is loopback."""
    from sync.ward.house import enter, renew_certificate
    from sync.ward.web.serving import bind, serve

    tls = not (open_to_eavesdroppers or is_loopback(host))
    with enter(folder) as house, bind(host, port) as listener:
        renew_certificate(house)
        url = f"{'https' if tls else 'http'}://{_shown(host)}:{listener.getsockname()[1]}"
        serve(house, listener, partial(_announce, url), tls=tls)


def _announce(url: str) -> None:
    click.echo(f"Ward is listening on {url}")
    tell_ready()


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
