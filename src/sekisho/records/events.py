"""What records tell the rooms above, after the commit."""

from __future__ import annotations

from django.dispatch import Signal

data_use_changed = Signal()
"""Something changed that gateways must know: consent, zero retention, what is known of a provider. `link` publishes."""
