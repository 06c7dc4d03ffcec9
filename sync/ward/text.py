"""A sentence as a kiosk's settings have it, in the languages of the place."""

from typing import Annotated

import msgspec

Said = Annotated[str, msgspec.Meta(min_length=1)]


class Text(msgspec.Struct, frozen=True):
    vi: Said
    en: Said

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.vi
