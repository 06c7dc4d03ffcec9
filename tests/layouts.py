"""Babel's view of Kivy layouts: an extractor as babel.messages.extract wants it, for what a .kv file says."""

import ast
import io
import re
from collections.abc import Iterator, Sequence
from typing import IO

from babel.messages.extract import extract_python

EXPRESSION = re.compile(rb"^\s*[\w.]+:\s*(\S.*)$")  # name: expression
Found = tuple[int, str | None, object, list[str]]


def extract_kv(
    file: IO[bytes], keywords: Sequence[str], tags: Sequence[str], options: dict[str, str]
) -> Iterator[Found]:
    """The right-hand sides of a layout are Python: each goes through Babel's own extractor, with its line number."""
    for number, line in enumerate(file, start=1):
        if found := EXPRESSION.match(line):
            ast.parse(found[1].strip().decode(), mode="exec")  # what is not Python would be passed over in silence
            for _, function, messages, comments in extract_python(io.BytesIO(found[1]), keywords, tags, options):
                yield number, function, messages, comments
