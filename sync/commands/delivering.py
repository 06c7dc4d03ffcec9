"""`kiosk-sync run`, `now` and `serve`: votes leave by the network."""

import os
import signal
import sys
import time

import click

from kiosk.systemd import Systemd
from sync import files
from sync.commands.desk import Desk, Failure, at_desk
from sync.nudge import say_who_runs
from sync.outcomes import Outcome, Told
from sync.own_log import short
from sync.sentences import _, say

ROUND_PATIENCE = 10.0  # s that `now` waits for a round of `run`


@click.command(help=_("Deliver until told to end (SIGTERM): what the service does."))
@at_desk
def run(desk: Desk) -> None:
    from sync.run import run as run_service

    try:
        with files.holding(desk.home.run_lock):
            say_who_runs(desk.home)
            run_service(desk.home, desk.settings.sync, desk.clock, Systemd(os.environ))
    except files.Locked as locked:
        sentence = _("'kiosk-sync run' is already running here; see 'kiosk-sync status'.")
        raise Failure(sentence) from locked


@click.command(help=_("Deliver what waits, once, and say what became of it."))
@at_desk
def now(desk: Desk) -> None:
    from sync.courier import Courier
    from sync.enrol import road_opener, road_to
    from sync.log_courier import Kit

    ward = desk.ward()
    if not ward.url:
        raise Failure(say(Told(Outcome.NO_ADDRESS.name)))
    kit = Kit(desk.home, ward, road_to(ward, road_opener(desk.clock)), desk.clock)
    try:
        with files.holding(desk.home.round_lock, ROUND_PATIENCE, time.sleep):
            found = Courier(kit).round(contact=True, everything=True)
    except files.Locked as locked:
        sentence = _("'kiosk-sync run' is delivering just now and waits for the ward; see its status.")
        raise Failure(sentence) from locked
    for log, told in found.told.items():
        desk.console.print(f"{short(log)}: {say(told)}")
    if not found.told:
        raise Failure(say(Told(Outcome.NO_LOG.name)))
    sys.exit(0 if found.complete else 1)


@click.command(help=_("Let the ward pull from this kiosk (part of 'run' already)."))
@click.option("--host", help=_("Address to listen on (else sync.host of the settings)."))
@click.option("--port", type=click.IntRange(0, 65535), help=_("Port (else sync.port; 0 takes a free one)."))
@at_desk
def serve(desk: Desk, host: str | None, port: int | None) -> None:
    from sync.pull import Puller
    from sync.serve import PullServer

    settings = desk.settings.sync
    host, port = host or settings.host, settings.port if port is None else port
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    try:
        server = PullServer(host, port, Puller(desk.home, desk.ward(), desk.clock))
    except OSError as error:
        told = Told(Outcome.NO_PORT.name, {"place": f"{host}:{port}", "detail": error.strerror or str(error)})
        raise Failure(say(told)) from error
    server.start()
    click.echo(_("The ward can pull at http://{host}:{port}").format(host=host, port=server.port))
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
