"""`kiosk setup`: answers become a kiosk.toml that the terminal takes, or one sentence and nothing written."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.pin import matches
from kiosk.settings import read
from kiosk.written import as_toml

PLACE = ("--unit", "Phường An Bình", "--counter", "Quầy 1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.toml"


def setup(file: Path, *words: str, typed: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(main, ["setup", "--write", str(file), *words], input=typed)
    assert "Traceback" not in done.output
    return done.exit_code, done.stderr


def test_options_become_settings(file: Path) -> None:
    words = ("--hotline", "0204 123 456", "--levels", "5,3,1", "--rotation", "180", "--clock-battery", "ds3231")
    assert setup(file, *PLACE, *words, "--pins", "5=23:24") == (0, "")
    settings = read(file)
    assert (settings.unit.name.vi, settings.unit.counter.en) == ("Phường An Bình", "Quầy 1")
    assert (settings.unit.hotline, settings.survey.levels) == ("0204 123 456", (5, 3, 1))
    assert (settings.screen.rotation, settings.clock.battery) == (180, True)
    assert (settings.panel.buttons[5].line, settings.panel.buttons[5].lamp) == (23, 24)
    assert settings.panel.buttons[3].line == 13  # as in hardware/pins.toml


def test_a_file_says_the_same_and_an_option_wins(file: Path, tmp_path: Path) -> None:
    answers = tmp_path / "hailong.toml"
    answers.write_text(
        'unit = { vi = "Phường An Bình", en = "An Bình Ward" }\ncounter = "Quầy 1"\nrotation = 90\n'
        "[pins.buttons.5]\nline = 23\n[kiosk.sound]\nvolume = 40\n[kiosk.timing]\nnoted = 3\n"
    )
    assert setup(file, "--answers", str(answers), "--rotation", "270") == (0, "")
    settings = read(file)
    assert (settings.unit.name.en, settings.screen.rotation) == ("An Bình Ward", 270)
    assert (settings.panel.buttons[5].line, settings.panel.buttons[5].lamp) == (23, 12)
    assert (settings.sound.volume, settings.timing.noted) == (40, 3.0)


def test_a_citizen_never_reads_a_sample(file: Path) -> None:
    assert setup(file, "--unit", "X") == (
        2,
        "Error: setup.sh: counter is missing: --counter NAME, or in the answers.\n",
    )
    assert not file.exists()
    setup(file, *PLACE)
    assert read(file).unit.hotline == ""  # and none is shown


def test_a_pin_is_kept_as_its_hash_alone(file: Path) -> None:
    assert setup(file, *PLACE, "--pin", "258036") == (0, "")
    assert matches("258036", read(file).staff.pin)
    assert "258036" not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_text()
    setup(file, "--pin", "258036")
    assert file.read_text() == before  # the same PIN again is no change
    setup(file, "--pin", "258037")
    assert matches("258037", read(file).staff.pin)


def test_what_is_no_setting_goes_on_to_who_needs_it(file: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    code = "ABCD-2345-6789-ABCD-2345-6789"
    setup(file, *PLACE, "--ward", "https://w:8080", "--code", code, "--clock-battery", "ds3231", "--facts", str(facts))
    assert facts.read_text() == f"ward=https://w:8080\ncode={code}\nopen_to_eavesdroppers=\nclock_battery=ds3231\n"
    assert facts.stat().st_mode & 0o777 == 0o600
    assert code not in file.read_text()


def test_settings_that_exist_keep_what_nobody_changed(file: Path) -> None:
    by_hand = '# mine\n[unit]\nname = { vi = "A", en = "A", more = { tyz = "Á" } }\n[timing]\nthanks = 20\n'
    file.write_text(by_hand)
    file.chmod(0o640)
    assert setup(file) == (0, "")
    assert file.read_text() == by_hand  # no answer, no change: comments stay as well
    assert setup(file, "--counter", "Quầy 3") == (0, "")
    settings = read(file)
    assert (settings.unit.name.vi, settings.unit.counter.vi, settings.timing.thanks) == ("A", "Quầy 3", 20)
    assert file.with_name("kiosk.toml.before").read_text() == by_hand
    assert file.stat().st_mode & 0o777 == 0o640  # the service still reads it
    again = file.read_text()
    assert setup(file, "--counter", "Quầy 3") == (0, "")
    assert file.read_text() == again
    setup(file, "--unit", "B")
    assert read(file).unit.name.more == {}  # another name is another in every language


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--rotation", "45"), "setup.sh: rotation = 45: allowed: 0 or 90 or 180 or 270."),
        (("--levels", "5,9,1"), "setup.sh: levels[1] = 9: allowed: a whole number from 1 to 5."),
        (("--levels", "5,5,1"), "setup.sh: survey.levels = [5,5,1]: each rating may stand once."),
        (("--pins", "5=6:12"), "setup.sh: panel.buttons.4.line = 6: the line is already used by"),
        (("--pins", "5=x:12"), 'setup.sh: panel.buttons.5.line = "x": allowed: a whole number from 0 to 27.'),
        (("--pin", "1234"), 'setup.sh: pin = "…": This PIN is among the first that anybody tries'),
        (("--ward", "https://w"), 'setup.sh: ward = "https://w": also needs code.'),
        (("--ward", "w:8080", "--code", "A" * 24), 'setup.sh: ward = "w:8080": allowed: text like'),
        (("--allow-http",), "setup.sh: allow_http = true: is called open_to_eavesdroppers now: without TLS everybody"),
        (("--clock-battery", "yes"), 'setup.sh: clock_battery = "yes": allowed: "built-in" or "ds3231" or "none".'),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(file: Path, words: tuple[str, ...], sentence: str) -> None:
    file.write_text("[timing]\nthanks = 20\n")
    code, said = setup(file, *PLACE, *words)
    assert code == 2
    assert said.startswith(f"Error: {sentence}")
    assert said.count("\n") == 1
    assert file.read_text() == "[timing]\nthanks = 20\n"
    assert sorted(one.name for one in file.parent.iterdir()) == ["kiosk.toml"]


def test_pin_and_code_may_come_where_no_ps_shows_them(file: Path, tmp_path: Path) -> None:
    facts, code = tmp_path / "facts", "ABCD-2345-6789-ABCD-2345-6789"
    hidden = {"HAILONG_PIN": "258036", "HAILONG_CODE": code}
    words = ["setup", "--write", str(file), *PLACE, "--ward", "https://w:8080", "--facts", str(facts)]
    assert CliRunner().invoke(main, words, env=hidden).exit_code == 0
    assert matches("258036", read(file).staff.pin)
    assert f"code={code}\n" in facts.read_text()


def test_a_password_in_an_address_is_not_said(file: Path) -> None:
    code, said = setup(file, *PLACE, "--ward", "https://me:tskey-1@ward:8080")
    assert (code, "tskey" in said) == (2, False)
    assert 'ward = "https://…@ward:8080": also needs code.' in said


@pytest.mark.parametrize(
    "said", ['code = "7K3M-Q2ZD"', 'code = "7K3M-Q2ZD!"', 'codes = "7K3M-Q2ZD"',
             "pin = 258036", 'PIN = "258036"', 'pin = ["258036"]', '[kiosk.staff]\npin = "258036"']
)  # fmt: skip
def test_a_mistake_names_the_secret_and_does_not_say_it(file: Path, tmp_path: Path, said: str) -> None:
    answers = tmp_path / "hailong.toml"
    answers.write_text(f'unit = "A"\ncounter = "B"\n{said}\n')
    code, output = setup(file, "--answers", str(answers))
    assert (code, output.count("…"), "7K3M" in output, "258036" in output) == (2, 1, False, False)


def test_a_key_that_is_not_known_is_named(file: Path, tmp_path: Path) -> None:
    answers = tmp_path / "hailong.toml"
    answers.write_text('unit = "A"\ncouter = "B"\n')
    code, said = setup(file, "--answers", str(answers))
    assert code == 2
    assert said.startswith(f'Error: {answers}: couter = "B": is not known here; allowed: a table with the keys unit, c')


def test_questions_are_asked_until_the_answer_is_possible(file: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    typed = ["An Bình", "Quầy 1", "", "4", "3", "45", "180", "", "", "1234", "258036"]
    code, said = setup(file, "--ask", str(answers), typed="\n".join(typed) + "\n")
    assert code == 0
    assert "levels" in said
    assert "rotation = 45" in said
    assert "among the first that anybody tries" in said
    assert not file.exists()
    assert setup(file, "--answers", str(answers)) == (0, "")
    settings = read(file)
    assert (settings.unit.name.vi, settings.survey.levels, settings.screen.rotation) == ("An Bình", (5, 3, 1), 180)
    assert (settings.unit.hotline, settings.clock.battery) == ("", False)
    assert matches("258036", settings.staff.pin)


def test_a_ward_is_asked_for_its_code(file: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    typed = ["A", "B", "", "", "", "", "https://w:8080", "no!", "ABCD-2345-6789-ABCD-2345-6789", ""]
    assert setup(file, "--ask", str(answers), typed="\n".join(typed) + "\n")[0] == 0
    said = tomllib.loads(answers.read_text())
    assert (said["ward"], said["code"]) == ("https://w:8080", "ABCD-2345-6789-ABCD-2345-6789")


def test_whatever_is_said_can_be_read_again() -> None:
    said = {"data": "/a\\b", "unit": {"name": {"vi": 'Quầy "1"\n\x7f\x01', "en": "é"}, "hotline": ""},
            "sessions": [{"days": [1, 2], "from": "07:30"}, {"days": [7]}], "sound": {"volume": 5, "aloud": False},
            "timing": {"noted": 2.5}, "a key": {"x y": 1}}  # fmt: skip
    assert tomllib.loads(as_toml(said)) == said
