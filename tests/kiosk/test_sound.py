"""A tick when a rating is safe, the same for every rating; reading aloud beside the terminal, never in its way.

Player and voice are real processes: small scripts, first on the PATH, that note how they were called.
"""

import threading
import time
import wave
from array import array
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from time import monotonic

import pytest

from assets.tick import TICK, make
from assets.words import catalogue
from kiosk.reading import level, reading
from kiosk.settings import Choice, Settings, Sound, Survey, Text
from kiosk.sound import Sounds, softened
from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks, Trial, View, Writing

RATINGS = (5, 4, 3, 2, 1)
PAGES: tuple[State, ...] = (
    Asking(0), Asking(1, 9), Noted(0, 9), Sorry(0, 9), Thanks(9, 1), Choosing("reasons", 9), Choosing("counter", 9),
)  # fmt: skip
PLAYER = '#!/bin/sh\ncat > "{folder}/heard.$$"\nprintf "%s\\n" "aplay $*" >> "{folder}/calls"\n'
VOICE = """#!/bin/sh
if [ "$1" = --voices ]; then
  printf 'Pty Language Age/Gender VoiceName\\n 5  vi  --/M  Vietnamese\\n 5  en-gb  --/M  English\\n'; exit
fi
printf "%s\\n" "espeak-ng $*" >> "{folder}/calls"
exec sleep 30
"""


@pytest.fixture
def calls(tmp_path: Path) -> Callable[[], list[str]]:
    def read() -> list[str]:
        file = tmp_path / "calls"
        return file.read_text("utf-8").splitlines() if file.exists() else []

    return read


def install(folder: Path, name: str, script: str) -> None:
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / name
    program.write_text(script.format(folder=folder), "utf-8")
    program.chmod(0o755)


@pytest.fixture
def sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Sounds]]:
    running: list[Sounds] = []
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")

    def open_one(*, player: bool = True, voice: bool = True, settings: Sound | None = None) -> Sounds:
        for name, script, there in (("aplay", PLAYER, player), ("espeak-ng", VOICE, voice)):
            if there:
                install(tmp_path, name, script)
        running.append(Sounds(settings or Sound(), tmp_path / "audio"))
        running[-1].start()
        return running[-1]

    yield open_one
    for one in running:
        one.end()


def until(met: Callable[[], bool]) -> None:
    end = monotonic() + 100
    while not met():
        assert monotonic() < end, "it never came to that"
        time.sleep(0.01)  # other processes take their own time


def settled(sounds: Sounds) -> None:
    """Every sound asked for so far was played to its end."""
    done = threading.Event()
    sounds._jobs.put(done.set)
    assert done.wait(100)
    until(lambda: sounds._tick is None or sounds._tick.poll() is not None)


def visit(rating: int) -> list[View]:
    states = (Asking(0), Writing(0, rating), Noted(0, 9), Asking(1, 9), Writing(1, rating), Noted(1, 9), Thanks(9, 1))
    return [View(state, 0, "vi") for state in states]


def test_the_tick_waits_for_the_disk_and_is_the_same_for_every_rating(
    sounds: Callable[..., Sounds], calls: Callable[[], list[str]], tmp_path: Path
) -> None:
    player = sounds()
    for rating in RATINGS:
        before = len(calls())
        for view in visit(rating)[:2]:
            player.see(view)
        assert len(calls()) == before
        for view in visit(rating)[2:]:
            player.see(view)
            settled(player)
        assert len(calls()) == before + 2
    assert set(calls()) == {"aplay -q -"}
    until(lambda: len(list(tmp_path.glob("heard.*"))) == 10)
    assert len({file.read_bytes() for file in tmp_path.glob("heard.*")}) == 1


