"""What others may listen for. Sent after the transaction has been committed, never before."""

from __future__ import annotations

from django.dispatch import Signal

hold_changed = Signal()
"""A hold came, or its state changed. Argument: `hold`, its id. Webhooks and open event streams answer to it."""
