"""`ward export`, `ward verify`: for an inspector, who believes nobody here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.ward.commands.common import data_option, operator
from sync.ward.failure import Failure

if TYPE_CHECKING:
    from sync.ward.dossier import Dossier
    from sync.ward.sealed import Answer
    from sync.ward.speech import Speech


@click.command()
@click.argument("log")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--branch", default="", metavar="A|B", help="Of a forked log; else the branch that counts.")
@data_option
def export(folder: Path, log: str, file: Path, branch: str) -> None:
    """Write LOG (its first digits are enough) into FILE, for `ward verify FILE` on anybody's computer."""
    from sync.ward.audit import write_audit
    from sync.ward.branches import numbers
    from sync.ward.dossier import write_dossier
    from sync.ward.forks import find_log
    from sync.ward.house import enter
    from sync.ward.store.engine import writing

    with enter(folder) as house, writing(house.engine) as db:
        row = find_log(db, log)
        chosen = _branch(branch) if branch else row.branch
        if chosen not in numbers(db, row.id):
            raise Failure(f"log {row.id} has no branch {branch}; `ward fork {row.id[:8]}` shows those it has")
        content = write_dossier(db, house, row, chosen)
        write_audit(db, operator(), "export", f"log {row.id}, branch {chosen}", house.clock())
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Failure(f"{file}: cannot be written ({error.strerror})") from error
    click.echo(f"Log {row.id} is in {file}. Its votes are readable there: give it only to whoever may see them.")


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--seal", "seals", multiple=True, metavar="TEXT", help="A photographed daily seal (repeatable).")
@click.option(
    "--key", metavar="HEX", help="The ward's published key, or the log's: FILE must be signed by it or hold it."
)
@data_option
@click.pass_context
def verify(context: click.Context, folder: Path, file: Path | None, seals: tuple[str, ...], key: str | None) -> None:
    """Check FILE of `ward export` (without it: this ward's own database), and what photographed seals prove of it.

    Exit 0: all good and every seal contained; 1: something contradicts; 3: nothing does, but a seal names entries that
    have not arrived.
    """
    from sync.ward.speech import load_speech

    if file is None and not seals:
        raise click.UsageError("say a FILE, or --seal TEXT to look in this ward; `ward check` checks all that is here")
    say = load_speech(_language())
    answers = _of_file(file, seals, key, say) if file else _of_ward(folder, seals)
    for answer in answers:
        click.echo(_sentence(answer, say))
    codes = {answer.code for answer in answers}
    context.exit(1 if 1 in codes else 3 if 3 in codes else 0)


def _of_file(file: Path, seals: tuple[str, ...], key: str | None, say: Speech) -> list[Answer]:
    from sync.ward.dossier import read_dossier
    from sync.ward.sealed import ask_file, read

    try:
        dossier = read_dossier(file.read_bytes())
    except OSError as error:
        raise Failure(f"{file}: cannot be read ({error.strerror})") from error
    _check_key(dossier, key)
    _describe(dossier, say)
    return [ask_file(read(seal), dossier) for seal in seals]


def _of_ward(folder: Path, seals: tuple[str, ...]) -> list[Answer]:
    from sync.ward.house import enter
    from sync.ward.sealed import ask_ward, read
    from sync.ward.store.engine import writing

    with enter(folder) as house, writing(house.engine) as db:
        return [ask_ward(db, read(seal), operator(), house.clock()) for seal in seals]


def _check_key(dossier: Dossier, key: str | None) -> None:
    cover = dossier.cover
    if key and key.strip().lower() not in (cover.ward, cover.key, cover.log):
        raise Failure(f"the file is of another key than the one given: ward {cover.ward}, log {cover.key}")


def _describe(dossier: Dossier, say: Speech) -> None:
    cover = dossier.cover
    click.echo(say("dossier_good", log=cover.log, kiosk=cover.kiosk, entries=cover.last, branch=cover.branch))
    click.echo(say("dossier_keys", own=cover.key, ward=cover.ward))
    if dossier.vouched:
        click.echo(say("dossier_succeeds", log=dossier.vouched))
    for one in cover.after:
        click.echo(say("dossier_succeeded", log=one.log))


def _sentence(answer: Answer, say: Speech) -> str:
    seal = answer.seal
    said = say(answer.verdict.name, day=seal.day, log=seal.log, seq=seal.seq, branch=answer.branch)
    return said if seal.dated else f"{said} {say('seal_undated')}"


def _branch(text: str) -> int:
    from sync.ward.branches import number

    try:
        return number(text)
    except ValueError as error:
        raise Failure(f"{text:.40} names no branch; they are A, B, C ...") from error


def _language() -> str:
    """Vietnamese where the computer speaks it, else English: who inspects may have come from far."""
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "vi" if spoken.startswith("vi") else "en"
