"""Ask who speaks for the organisation, and decide on what was asked. Each does all of its work, or nothing."""

from __future__ import annotations

from sekisho.support.relay.actions.asking import ask_owner
from sekisho.support.relay.actions.deciding import answer, decline, forward
from sekisho.support.relay.actions.recovering import recover

__all__ = ["answer", "ask_owner", "decline", "forward", "recover"]
