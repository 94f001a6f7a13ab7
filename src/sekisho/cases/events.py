"""What other rooms may listen for. Sent after the transaction has been committed, never before."""

from __future__ import annotations

from django.dispatch import Signal

message_written = Signal()
"""Somebody has written in a case. Arguments: `case_id`, `message_id`, `voice`. The messenger mirrors answers by it."""
case_changed = Signal()
"""A case has another state, queue, kind, sponsor or contact. Argument: `case_id`."""
