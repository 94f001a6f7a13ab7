"""What the actions of conversations share: finding the row, adding an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from sekisho.base.errors import NotFoundError
from sekisho.base.text import Text, as_lang
from sekisho.support.messenger import vault
from sekisho.support.messenger.events import conversation_changed
from sekisho.support.messenger.models import Conversation as Row
from sekisho.support.messenger.models import Entry
from sekisho.support.messenger.queries import NOT_FOUND, owned_by
from sekisho.support.messenger.rules.messages import MOST_EVENTS
from sekisho.support.messenger.types import Asker, EventKind, Voice
from sekisho.support.messenger.words import refusal
from sekisho.support.types import Surface


def locked(asker: Asker, conversation_id: str) -> Row:
    """Return the asker's own row, and keep it until the transaction ends. Raises `NotFoundError` for another's.

    The first statement is a write, which SQLite and PostgreSQL both line up.
    """
    held = Row.objects.filter(owned_by(asker), id=conversation_id)
    if not held.update(last_at=F("last_at")):
        raise NotFoundError("conversation_not_found", NOT_FOUND)
    return Row.objects.get(id=conversation_id)


def asked_as(asker: Asker, row: Row) -> Asker:
    """Return the asker as the conversation has them: of one surface and account, on whatever page (R-SUP-051)."""
    return Asker(asker.viewer, Surface(row.surface), as_lang(row.language), row.organisation, asker.visitor)


def add(
    row: Row,
    kind: EventKind,
    voice: Voice,
    text: str | Text = "",
    facts: Mapping[str, object] | None = None,
    *,
    at: datetime,
    answer: str = "",
    submission: str | None = None,
) -> int:
    """Add an event to the conversation, whose row is kept, and return its number.

    Its content is sealed under the conversation's key; whoever was erased in the meantime is written nothing of.
    Raises `SekishoError` (`too_many`).
    """
    if row.last_event >= MOST_EVENTS:
        raise refusal("too_many")
    key = vault.keys_of([row.key]).get(row.key)
    words = text if isinstance(text, str) else text.in_(as_lang(row.language))
    number = row.last_event + 1
    content = vault.shut(key, row.id, number, (words, facts or {})) if key else b""
    Entry.objects.create(
        conversation=row, number=number, kind=kind.value, voice=voice.value, answer=answer,
        submission=submission, content=content, at=at,
    )  # fmt: skip
    row.last_event, row.last_at = number, at
    row.outcome, row.outcome_at = "", None
    row.save()
    transaction.on_commit(lambda: conversation_changed.send(sender=None, conversation=row.id))
    return number


def sent_before(row: Row, submission: str) -> bool:
    """Return whether the same form was sent already."""
    return bool(submission) and Entry.objects.filter(conversation=row, submission=submission).exists()
