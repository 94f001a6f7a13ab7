"""What other rooms may listen for. Sent after the transaction has been committed, never before."""

from __future__ import annotations

from django.dispatch import Signal

standing_changed = Signal()
"""A restriction was imposed or lifted. Argument: `organisation`. `link` answers by publishing a new
snapshot."""
