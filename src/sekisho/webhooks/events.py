"""What wakes the one who delivers, within this process. Other processes find what is due when they next look."""

from __future__ import annotations

from threading import Event

due = Event()
"""Set once something to deliver has been committed."""
