"""Adding a language is a catalogue and, if one likes, recordings: no code. Tried by adding one."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from assets.compile_catalogues import compile_one
from assets.tick import make
from assets.words import Catalogues, locale_folder
from kiosk.settings import Settings, Sound
from kiosk.sound import Sounds
from kiosk.states import Asking, Noted, Thanks
from kiosk.ui.world import World
from tests.ui.conftest import Screen
from tests.ui.test_aids import aids
from tests.ui.test_layout import PX_PER_MM, assert_whole, visible_labels

pytestmark = pytest.mark.slow  # `./setup.sh test screens`

CODE = "xx"  # no language of anybody: a translator writes a real one


@pytest.fixture
def catalogues(tmp_path: Path) -> Catalogues:
    """Those there are and a third, each of whose sentences is the English one in brackets."""
    folder = tmp_path / "locale"
    shutil.copytree(locale_folder(), folder)
    shutil.copytree(folder / "en", folder / CODE)
    file = folder / CODE / "LC_MESSAGES" / "screens.po"
    with file.open("rb") as english:
        catalogue = read_po(english)
    for message in catalogue:
        if message.id:
            message.string = f"[{message.id}]"
    with file.open("wb") as out:
        write_po(out, catalogue)
    compile_one(file)
    return Catalogues(folder)


def test_its_button_appears_and_chooses_it(open_screen: Callable[..., Screen], catalogues: Catalogues) -> None:
    from kiosk.ui.header import LanguageButton

    screen = open_screen(world=World(sentences=catalogues))
    screen.show(Asking(0))
    buttons = [one for one in screen.page.walk(restrict=True) if isinstance(one, LanguageButton)]
    assert [one.code for one in buttons] == ["vi", "en", CODE]
    assert all(min(button.size) / PX_PER_MM >= 12 for button in buttons)
    screen.hand.up(screen.hand.down(buttons[2].center), buttons[2].center)
    screen.frames()
    assert screen.door.heard == [("language", CODE)]


def test_its_sentences_are_said_whole(open_screen: Callable[..., Screen], catalogues: Catalogues) -> None:
    screen = open_screen(world=World(sentences=catalogues))
    for state, sentence in (
        (Asking(0), "[Very satisfied]"),
        (Noted(0, 9), "[Recorded]"),
        (Thanks(9, 0), "[Thank you!]"),
    ):
        screen.show(state, CODE)
        labels = list(visible_labels(screen))
        assert sentence in {label.sentence for label in labels}
        for label in labels:
            assert_whole(label)


def test_a_recording_of_it_can_be_heard(
    open_screen: Callable[..., Screen], catalogues: Catalogues, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/aplay").write_text("#!/bin/sh\ncat > /dev/null\n")
    (tmp_path / "bin/aplay").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    (tmp_path / "audio" / CODE).mkdir(parents=True)
    make(tmp_path / "audio" / CODE / f"ask-{Settings().survey.questions[0].id}.wav")
    screen = open_screen(world=World(sentences=catalogues, voice=Sounds(Sound(), tmp_path / "audio")))
    screen.show(Asking(0), CODE)
    assert "listen" in aids(screen)
    screen.show(Thanks(9, 0), CODE)  # not recorded
    assert "listen" not in aids(screen)
