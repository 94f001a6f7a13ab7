"""Writes of the policy: its versions, organisations' overlays, contract exceptions."""

from __future__ import annotations

from sekisho.policy.actions.backtests import begin_backtest, note_backtest
from sekisho.policy.actions.exceptions import approve_exception, propose_exception, revoke_exception
from sekisho.policy.actions.overlays import remove_overlay, set_overlay
from sekisho.policy.actions.versions import (
    INSTALLER,
    activate,
    install_reference,
    propose,
    roll_back,
    start_shadow,
    stop_shadow,
)

__all__ = [
    "INSTALLER",
    "activate",
    "approve_exception",
    "begin_backtest",
    "install_reference",
    "note_backtest",
    "propose",
    "propose_exception",
    "remove_overlay",
    "revoke_exception",
    "roll_back",
    "set_overlay",
    "start_shadow",
    "stop_shadow",
]
