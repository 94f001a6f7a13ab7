"""Texts that agents use again, with placeholders that have a type (R-SUP-083). Pure.

A placeholder is written `{name:type}` where it stands. What is missing, or is not of its type, is refused: no half
filled letter leaves the desk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sekisho.cases.desk.types import Type

MAX_VALUE_CHARS = 300
_PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,39})(?::([a-z]+))?\}")
_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a macro cannot be kept."""

    code: str
    """`macro_empty`, `macro_unclear` (a brace that is no placeholder, or an unknown type) or `macro_pair` (the two
    languages do not have the same placeholders)."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    text: str


@dataclass(frozen=True, slots=True)
class Unfilled:
    """What is missing, or is not what it should be, by name; in the order of the text."""

    names: tuple[str, ...]


def placeholders(text: str) -> Mapping[str, Type] | Unfit:
    """Return the placeholders of a text with their types, in order. One that is named twice has one type."""
    found: dict[str, Type] = {}
    for name, word in _PLACE.findall(text):
        if word and word not in set(Type):
            return Unfit("macro_unclear", name)
        kind = Type(word or found.get(name, Type.TEXT))
        if found.setdefault(name, kind) is not kind:
            return Unfit("macro_unclear", name)
    rest = _BRACE.search(_PLACE.sub("", text))
    return Unfit("macro_unclear", rest[0]) if rest else found


def checked(en: str, ja: str) -> Mapping[str, Type] | Unfit:
    """Return the placeholders of a pair of texts: both languages are there, and ask for the same."""
    if not (en.strip() and ja.strip()):
        return Unfit("macro_empty")
    first, second = placeholders(en), placeholders(ja)
    if isinstance(first, Unfit):
        return first
    if isinstance(second, Unfit):
        return second
    odd = {**first, **second} if dict(first) != dict(second) else {}
    different = [name for name in odd if first.get(name) != second.get(name)]
    return Unfit("macro_pair", different[0]) if different else first


def fill(text: str, values: Mapping[str, str]) -> Filled | Unfilled:
    """Return the text with each placeholder's value in place. Values are put in as they are: a placeholder in one is
    words."""
    wanted = placeholders(text)
    assert not isinstance(wanted, Unfit)  # none is kept
    given = {name: values.get(name, "").strip() for name in wanted}
    wrong = tuple(name for name, kind in wanted.items() if not fits(given[name], kind))
    return Unfilled(wrong) if wrong else Filled(_PLACE.sub(lambda found: given[found[1]], text))


def fits(value: str, kind: Type) -> bool:
    """Return whether the value is of this type; nothing is of none."""
    return 0 < len(value) <= MAX_VALUE_CHARS and "\n" not in value and _FITS[kind](value)


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_FITS: Mapping[Type, Callable[[str], bool]] = {
    Type.TEXT: lambda value: True,
    Type.DATE: _is_day,
    Type.NUMBER: lambda value: re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", value, re.ASCII) is not None,
    Type.LINK: lambda value: re.fullmatch(r"https://[^\s<>\"']+", value) is not None,
    Type.REFERENCE: lambda value: (
        re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", value) is not None
    ),
}
