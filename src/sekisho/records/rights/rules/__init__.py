"""What is decided about requests: pure. No Django."""

from __future__ import annotations

from sekisho.records.rights.rules.masking import masked
from sekisho.records.rights.rules.requests import (
    Done,
    Late,
    Pending,
    after_erasure,
    due_at,
    may_become,
    time_left,
)

__all__ = [
    "Done",
    "Late",
    "Pending",
    "after_erasure",
    "due_at",
    "masked",
    "may_become",
    "time_left",
]
