"""The pages' sentences, none in Python: `locale/<language>.toml` and, a file a topic, `locale/<language>/*.toml`.

A further language is a further file and a further folder.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Speech:
    language: str
    sentences: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        return self.sentences[key].format(**values)

    def number(self, value: float, digits: int = 1) -> str:
        return f"{value:.{digits}f}".replace(".", self("decimal_mark"))

    def count(self, value: int) -> str:
        """A whole number, its thousands parted: 12.345 in Vietnamese."""
        return f"{value:,}".replace(",", self("thousands_mark"))

    def percent(self, fraction: float) -> str:
        return self("percent", number=self.number(100 * fraction))

    def interval(self, ends: tuple[float, float]) -> str:
        low, high = (self.number(100 * end) for end in ends)
        return self("percent", number=f"{low}–{high}")

    def day(self, day: date) -> str:
        return day.strftime(self("date_form"))

    def days(self, first: date, last: date) -> str:
        if first == last:
            return self.day(first)
        form = self("day_form" if first.year == last.year else "date_form")
        return f"{first.strftime(form)} – {self.day(last)}"

    def pairs(self, prefix: str, words: Iterable[str]) -> list[tuple[str, str]]:
        """Each word with its sentence, to choose from."""
        return [(word, self(prefix + word)) for word in words]

    def known(self, prefix: str, word: str) -> str:
        """The sentence for a word that comes from the database; the word itself where there is none."""
        return self.sentences.get(prefix + word.replace(" ", "_"), word)

    def moment(self, at: datetime) -> str:
        return at.strftime(self("moment_form"))


@cache
def load_speech(language: str) -> Speech:
    """The language asked for; Vietnamese where it is not known."""
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    sentences: dict[str, str] = {}
    for file in sentence_files(chosen):
        sentences |= tomllib.loads(file.read_text("utf-8"))
    return Speech(chosen, sentences)


def sentence_files(language: str) -> Iterator[Traversable]:
    """No key is in two of them."""
    folder = resources.files("sync.ward") / "locale"
    yield folder / f"{language}.toml"
    yield from sorted((folder / language).iterdir(), key=lambda file: file.name)
