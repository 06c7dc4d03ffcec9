"""The command `kiosk-sync`: reads the settings, puts the parts together, prints sentences.

Each word imports what it needs when it is given: nobody waits for HTTP who asks for `status`.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.clock import SystemClock
from kiosk.mistakes import Mistake
from kiosk.settings import Settings, load
from kiosk.systemd import Systemd
from sync import files
from sync.home import Home, Pending, Ward
from sync.nudge import nudge, say_who_runs
from sync.outcomes import Outcome, Told, Trouble
from sync.own_log import short
from sync.sentences import _, say

if TYPE_CHECKING:
    from rich.console import Console

ROUND_PATIENCE = 10.0  # s that `now` waits for a round of `run`


class Failure(click.ClickException):
    """One sentence on stderr; exit 1."""

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file or sys.stderr)


class Mistyped(Failure):
    """The command or the settings say something impossible; nothing was tried."""

    exit_code = 2


class Desk:
    """What every command needs: settings, files, clock, and the technician's language."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.home = settings, Home(settings.data)
        self.clock = SystemClock(settings.clock.battery)

    @cached_property
    def console(self) -> "Console":
        from rich.console import Console

        return Console(highlight=False, soft_wrap=True)

    def ward(self) -> Ward:
        """The ward that we are enrolled at, after trying an enrolment that was kept for later."""
        if ward := self.home.ward():
            return ward
        pending = self.home.pending()
        if pending is None or pending.refused:
            raise Failure(say((pending and pending.refused) or Told(Outcome.NOT_ENROLLED.name)))
        from sync.enrol import enrol, road_opener

        try:
            return enrol(self.home, pending, road_opener(self.clock))
        except Trouble as trouble:
            raise Failure(say(trouble.told(address=pending.url))) from trouble


def at_desk(command: Callable[..., None]) -> Callable[..., None]:
    """Hand the command its desk; a disk or folder that refuses is one sentence too."""

    @click.pass_context
    @wraps(command)
    def seated(context: click.Context, *args: Any, **options: Any) -> None:
        desk: Desk = context.obj
        try:
            desk.home.prepare()
            command(desk, *args, **options)
        except OSError as error:
            sentence = _("{file}: {why}. Run this as the user of the service (sudo -u hailong), and look at the disk.")
            raise Failure(sentence.format(file=error.filename or desk.home.data, why=error.strerror)) from error

    return seated


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]}, help=_("Delivers the votes of this kiosk to the ward.")
)
@click.option(
    "--config", type=click.Path(path_type=Path), help=_("Settings file; else /etc/hailong/kiosk.toml, else samples.")
)
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """The command `kiosk-sync`."""
    try:
        context.obj = Desk(load(config))
    except Mistake as mistake:
        raise Mistyped(str(mistake)) from mistake


def _renamed(_context: click.Context, option: click.Parameter, given: bool) -> None:
    if given:
        sentence = _("{old} is called {new} now: without TLS everybody on the network can read the votes.")
        raise Mistyped(sentence.format(old=option.opts[0], new="--open-to-eavesdroppers"))


@main.command("enrol", help=_("Make this kiosk known to the ward at URL with the one-time CODE of 'ward enrol'."))
@click.argument("words", metavar="URL CODE", nargs=-1, required=True)
@click.option(
    "--open-to-eavesdroppers", is_flag=True, help=_("Without TLS: everybody on the network can read the votes.")
)
@click.option("--allow-http", is_flag=True, hidden=True, expose_value=False, callback=_renamed)
@click.option(
    "--file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=_("Instead: the answer of 'ward enrol --file' on a stick, and the ward's FINGERPRINT as it was shown there."),
)
@click.option("--later", is_flag=True, help=_("Only keep address and code: 'run' enrols as soon as it can."))
@at_desk
def enrol_command(
    desk: Desk, words: tuple[str, ...], open_to_eavesdroppers: bool, file: Path | None, later: bool
) -> None:
    if len(words) != (1 if file else 2):
        sentence = _("Type 'kiosk-sync enrol URL CODE', or 'kiosk-sync enrol --file ANSWER FINGERPRINT'.")
        raise Mistyped(sentence)
    if file:
        _enrol_by_stick(desk, file, words[0])
    else:
        code = sys.stdin.readline().strip() if words[1] == "-" else words[1]
        _enrol_at(desk, words[0], code, open_to_eavesdroppers=open_to_eavesdroppers, later=later)


