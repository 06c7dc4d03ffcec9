"""What the picture and the tables say, from the catalogues."""

from collections.abc import Callable

from assets.words import catalogue

LEVELS = {5: "Very satisfied", 4: "Satisfied", 3: "Neutral", 2: "Dissatisfied", 1: "Very dissatisfied"}
STATUS = {"ready": "Ready", "noted": "Noted", "cannot_record": "Cannot record"}
Say = Callable[..., str]


def speaker(language: str) -> Say:
    """Sentences of the drawing; what a screen says too is said in the screen's words."""
    drawing, screens = catalogue("drawing", language), catalogue("screens", language)

    def say(sentence: str, **fields: object) -> str:
        on_screen = sentence in LEVELS.values() or sentence in STATUS.values()
        return (screens if on_screen else drawing).gettext(sentence).format(**fields)

    return say
