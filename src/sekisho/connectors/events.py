"""What other rooms may listen for. Sent after the transaction has been committed, never before."""

from __future__ import annotations

from django.dispatch import Signal

directory_changed = Signal()
"""What gateways let be called has changed. Argument: `connector`. `link` answers by publishing a new snapshot."""
