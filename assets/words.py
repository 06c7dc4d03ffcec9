"""Sentences from the gettext catalogues in `locale/`: a language is a folder there, and needs no code."""

import gettext
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

DEFAULT = "vi"


@dataclass(frozen=True)
class Catalogues:
    """The languages in one folder: `<language>/LC_MESSAGES/<domain>.mo`, and what beside them is told of a language."""

    folder: Path

    def languages(self) -> list[str]:
        """The languages there are, Vietnamese first."""
        found = {one.name for one in self.folder.iterdir() if (one / "LC_MESSAGES").is_dir()}
        return sorted(found, key=lambda code: (code != DEFAULT, code != "en", code))

    def catalogue(self, domain: str, language: str) -> gettext.NullTranslations:
        """`screens`, `commands` or `delivery` in one language. The messages' ids are the English sentences."""
        return gettext.translation(domain, self.folder, [language], fallback=language == "en")


def locale_folder() -> Path:
    return Path(str(files("assets"))) / "locale"


def installed() -> Catalogues:
    return Catalogues(locale_folder())


def languages() -> list[str]:
    return installed().languages()


def catalogue(domain: str, language: str) -> gettext.NullTranslations:
    return installed().catalogue(domain, language)


def system_language() -> str:
    """The language of whoever types a command, from LC_ALL, LC_MESSAGES or LANG; English if we have none for it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            code = value.split("_")[0].split(".")[0]
            return code if code in languages() else "en"
    return "en"


def compounds() -> list[str]:
    """Words of two or more syllables that a line must not part, from every language that lists some."""
    listed = locale_folder().glob("*/compounds.txt")
    return [line for file in sorted(listed) for line in file.read_text(encoding="utf-8").splitlines() if line]
