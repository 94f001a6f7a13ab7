"""What is taken out of a row before its subject is given it: other people, and secrets (R-DATA-236)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

PERSON = re.compile(r"\busr_[0-9a-z]{26}\b")
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
SOMEBODY = "(somebody else)"
"""What stands in the place of another person."""

SECRET_COLUMNS = re.compile(
    r"(^|_)(password|secret|sealed|wrapped|digest|token|salt|seed|ciphertext|private)(_|$)|^(prev|tag|data)$"
)
"""Columns that open something, or only mean something to the machine."""


def masked(value: object, own: Collection[str], columns: Collection[str] = ()) -> object:
    """Return a row, list or text in which no person stands but those in `own`: neither ids nor addresses.

    Columns that hold secrets are left out, except those named in `columns`. Bytes are left out: what is encrypted says
    nothing to its reader.
    """
    match value:
        case str():
            return MAIL.sub(lambda hit: _own(hit[0], own), PERSON.sub(lambda hit: _own(hit[0], own), value))
        case Mapping():
            return {
                name: masked(one, own, columns)
                for name, one in value.items()
                if not isinstance(one, bytes | memoryview) and (name in columns or not is_secret(str(name)))
            }
        case list() | tuple():
            return [masked(one, own, columns) for one in value]
    return value


def is_secret(column: str) -> bool:
    """Return whether a column of this name never leaves the installation."""
    return bool(SECRET_COLUMNS.search(column))


def _own(found: str, own: Collection[str]) -> str:
    return found if found in own else SOMEBODY
