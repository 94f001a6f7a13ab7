"""The days that a report is about, as its commands ask for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from sekisho.base.text import Text
from sekisho.cli import bilingual

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_DAY = {"type": click.DateTime(["%Y-%m-%d"]), "required": True, "metavar": Text("DAY", "日付")}


def period_options(command: Decorated) -> Decorated:
    """Add `--from` and `--to`, both days of the period itself, as the arguments `since` and `until`."""
    until = bilingual.option("--to", "until", help=Text("Last day (UTC).", "最後の日（UTC）。"), **_DAY)
    since = bilingual.option("--from", "since", help=Text("First day (UTC).", "最初の日（UTC）。"), **_DAY)
    return since(until(command))
