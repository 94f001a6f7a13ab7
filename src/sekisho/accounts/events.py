"""What other rooms may listen for. Sent after the transaction has been committed, never before."""

from __future__ import annotations

from django.dispatch import Signal

access_changed = Signal()
"""Somebody's way through the gate has changed: a key made, revoked or declared anew, an organisation changed.

Argument: `organisation_id`. `link` answers by publishing a new snapshot, so that every gateway knows within a
second.
"""
