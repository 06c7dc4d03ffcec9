"""The page's sentences: one TOML file per language in locale/, none in Python. A further language is a further file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Speech:
    language: str
    sentences: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        return self.sentences[key].format(**values)

    def number(self, value: float, digits: int = 1) -> str:
        return f"{value:.{digits}f}".replace(".", self("decimal_mark"))

    def percent(self, fraction: float) -> str:
        return self("percent", number=self.number(100 * fraction))

    def interval(self, ends: tuple[float, float]) -> str:
        low, high = (self.number(100 * end) for end in ends)
        return self("percent", number=f"{low}–{high}")

    def days(self, first: date, last: date) -> str:
        return f"{first.strftime(self('day_form'))} – {last.strftime(self('date_form'))}"

    def moment(self, at: datetime) -> str:
        return at.strftime(self("moment_form"))


def load_speech(language: str) -> Speech:
    """The language asked for; Vietnamese where it is not known."""
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    text = (resources.files("sync.ward") / "locale" / f"{chosen}.toml").read_text("utf-8")
    return Speech(chosen, tomllib.loads(text))
