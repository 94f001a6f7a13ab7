"""Writes of training: versions, their recall, and runs."""

from __future__ import annotations

from sekisho.records.training.actions.building import Progress, build, clear_abandoned
from sekisho.records.training.actions.recalling import follow
from sekisho.records.training.actions.runs import finish_run, register_run

__all__ = ["Progress", "build", "clear_abandoned", "finish_run", "follow", "register_run"]
