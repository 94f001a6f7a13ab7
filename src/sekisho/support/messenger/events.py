"""What others may listen for. Sent after the transaction has been committed, never before."""

from __future__ import annotations

from django.dispatch import Signal

conversation_changed = Signal()
"""An event came. Argument: `conversation`, its id. Open streams answer to it."""
