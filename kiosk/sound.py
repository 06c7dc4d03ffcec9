"""The tick of a rating that is safe, and reading aloud. A thread of its own starts players beside the terminal.

The same for every rating: a tick knows none, and what is read is a page, never a press.
"""

import os
import shutil
import subprocess
import sys
import threading
import wave
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from queue import SimpleQueue

from kiosk.settings import Sound
from kiosk.states import Noted, View

PLAYER, VOICE = "aplay", "espeak-ng"
FULL = 100  # percent
PATIENCE = 5  # s for the voice to say which languages it has
Job = Callable[[], None]


def audio_folder() -> Path:
    """Sounds that come with the terminal: `tick.wav`, and `<language>/<page>.wav` where somebody recorded one."""
    return Path(str(files("assets"))) / "audio"


class Sounds:
    """`see`, `read` and `hush` return at once, from any thread. Without a player or a voice there is silence."""

    def __init__(self, settings: Sound, recordings: Path) -> None:
        """`recordings` is the place's own folder, before those that come with the terminal."""
        self._settings = settings
        self._folders = (recordings, audio_folder())
        self._player, self._voice = shutil.which(PLAYER), shutil.which(VOICE)
        self._spoken = voices(self._voice) if self._voice and settings.aloud else frozenset[str]()
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._reading: subprocess.Popen[bytes] | None = None
        self._tick: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._work, name="sound", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    def see(self, view: View) -> None:
        """A tick when a rating is safe, and not before."""
        if isinstance(view.state, Noted):
            self.tick()

    def tick(self) -> None:
        self._jobs.put(self._play_tick)

    def can_read(self, language: str, name: str) -> bool:
        if not self._settings.aloud or not self._settings.volume:
            return False
        return bool(self._player and self._recording(language, name)) or language in self._spoken

    def read(self, language: str, name: str, sentence: str) -> None:
        self._jobs.put(lambda: self._read(language, name, sentence))

    def hush(self) -> None:
        self._jobs.put(self._stop_reading)

    def turn(self, percent: int) -> None:
        """From the next sound on."""
        self._settings = Sound(volume=percent, aloud=self._settings.aloud)

    def _work(self) -> None:
        while job := self._jobs.get():
            job()
        self._stop_reading()
        if self._tick:
            self._tick.terminate()
            self._tick.wait()

    def _play_tick(self) -> None:
        if self._tick is None or self._tick.poll() is not None:  # else the one before is not over: one is enough
            self._tick = self._play(audio_folder() / "tick.wav")

    def _read(self, language: str, name: str, sentence: str) -> None:
        self._stop_reading()
        recording = self._recording(language, name)
        if recording and self._player:
            self._reading = self._play(recording)
        elif self._voice and language in self._spoken and self._settings.volume:
            loud = str(self._settings.volume)  # 100 is the voice's own usual amplitude
            self._reading = _start([self._voice, "-v", language, "-a", loud, "-s", "140", "--", sentence])

    def _stop_reading(self) -> None:
        if self._reading:
            self._reading.terminate()
            self._reading.wait()
            self._reading = None

    def _play(self, file: Path) -> subprocess.Popen[bytes] | None:
        """As loud as the settings say. The player reads from memory: nothing is written to the card."""
        if not self._player or not self._settings.volume:
            return None
        with suppress(OSError, EOFError, wave.Error):  # a recording that is none leaves silence
            sound = softened(file.read_bytes(), self._settings.volume)
            with open(os.memfd_create("sound"), "w+b") as memory:  # noqa: PTH123  a file that is on no disk
                memory.write(sound)
                memory.seek(0)
                return _start([self._player, "-q", "-"], memory.fileno())
        return None

    def _recording(self, language: str, name: str) -> Path | None:
        found = (folder / language / f"{name}.wav" for folder in self._folders)
        return next((file for file in found if file.is_file()), None)


def voices(voice: str) -> frozenset[str]:
    """The languages that espeak-ng speaks, as its own table names them in the second column; "en-gb" is also "en"."""
    with suppress(OSError, subprocess.SubprocessError):
        asked = [voice, "--voices"]  # found on the PATH by its fixed name
        done = subprocess.run(asked, capture_output=True, text=True, timeout=PATIENCE, check=True)  # noqa: S603  no shell
        table = done.stdout
        codes = {line.split()[1] for line in table.splitlines()[1:] if len(line.split()) > 1}
        return frozenset(codes | {code.split("-")[0] for code in codes})
    return frozenset()


def softened(sound: bytes, percent: int) -> bytes:
    """A 16-bit WAV at a share of its loudness; any other as it is."""
    with wave.open(BytesIO(sound)) as heard:
        form, data = heard.getparams(), heard.readframes(heard.getnframes())
    if form.sampwidth != 2 or percent == FULL:
        return sound
    samples = array("h", data)
    if sys.byteorder == "big":
        samples.byteswap()
    soft = array("h", (sample * percent // FULL for sample in samples))
    if sys.byteorder == "big":
        soft.byteswap()
    made = BytesIO()
    with wave.open(made, "wb") as out:
        out.setparams(form)
        out.writeframes(soft.tobytes())
    return made.getvalue()


def _start(command: Sequence[str], stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes] | None:
    """A player that cannot start (no sound card is none of our business) leaves silence."""
    with suppress(OSError):
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, stdin=stdin, stdout=quiet, stderr=quiet)  # noqa: S603  as above, no shell
    return None
