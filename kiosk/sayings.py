"""What the commands say, in the language of whoever typed them."""

from assets.words import catalogue, system_language


def _(sentence: str) -> str:
    return catalogue("commands", system_language()).gettext(sentence)