def _enrol_by_stick(desk: Desk, file: Path, fingerprint: str) -> None:
    from sync.offline import MOST, believe, read_answer

    try:
        with file.open("rb") as handle:
            answer = read_answer(desk.home, handle.read(MOST + 1))
        ward = believe(desk.home, answer, fingerprint)
    except Trouble as trouble:
        said = say(trouble.told(file=file.name))
        raise (Mistyped if trouble.outcome is Outcome.MISTYPED_FINGERPRINT else Failure)(said) from trouble
    nudge(desk.home)
    desk.console.print(say(Told(Outcome.ADMITTED.name, {"kiosk": ward.kiosk})))


def _enrol_at(desk: Desk, url: str, code: str, *, open_to_eavesdroppers: bool, later: bool) -> None:
    from sync.enrol import enrol, road_opener

    pending = Pending(_address(url, open_to_eavesdroppers), code, open_to_eavesdroppers)
    if later:
        _keep_for_later(desk, pending)
        return
    try:
        ward = enrol(desk.home, pending, road_opener(desk.clock))
    except Trouble as trouble:
        raise _not_enrolled(desk, pending, trouble) from trouble
    nudge(desk.home)
    desk.console.print(_("Enrolled at {url} as {kiosk}.").format(url=ward.url, kiosk=ward.kiosk))


def _keep_for_later(desk: Desk, pending: Pending) -> None:
    """Nothing is kept where a ward is known: the code of an installation that is repeated was used up by the first."""
    from sync.wire import BadCode, read_code

    try:
        read_code(pending.code)
    except BadCode as error:
        raise Mistyped(say(Told(Outcome.MISTYPED_CODE.name))) from error
    if ward := desk.home.ward():
        desk.console.print(_("Enrolled at {url} as {kiosk}.").format(url=ward.url, kiosk=ward.kiosk))
        return
    desk.home.keep_pending(pending)
    desk.console.print(_("Address and code are kept: 'kiosk-sync run' enrols as soon as it can."))


def _address(url: str, open_to_eavesdroppers: bool) -> str:
    from sync.enrol import BadAddress, read_address

    try:
        return read_address(url, open_to_eavesdroppers=open_to_eavesdroppers)
    except BadAddress as error:
        if error.needs_https:
            sentence = _("{url}: without TLS everybody on the network can read the votes; "
                         "write https, or --open-to-eavesdroppers.")  # fmt: skip
        else:
            sentence = _("{url}: an address looks like https://ward.example:8080.")
        raise Mistyped(sentence.format(url=_without_secrets(url))) from error


def _without_secrets(url: str) -> str:
    """Code and address may have changed places, and an address may hold a password: neither belongs in a journal."""
    return url.rpartition("@")[2] if "." in url or ":" in url else "…"


def _not_enrolled(desk: Desk, pending: Pending, trouble: Trouble) -> Failure:
    """What can come right by itself is kept, and `run` goes on with it."""
    said = say(trouble.told(address=pending.url))
    if trouble.outcome is Outcome.MISTYPED_CODE:
        return Mistyped(said)
    if not trouble.outcome.then.retries:
        return Failure(said)
    desk.home.keep_pending(pending)
    nudge(desk.home)
    kept = _("Address and code are kept: 'kiosk-sync run' enrols as soon as it can.")
    return Failure(f"{said}\n{kept}")


@main.command(help=_("Deliver until told to end (SIGTERM): what the service does."))
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


@main.command(help=_("Deliver what waits, once, and say what became of it."))
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


@main.command(
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


@main.command(
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


@main.command("status", help=_("Show the ward, each log, what waits, and what is wrong."))
@at_desk
def status_command(desk: Desk) -> None:
    from sync import status

    status.show(desk.home, desk.clock.now(), desk.console)
    sys.exit(1 if status.must_be_mended(desk.home) else 0)


@main.command(help=_("Let the ward pull from this kiosk (part of 'run' already)."))
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
