"""Writes of training: versions, their recall, and runs."""

from __future__ import annotations

from sekisho.records.training.actions.building import Progress, ask_for, build, build_next, own_folder
from sekisho.records.training.actions.clearing import clear_abandoned, remove_expired
from sekisho.records.training.actions.recalling import follow
from sekisho.records.training.actions.runs import finish_run, register_run

__all__ = [
    "Progress",
    "ask_for",
    "build",
    "build_next",
    "clear_abandoned",
    "finish_run",
    "follow",
    "own_folder",
    "register_run",
    "remove_expired",
]
