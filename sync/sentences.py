"""An outcome in the technician's language."""

from collections import defaultdict
from collections.abc import Callable

from assets.words import catalogue, system_language
from sync.outcomes import Told

Translate = Callable[[str], str]


def _(sentence: str) -> str:
    """In the language of whoever typed the command."""
    return catalogue("delivery", system_language()).gettext(sentence)


def say(told: Told, translate: Translate = _) -> str:
    """One sentence. A particular that is missing is shown as a question mark, never as a traceback."""
    return translate(told.meant.sentence).format_map(defaultdict(lambda: "?", told.facts))
