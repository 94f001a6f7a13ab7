"""What one may appeal against, by a link or signed in, and what a follow link opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.enforcement.appeals import matters
from sekisho.enforcement.appeals.queries.rows import row_of, view_of
from sekisho.enforcement.appeals.types import (
    About,
    AppealView,
    Matter,
)
from sekisho.notices.links import Purpose, opened

_OPENS: Mapping[Purpose, About] = {
    Purpose.STATEMENT: About.RESTRICTION,
    Purpose.DECISION: About.DECISION,
    Purpose.REPORT: About.REPORT,
}


def matter_of_link(token: str, at: datetime) -> Matter:
    """Return what a link lets its holder appeal against: of a statement, a decision or a report; or the id of a held
    answer or a request, which only its client was given.

    Raises `SekishoError` (`link_forged`, `link_expired`) and `NotFoundError`.
    """
    if token.startswith(matters.TICKET):
        return matters.matter(About.HOLD, token, at)
    if token.startswith(matters.REQUEST):
        return matters.of_request(token, at)
    about, subject = _opened(token, at)
    return matters.matter(about, subject, at)


def matter(viewer: Viewer, about: About, id: str, at: datetime) -> Matter:
    """Return what somebody who has signed in may appeal against for their organisation. Raises `NotFoundError`."""
    found = matters.matter(about, id, at)
    if about is About.REPORT or not may(viewer, Permission.ORG_APPEAL_MAKE, found.organisation):
        raise not_found("matter_not_found")
    return found


def _opened(token: str, at: datetime) -> tuple[About, str]:
    """Try each purpose that a link may have; each has a signature of its own, so at most one opens it."""
    *others, last = _OPENS
    for purpose in others:
        try:
            return _OPENS[purpose], opened(purpose, token, at)
        except SekishoError as problem:
            if problem.code != "link_forged":
                raise
    return _OPENS[last], opened(last, token, at)


def followed(token: str, at: datetime) -> AppealView:
    """Return the appeal that a follow link opens. Raises as `notices.links.opened` does."""
    return view_of(row_of(opened(Purpose.APPEAL, token, at)))
