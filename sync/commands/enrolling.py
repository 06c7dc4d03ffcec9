"""`kiosk-sync enrol`: with a code, now or later, or with the ward's answer on a stick."""

import sys
from pathlib import Path

import click

from sync.commands.desk import Desk, Failure, Mistyped, at_desk
from sync.home import Pending
from sync.nudge import nudge
from sync.outcomes import Outcome, Told, Trouble
from sync.sentences import _, say


def _renamed(_context: click.Context, option: click.Parameter, given: bool) -> None:
    if given:
        sentence = _("{old} is called {new} now: without TLS everybody on the network can read the votes.")
        raise Mistyped(sentence.format(old=option.opts[0], new="--open-to-eavesdroppers"))


@click.command("enrol", help=_("Make this kiosk known to the ward at URL with the one-time CODE of 'ward enrol'."))
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
        code = sys.stdin.readline().strip() if words[1] == "-" else words[1]  # where no `ps` shows it
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
