"""What agents do at the desk. Each does all of its work, or nothing."""

from __future__ import annotations

from sekisho.cases.desk.actions.answering import answer, note
from sekisho.cases.desk.actions.drafts import drop_draft, save_draft, suggest, translate
from sekisho.cases.desk.actions.holding import LEASE, give_back, take, take_next
from sekisho.cases.desk.actions.looking import UNMASKED_FOR, look, unmask
from sekisho.cases.desk.actions.macros import retire_macro, write_macro

__all__ = [
    "LEASE",
    "UNMASKED_FOR",
    "answer",
    "drop_draft",
    "give_back",
    "look",
    "note",
    "retire_macro",
    "save_draft",
    "suggest",
    "take",
    "take_next",
    "translate",
    "unmask",
    "write_macro",
]
