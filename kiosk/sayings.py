"""What the commands say, in the language of whoever typed them."""

import os
from functools import cache
from gettext import NullTranslations

from assets.words import catalogue, system_language


def _(sentence: str) -> str:
    return _spoken(tuple(os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))).gettext(sentence)


@cache
def _spoken(_asked_for: tuple[str | None, ...]) -> NullTranslations:
    """Looked up once for each wish: `kiosk log` says a few hundred thousand sentences."""
    return catalogue("commands", system_language())
