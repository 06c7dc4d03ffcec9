"""With no network ever: an introduction goes to the ward on a stick, and its answer comes back."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from nacl.signing import SigningKey

import sync.cli
import sync.ward.cli
from kiosk.check import facts
from kiosk.means import means
from kiosk.network import Network
from kiosk.settings import Settings
from sync import service
from sync.alarm import Alarm
from sync.backoff import Backoff
from sync.export_desk import ExportDesk
from sync.files import holding
from sync.offline import believe, read_answer
from sync.outcomes import Outcome, Told, Trouble
from sync.service import Pause, Service, Surroundings
from sync.spool import Counter
from sync.wire import Admission, Identity, Purpose, grouped, read_signed, write_signed
from tests.sync.conftest import Kiosk, lines_of
from tests.sync.office import Office, export, new_office, outcomes

COMMANDS = {"ward": sync.ward.cli.main, "kiosk-sync": sync.cli.main}


def types(command: str, *words: object) -> tuple[int, str]:
    """As a person at a keyboard, in English; both streams."""
    done = CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(COMMANDS[command], list(map(str, words)))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.fixture
def kiosk(new_kiosk: Callable[[], Kiosk]) -> Kiosk:
    return new_kiosk().start().vote(3)


def introduced(kiosk: Kiosk, stick: Path) -> tuple[Path, str]:
    """The file, and the letters that the staff screen shows."""
    (told,) = export(kiosk, stick)
    assert told.meant is Outcome.INTRODUCED
    (file,) = stick.glob("*.hli")
    shown = [
        fact.value for fact in facts(Settings(data=kiosk.home.data), kiosk.home.logs, "en") if "Finger" in fact.name
    ]
    assert shown == [told.facts["fingerprint"]]
    return file, shown[0]


def answered(kiosk: Kiosk, office: Office, stick: Path) -> tuple[Path, str]:
    """The ward's answer, and the letters that its operator writes down."""
    file, letters = introduced(kiosk, stick)
    code, said = types(
        "ward", "enrol", "--data", office.house.folder, "--file", file, "--name", "Quầy 1", "--fingerprint", letters
    )
    assert code == 0, said
    (answer,) = stick.glob("*.hla")
    mine = grouped(office.house.identity.fingerprint)
    assert mine in said
    return answer, mine


def test_from_the_first_stick_to_the_first_receipt_by_the_commands(
    kiosk: Kiosk, office: Office, stick: Path, tmp_path: Path
) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(f'data = "{kiosk.home.data}"\n')
    line = ("kiosk-sync", "--config", config)
    code, said = types(*line, "export", stick)
    assert (code, "only its introduction was copied" in said) == (1, True)
    answer, letters = answered(kiosk, office, stick)
    code, said = types(*line, "export", stick)
    assert (code, f"Hold {letters} against" in said) == (1, True)
    assert types(*line, "enrol", "--file", answer, letters.lower().replace("-", " "))[0] == 0
    code, said = types(*line, "export", stick)
    assert (code, "4 entries in 1 files. It can be pulled out" in said) == (0, True), said
    assert "Copied to a stick up to entry 4" in types(*line, "status")[1]
    code, said = types("ward", "import", "--data", office.house.folder, stick)
    assert (code, "4 new entries of Quầy 1" in said) == (0, True), said
    assert office.lines(kiosk.log) == lines_of(kiosk, kiosk.log)
    code, said = types(*line, "import-receipt", stick)
    assert (code, "up to entry 4" in said) == (0, True)
    code, said = types(*line, "export", stick)
    assert (code, said) == (0, "Nothing was copied: the ward has every entry. The stick can be pulled out.\n")
    code, said = types(*line, "now")
    assert (code, "carried on a stick" in said) == (1, True)


def test_the_operator_is_asked_whether_the_letters_are_the_same(kiosk: Kiosk, office: Office, stick: Path) -> None:
    file, letters = introduced(kiosk, stick)
    code, said = types("ward", "enrol", "--data", office.house.folder, "--file", file, "--name", "Quầy 1")
    assert (code, letters in said) == (1, True)  # nobody answered
    assert office.rows("select count(*) from logs") == [(0,)]


