"""What other rooms may listen for. Sent inside the transaction, so that what they write stands or falls with it."""

from __future__ import annotations

from django.dispatch import Signal

articles_changed = Signal()
"""What readers can see has changed. No argument: search compares its shadow with what is current."""
