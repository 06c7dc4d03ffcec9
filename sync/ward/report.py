"""What became of one thing among several, as a sentence for the operator."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Report:
    text: str
    ok: bool = True
