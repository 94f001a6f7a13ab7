"""Drafts and senders for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from sekisho.records.feedback import actions
from sekisho.records.feedback.types import Draft, Kind, ReportView, Said, Scope, Sender

AT = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
SECRET = "AKIA" + "Q3EGRNVTZ5WJ2K7P"
TALK = (Said("user", f"Deploy with {SECRET}, please."), Said("assistant", "That failed: timeout."))


def draft(**changed: object) -> Draft:
    values: dict[str, object] = {
        "kind": Kind.BUG,
        "text": "The answer stopped in the middle.",
        "scope": Scope.SESSION,
        "transcript": TALK,
        "version": "2.1.0",
        "os": "linux",
    }
    return Draft(**{**values, **changed})  # type: ignore[arg-type]


def sent(sender: Sender, at: datetime = AT, submission: str = "one", **changed: object) -> ReportView:
    made = draft(**changed)
    shown = actions.preview(sender, made)
    return actions.send(sender, made, digest=shown.digest, submission=submission, at=at)
