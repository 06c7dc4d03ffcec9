"""A mistake in a settings file, as one sentence: file, key, value, and what is allowed there."""

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from kiosk.sayings import _

T = TypeVar("T")
_PLACE = re.compile(r" - at (?:`key` in )?`\$(?P<path>[^`]*)`$")
_PASSWORD = re.compile(r"//[^/@\s]*@")  # in an address
_FIELD = re.compile(r"field `(?P<name>[^`]*)`")


class Mistake(Exception):
    """A settings file says something impossible. The program ends with exit code 2 and changes nothing."""

    def __init__(self, file: Path, key: str, value: object, allowed: str) -> None:
        said = _("is missing") if value is MISSING else f"= {_shown(key, value):.80}"
        super().__init__(f"{file}: {key} {said}: {allowed}." if key else f"{file}: {allowed}.")
        self.file, self.key, self.value, self.allowed = file, key, value, allowed


MISSING = object()
SECRET = ("pin", "code")  # what a mistake is told without: it ends on screens and in journals
DEEPEST = 32  # tables and lists within each other


class Mistakes:
    """Reads one settings file; every way in which it can fail becomes a `Mistake`."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read_toml(self) -> dict[str, Any]:
        try:
            raw = tomllib.loads(self.file.read_text("utf-8"))
            _check_depth(raw)
        except OSError as error:
            raise Mistake(self.file, "", None, _("cannot be read ({why})").format(why=error.strerror)) from error
        except (ValueError, RecursionError) as error:  # also a number of 5000 digits, and 1000 tables within each other
            raise Mistake(self.file, "", None, _("is not TOML ({why})").format(why=error)) from error
        return raw

    def decode(self, raw: dict[str, Any], kind: type[T]) -> T:
        """`raw` as `kind`. msgspec names the place; what is allowed there is read off the type."""
        try:
            return msgspec.convert(raw, kind, str_keys=True, dec_hook=_other_types)
        except msgspec.ValidationError as error:
            message = str(error)
            place = _PLACE.search(message)
            path = re.findall(r"[^.\[\]]+|\.\.\.", place["path"]) if place else []
            if field := _FIELD.search(message):
                path.append(field["name"])
            if "..." in path:
                path = self._name_dots(raw, kind, message, path)
            raise Mistake(self.file, _written(raw, path), _value_at(raw, path), _allowed_at(kind, path)) from error

    def _name_dots(self, raw: dict[str, Any], kind: type[T], message: str, path: list[str]) -> list[str]:
        """msgspec writes `[...]` for a key of a table; try its keys one by one to name it."""
        dots = path.index("...")
        for key in _value_at(raw, path[:dots]):
            try:
                msgspec.convert(_only(raw, path[:dots], key), kind, str_keys=True, dec_hook=_other_types)
            except msgspec.ValidationError as error:
                if str(error) == message:
                    return [*path[:dots], key, *path[dots + 1 :]]
        return path


def _check_depth(raw: dict[str, Any]) -> None:
    """What reads settings goes into every table: how deep must not depend on its stack."""
    level: list[Any] = [raw]
    for _step in range(DEEPEST):
        outer = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [inner for ones in outer for inner in ones]
    if level:
        raise ValueError(f"nested deeper than {DEEPEST}")


def _shown(key: str, value: object) -> str:
    """The value as it was written, unless it is a secret, also under a name misspelt."""
    if key.rpartition(".")[2].lower().startswith(SECRET) and not isinstance(value, dict):
        return '"…"'
    try:
        return _PASSWORD.sub("//…@", msgspec.json.encode(value, enc_hook=str).decode())
    except (ValueError, OverflowError):  # a number of thousands of digits
        return "…"


def _other_types(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise ValueError(f"Expected `{kind.__name__}`")


def _only(raw: Any, path: list[str], key: str) -> Any:
    """A copy of `raw` in which the table at `path` holds nothing but `key`."""
    if not path:
        return {key: raw[key]}
    return {**raw, path[0]: _only(raw[path[0]], path[1:], key)}


def _written(raw: Any, path: list[str]) -> str:
    """As in the file: `panel.buttons.5` is the key of a table, `sessions[0]` a place in a list."""
    lists = [isinstance(_value_at(raw, path[:place]), list) for place in range(len(path))]
    steps = (f"[{step}]" if in_list else f".{step}" for step, in_list in zip(path, lists, strict=True))
    return "".join(steps).lstrip(".")


def _value_at(raw: Any, path: list[str]) -> Any:
    for step in path:
        try:
            raw = raw[int(step)] if isinstance(raw, list) else raw[step]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return raw


def _allowed_at(kind: type, path: list[str]) -> str:
    """What may stand at `path`; for a key that is not known, the keys that are."""
    found = inspect.type_info(kind)
    for step in path:
        inner = _inside(found, step)
        if inner is None:
            return _("is not known here; allowed: {what}").format(what=_describe(found))
        found = inner
    return _("allowed: {what}").format(what=_describe(found))


def _inside(found: inspect.Type, step: str) -> inspect.Type | None:
    match found:
        case inspect.StructType():
            return next((field.type for field in found.fields if field.encode_name == step), None)
        case inspect.DictType():
            return found.value_type
        case inspect.VarTupleType() | inspect.ListType():
            return found.item_type
        case inspect.UnionType():
            return next((inner for one in found.types if (inner := _inside(one, step))), None)
        case _:
            return None


def _describe(found: inspect.Type) -> str:
    """A type in words."""
    match found:
        case inspect.StructType():
            keys = ", ".join(field.encode_name for field in found.fields)
            return _("a table with the keys {keys}").format(keys=keys)
        case inspect.DictType():
            return _("a table; its keys: {what}").format(what=_describe(found.key_type))
        case inspect.LiteralType():
            said = [f'"{one}"' if isinstance(one, str) else f"{one}" for one in found.values]
            return _(" or ").join(sorted(said, key=lambda one: (len(one) if one.isdecimal() else 0, one)))
        case inspect.IntType():
            return _("a whole number") + _range(found.ge, found.le)
        case inspect.FloatType():
            return _("a number") + _range(found.ge, found.le)
        case inspect.BoolType():
            return _("true or false")
        case inspect.VarTupleType() | inspect.ListType():
            what = _describe(found.item_type)
            return _("a list of: {what}").format(what=what) + _range(found.min_length, found.max_length)
        case inspect.UnionType():
            return _(" or ").join(_describe(one) for one in found.types if not isinstance(one, inspect.NoneType))
        case inspect.StrType():
            return _("text like {pattern}").format(pattern=found.pattern) if found.pattern else _length(found)
        case _:
            return _("text")


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return ""
    if high is None:
        return _(" of at least {low:g}").format(low=low)
    return _(" from {low:g} to {high:g}").format(low=low, high=high)


def _length(found: inspect.StrType) -> str:
    if not found.max_length:
        return _("text")
    return _("text of {low} to {high} letters").format(low=found.min_length or 0, high=found.max_length)