def test_an_exchanged_introduction_is_found_out_by_its_letters(
    kiosk: Kiosk, new_kiosk: Callable[[], Kiosk], office: Office, stick: Path
) -> None:
    file, letters = introduced(kiosk, stick)
    thief = new_kiosk().start()
    _, others = introduced(thief, (stick / "other").mkdir() or stick / "other")
    file.write_bytes(next((stick / "other").glob("*.hli")).read_bytes())
    words = ("ward", "enrol", "--data", office.house.folder, "--name", "Quầy 1", "--file", file, "--fingerprint")
    code, said = types(*words, letters)
    assert (code, f"the file has the fingerprint {others}, not {letters}" in said) == (1, True)
    assert types(*words, "ABCD")[0] == 1
    assert office.rows("select count(*) from kiosks") == [(0,)]


@pytest.mark.parametrize("bad", [b"", b"{}\n", b"x" * 20_000, b"\xff\xfe\n\n"])
def test_what_is_no_introduction_is_one_sentence(office: Office, stick: Path, bad: bytes) -> None:
    (stick / "x.hli").write_bytes(bad)
    code, said = types("ward", "enrol", "--data", office.house.folder, "--file", stick / "x.hli", "--name", "Quầy 1")
    assert (code, said.startswith("Error: x.hli: is no introduction, or is damaged")) == (1, True)


def test_the_same_again_gives_the_answer_again_and_another_name_is_refused(
    kiosk: Kiosk, office: Office, stick: Path
) -> None:
    answer, letters = answered(kiosk, office, stick)
    answer.unlink()
    (file,) = stick.glob("*.hli")
    shown = facts_letters(kiosk)
    words = ("ward", "enrol", "--data", office.house.folder, "--file", file, "--fingerprint", shown)
    assert types(*words, "--replace", "Quầy 1")[0] == 0
    assert believe(kiosk.home, read_answer(kiosk.home, answer.read_bytes()), letters).kiosk == "Quầy 1"
    code, said = types(*words, "--name", "Quầy 2")
    assert (code, 'is enrolled as "Quầy 1" already' in said) == (1, True)
    assert office.rows("select name from kiosks") == [("Quầy 1",)]


def facts_letters(kiosk: Kiosk) -> str:
    return next(
        fact.value
        for fact in facts(Settings(data=kiosk.home.data), kiosk.home.logs, "en")
        if fact.name == "Fingerprint for the ward"
    )


def refused(call: Callable[[], object]) -> Outcome:
    with pytest.raises(Trouble) as told:
        call()
    return told.value.outcome


def test_a_kiosk_believes_only_the_letters_that_a_person_brings(kiosk: Kiosk, office: Office, stick: Path) -> None:
    """A whole answer by another ward, correctly signed by that one: only the letters tell."""
    answer, letters = answered(kiosk, office, stick)
    true = read_answer(kiosk.home, answer.read_bytes())
    thief = SigningKey.generate()
    said = msgspec.structs.replace(true.admission, key=bytes(thief.verify_key).hex())
    false = read_answer(kiosk.home, write_signed(said, Purpose.ENROL, thief).bytes())
    assert refused(lambda: believe(kiosk.home, false, letters)) is Outcome.WRONG_FINGERPRINT
    assert refused(lambda: believe(kiosk.home, true, letters[:-1])) is Outcome.MISTYPED_FINGERPRINT
    assert kiosk.home.ward() is None
    assert believe(kiosk.home, true, letters).key == office.house.identity.key
    code = f"7K3M-Q2ZD-{letters}"  # a whole code holds the letters too
    assert believe(kiosk.home, true, code).kiosk == "Quầy 1"


