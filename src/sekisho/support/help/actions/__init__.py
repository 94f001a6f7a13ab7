"""Writes of the help centre: publishing, counting, and taking in what came with the release."""

from __future__ import annotations

from sekisho.support.help.actions.counting import count, vote
from sekisho.support.help.actions.loading import load_articles
from sekisho.support.help.actions.publishing import (
    publish,
    publish_all,
    restore,
    review,
    withdraw,
)

__all__ = [
    "count", "load_articles", "publish", "publish_all", "restore", "review", "vote", "withdraw",
]  # fmt: skip
