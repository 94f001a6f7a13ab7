"""Reads of the desk. Only staff of a case's queue see anything."""

from __future__ import annotations

from sekisho.cases.desk.queries.cases import LOOKS_FOR, desk_case, draft, is_unmasked, others
from sekisho.cases.desk.queries.macros import macro, macros, versions
from sekisho.cases.desk.queries.numbers import Backlog, Numbers, numbers

__all__ = [
    "LOOKS_FOR",
    "Backlog",
    "Numbers",
    "desk_case",
    "draft",
    "is_unmasked",
    "macro",
    "macros",
    "numbers",
    "others",
    "versions",
]
