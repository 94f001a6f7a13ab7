"""One thing that `sekisho doctor` has looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sekisho.base.text import Text


class State(StrEnum):
    OK = "ok"
    NOTE = "note"
    """Works, and is worth knowing: a default that nobody wants in production."""
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    name: str
    state: State
    found: Text
    remedy: Text | None = None
