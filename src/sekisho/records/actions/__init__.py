"""Writes of records: turns and their content; what happened to the data of accounts."""

from __future__ import annotations

from sekisho.records.actions.history import append
from sekisho.records.actions.storing import (
    add_content,
    conversation_id,
    destroy_conversation,
    store_turn,
    store_turns,
)

__all__ = ["add_content", "append", "conversation_id", "destroy_conversation", "store_turn", "store_turns"]
