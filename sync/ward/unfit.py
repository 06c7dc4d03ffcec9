"""What was asked for does not fit, in a sentence of locale/: the command says it in English, a page in its language."""

from sync.ward.failure import Failure
from sync.ward.speech import Speech, load_speech


class Unfit(Failure):
    """Nothing was changed."""

    def __init__(self, key: str, **values: object) -> None:
        self.key, self.values = key, values
        super().__init__(self.said(load_speech("en")))

    def said(self, say: Speech) -> str:
        return say(self.key, **self.values)