def test_an_answer_that_was_changed_or_is_for_another_is_refused(
    kiosk: Kiosk, new_kiosk: Callable[[], Kiosk], office: Office, stick: Path
) -> None:
    answer, letters = answered(kiosk, office, stick)
    raw = answer.read_bytes()
    home = kiosk.home
    for bad in (raw[:-1], raw.replace(b"1", b"2", 1), raw.replace("Quầy 1".encode(), "Quầy 9".encode()), b"", b"{}\n"):
        assert refused(lambda bad=bad: read_answer(home, bad)) is Outcome.ANSWER_UNREADABLE
    other = new_kiosk().start()
    assert refused(lambda: read_answer(other.home, raw)) is Outcome.ANSWER_TO_ANOTHER
    stale = msgspec.structs.replace(read_signed(raw).read(Admission), nonce="0" * 64)
    resigned = write_signed(stale, Purpose.ENROL, office.house.key).bytes()
    assert refused(lambda: read_answer(home, resigned)) is Outcome.ANSWER_TO_ANOTHER
    no_ca = msgspec.structs.replace(read_signed(raw).read(Admission), ca="-----BEGIN")
    assert refused(lambda: read_answer(home, write_signed(no_ca, Purpose.ENROL, office.house.key).bytes())) is (
        Outcome.ANSWER_UNREADABLE
    )
    assert Identity(office.house.identity.key, office.house.identity.ca).fingerprint == letters.replace("-", "")


def test_the_other_logs_of_the_kiosk_follow_by_their_succession(kiosk: Kiosk, office: Office, stick: Path) -> None:
    kiosk.succeed().vote(2)
    answer, letters = answered(kiosk, office, stick)
    believe(kiosk.home, read_answer(kiosk.home, answer.read_bytes()), letters)
    assert outcomes(export(kiosk, stick)) == [Outcome.CARRIED]
    assert all(report.ok for report in office.imports(stick))
    assert office.lines(kiosk.log) == lines_of(kiosk, kiosk.log)
    assert office.rows("select count(*) from logs") == [(2,)]


def test_a_kiosk_enrolled_by_stick_may_be_pulled_and_is_never_pushed_from(
    kiosk: Kiosk, office: Office, stick: Path
) -> None:
    answer, letters = answered(kiosk, office, stick)
    ward = believe(kiosk.home, read_answer(kiosk.home, answer.read_bytes()), letters)
    said: list[Told] = []
    pulled_by: list[object] = []

    def no_road(*_: object) -> None:
        raise AssertionError("there is nowhere to go")

    around = Surroundings(lambda _: True, said.append, pulled_by.append)
    running = Service(kiosk.home, Settings().sync, kiosk.clock, no_road, Backoff(lambda low, _: low), around)
    assert running.step() == running.step() == Pause(service.IDLE)
    assert (outcomes(said), pulled_by) == ([Outcome.NO_ADDRESS], [ward])


def test_another_ward_with_an_answer_on_the_same_stick_is_not_taken_for_ours(
    kiosk: Kiosk, office: Office, stick: Path, tmp_path: Path
) -> None:
    """The person's paper decides which of two is the ward."""
    answered(kiosk, office, stick)
    for other in new_office(tmp_path / "other"):
        (stick / "2").mkdir()
        second, letters = answered(kiosk, other, stick / "2")
        ward = believe(kiosk.home, read_answer(kiosk.home, second.read_bytes()), letters)
        assert ward.key == other.house.identity.key


def test_the_staff_screen_shows_the_letters_and_believes_what_a_person_confirms(
    kiosk: Kiosk, office: Office, stick: Path
) -> None:
    """Through the real spool, as the terminal asks and reads."""
    _, letters = answered(kiosk, office, stick)
    desk = ExportDesk(kiosk.home, kiosk.clock, stick, lambda _: True, lambda job: job())
    clerk = Counter(kiosk.home, Alarm(), Network, lambda: "", desk).clerk(print)
    able = means(Settings(data=kiosk.home.data), None, None, None, None, None)

    def asks(request: str) -> tuple[str, str]:
        clerk.look()
        with holding(kiosk.home.run_lock):
            return able.offer(request), able.reply(request, "en")

    offer, said = asks(able.export())
    assert offer == letters
    assert said.startswith("The stick holds a ward's answer, which calls this kiosk Quầy 1. Hold " + letters)
    assert kiosk.home.ward() is None
    assert asks(able.trust("ABCD-EFGH-JKLM-NPQR")) == ("", Outcome.NO_ANSWER.sentence)
    assert kiosk.home.ward() is None
    offer, said = asks(able.trust(letters))
    assert (offer, "enrolled as Quầy 1" in said, "4 entries in 1 files" in said) == ("", True, True)
    assert kiosk.home.ward().key == office.house.identity.key
    assert office.imports(stick)[0].ok
