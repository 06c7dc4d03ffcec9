"""Where a line may break. Vietnamese writes a word of two syllables with a space in it; a break there is misread."""

import re
import unicodedata
from functools import cache

from assets.words import compounds

NO_BREAK = "\u00a0"
BEFORE_A_NUMBER = re.compile(r"(?<=\w) (?=\d)")
BEFORE_A_SIGN = re.compile(r" (?=[·–])")


def typeset(text: str) -> str:
    """NFC, with no-break spaces inside compounds, before numbers and in them, and before a dash or dot."""
    text = unicodedata.normalize("NFC", text)
    text = _compound().sub(lambda found: found[0].replace(" ", NO_BREAK), text)
    return BEFORE_A_SIGN.sub(NO_BREAK, BEFORE_A_NUMBER.sub(NO_BREAK, text))


@cache
def _compound() -> re.Pattern[str]:
    longest_first = sorted(compounds(), key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(map(re.escape, longest_first)) + r")\b", re.IGNORECASE)
