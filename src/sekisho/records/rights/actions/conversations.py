"""Delete one conversation of one's own (R-DATA-123)."""

from __future__ import annotations

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.types import Viewer
from sekisho.base.clock import Clock, system_clock
from sekisho.records.retention.actions import erasing
from sekisho.records.rights.queries.previews import own_conversation


def delete_conversation(
    actor: Viewer, organisation: str, conversation: str, *, clock: Clock = system_clock
) -> str:
    """Delete a conversation and return the erasure's id: hidden at once, its key destroyed within a minute. Raises
    `NotFoundError` for another's."""
    now = as_of_now(actor)
    own_conversation(now, organisation, conversation)
    return erasing.delete_conversation(now.id, organisation, conversation, at=clock(), surface="privacy_page")
