"""The address of a statement's page, signed: whoever was told can open it, and nobody can guess it."""

from __future__ import annotations

from datetime import datetime

from sekisho.enforcement.rules.statements import link_expires
from sekisho.enforcement.types import RestrictionView
from sekisho.notices.links import Purpose, token


def statement_path(view: RestrictionView, at: datetime) -> str:
    """Return the path `/statements/<token>` as it is given out at `at`; `link_expires` says how long it opens."""
    return f"/statements/{token(Purpose.STATEMENT, view.statement_id, link_expires(view, at))}"
