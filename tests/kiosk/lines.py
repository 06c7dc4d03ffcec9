"""Strategies: any body that a log can hold."""

from typing import Any
from unicodedata import normalize

from hypothesis import strategies as st

from kiosk.entry import MAX_INTEGER

texts = st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: normalize("NFC", text))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
bodies: st.SearchStrategy[dict[str, Any]] = st.dictionaries(texts, values, max_size=4)
