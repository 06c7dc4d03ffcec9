"""Sentences from the gettext catalogues in `locale/`: a language is a folder there, and needs no code."""

import gettext
import os
from importlib.resources import files
from pathlib import Path

DEFAULT = "vi"


def locale_folder() -> Path:
    return Path(str(files("assets"))) / "locale"


def languages() -> list[str]:
    """The languages there are, Vietnamese first."""
    found = {folder.name for folder in locale_folder().iterdir() if (folder / "LC_MESSAGES").is_dir()}
    return sorted(found, key=lambda code: (code != DEFAULT, code != "en", code))


def catalogue(domain: str, language: str) -> gettext.NullTranslations:
    """`screens`, `commands` or `delivery` in one language. The messages' ids are the English sentences."""
    return gettext.translation(domain, locale_folder(), [language], fallback=language == "en")


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
