"""Writes of feedback: what people send on purpose, and what they choose about it."""

from __future__ import annotations

from sekisho.records.feedback.actions.ending import sweep_staged
from sekisho.records.feedback.actions.filing import file_waiting
from sekisho.records.feedback.actions.sending import delete, permit, preview, send
from sekisho.records.feedback.actions.survey import choose, count

__all__ = ["choose", "count", "delete", "file_waiting", "permit", "preview", "send", "sweep_staged"]