def test_the_tick_is_made_by_its_script_and_is_short_and_soft(tmp_path: Path) -> None:
    make(tmp_path / "tick.wav")
    assert (tmp_path / "tick.wav").read_bytes() == TICK.read_bytes()
    with wave.open(str(TICK)) as tick:
        assert tick.getnframes() / tick.getframerate() <= 0.1
        samples = array("h", tick.readframes(tick.getnframes()))
    assert max(map(abs, samples)) <= 32_767 / 2
    assert max(abs(sample) for sample in samples[-20:]) < 600, "it must not end with a click"


def test_a_voice_reads_beside_the_terminal_and_stops_when_told(
    sounds: Callable[..., Sounds], calls: Callable[[], list[str]]
) -> None:
    voice = sounds(settings=Sound(volume=40))
    assert voice.can_read("vi", "ask-procedure")
    began = monotonic()
    voice.read("vi", "ask-procedure", "Xin chào")
    assert monotonic() - began < 5  # the voice goes on
    until(lambda: len(calls()) == 1)
    assert calls() == ["espeak-ng -v vi -a 40 -s 140 -- Xin chào"]
    running = voice._reading
    assert running
    assert running.poll() is None
    voice.hush()
    until(lambda: running.poll() is not None)


def test_a_recording_of_the_place_comes_before_the_voice(
    sounds: Callable[..., Sounds], calls: Callable[[], list[str]], tmp_path: Path
) -> None:
    (tmp_path / "audio/tyz").mkdir(parents=True)
    make(tmp_path / "audio/tyz/thanks.wav")
    voice = sounds()
    assert voice.can_read("tyz", "thanks")
    assert not voice.can_read("tyz", "noted")  # neither recorded nor spoken
    voice.read("tyz", "thanks", "...")
    until(lambda: calls() == ["aplay -q -"])


def test_a_damaged_recording_is_silence_and_the_next_tick_sounds(
    sounds: Callable[..., Sounds], calls: Callable[[], list[str]], tmp_path: Path
) -> None:
    (tmp_path / "audio/vi").mkdir(parents=True)
    (tmp_path / "audio/vi/thanks.wav").write_bytes(b"not a sound")
    voice = sounds(voice=False)
    voice.read("vi", "thanks", "...")
    voice.tick()
    until(lambda: calls() == ["aplay -q -"])


@pytest.mark.parametrize("settings", [Sound(aloud=False), Sound(volume=0)])
def test_where_nobody_wants_it_nothing_can_be_read(settings: Sound, sounds: Callable[..., Sounds]) -> None:
    assert not sounds(settings=settings).can_read("vi", "thanks")


def test_without_player_and_voice_there_is_silence_and_no_error(sounds: Callable[..., Sounds]) -> None:
    silent = sounds(player=False, voice=False)
    assert not silent.can_read("vi", "thanks") or Path("/usr/bin/espeak-ng").exists()
    silent.tick()
    silent.read("vi", "thanks", "...")


def test_volume_makes_a_sound_softer() -> None:
    loud, soft = TICK.read_bytes(), softened(TICK.read_bytes(), 50)
    peaks = []
    for sound in (loud, soft):
        with wave.open(BytesIO(sound)) as heard:
            peaks.append(max(map(abs, array("h", heard.readframes(heard.getnframes())))))
    assert peaks[1] == pytest.approx(peaks[0] / 2, abs=1)


def test_no_page_says_which_rating_was_pressed() -> None:
    """What is read depends on the page alone: a state that knows a rating is not read at all."""
    settings = Settings(survey=Survey(counters=(Choice(id="one", text=Text(vi="Quầy 1", en="Counter 1")),)))
    for language in ("vi", "en"):
        say = catalogue("screens", language).gettext
        for page in PAGES:
            said = reading(page, settings, language, say)
            assert said
            words = {level(rating, say) for rating in RATINGS if level(rating, say) in said[1]}
            assert words == ({level(rating, say) for rating in RATINGS} if isinstance(page, Asking) else set())
        for rating in RATINGS:
            assert reading(Writing(0, rating), settings, language, say) is None
            assert reading(Trial(9, ("touch", rating)), settings, language, say) is None
