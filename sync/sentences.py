"""An outcome in the technician's language."""

from collections import defaultdict
from collections.abc import Callable

from assets.words import catalogue, system_language
from sync.outcomes import Told

Translate = Callable[[str], str]


def of_the_system() -> Translate:
    """The catalogue `delivery` in the language of whoever types the command."""
    return catalogue("delivery", system_language()).gettext


def say(told: Told, translate: Translate) -> str:
    """One sentence. A particular that is missing is shown as a question mark, never as a traceback."""
    return translate(told.meant.sentence).format_map(defaultdict(lambda: "?", told.facts))
