"""Who read content, for its subject's eyes: by role, never by name (R-DATA-238).

What is shown comes from the audit log, in which every room that reads content writes (`records.queries.log_reading`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import partial

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit import queries as audit
from sekisho.audit.chain import Leaf
from sekisho.base.inventory import Holder, Subject
from sekisho.records.models import Turn
from sekisho.records.queries.readings import READ, READ_MANY
from sekisho.records.rights.types import AccessPage, AccessView
from sekisho.records.types.purposes import Purpose

PAGE = 50
LOOKED_AT = 500
"""Entries that are looked at in one go, and ten times as many for one page."""

PURPOSES = {"feedback.read": "feedback", "appeal.read": "appeal"}
READINGS = (READ, READ_MANY, *PURPOSES)
"""Rooms that keep words of their own write a kind of entry of their own, whose subject is the row's id."""
Own = Callable[[Leaf], tuple[str, ...]]
"""Gives the turns of a reading that are the subject's."""


def accesses(
    viewer: Viewer, organisation: str, *, before: int | None = None, limit: int = PAGE
) -> AccessPage:
    """Return who read what is the viewer's, newest first: everything of the account for its owners, for a member what
    they wrote themselves. Raises `NotFoundError` for an outsider."""
    if organisation not in viewer.roles:
        raise not_found("organisation_not_found")
    if may(viewer, Permission.ORG_DATA_EXPORT, organisation):
        subject = Subject(Holder.ORGANISATION, organisation)
    else:
        subject = Subject(Holder.MEMBER, organisation, person=viewer.id)
    return readings_of(subject, before=before, limit=limit)


def readings_of(subject: Subject, *, before: int | None = None, limit: int = PAGE) -> AccessPage:
    """Return the readings of what is the subject's, newest first. For pages and bundles, whose own rules say who may
    ask. A page may hold fewer than `limit`: `next` says whether there are more."""
    found: list[AccessView] = []
    own = partial(_own_turns, subject)
    for _ in range(10):
        leaves = audit.deeds(READINGS, before=before, limit=LOOKED_AT)
        for leaf in leaves:
            if turns := own(leaf):
                found.append(_view(leaf, turns))
            before = leaf.seq
            if len(found) == limit:
                return AccessPage(tuple(found), before)
        if len(leaves) < LOOKED_AT:
            return AccessPage(tuple(found), None)
    return AccessPage(tuple(found), before)


def _own_turns(subject: Subject, leaf: Leaf) -> tuple[str, ...]:
    """The turns that were read and are the subject's; a member's and an end user's are looked up."""
    own_copy = subject.holder is Holder.ORGANISATION and leaf.facts.get("purpose") == Purpose.EXPORT
    if leaf.facts.get("organisation") != subject.organisation or own_copy:
        return ()
    listed = leaf.facts.get("turns")
    turns = [str(one) for one in listed] if isinstance(listed, list) else [leaf.subject]
    if subject.holder is Holder.ORGANISATION:
        return tuple(turns)
    return _theirs(subject, turns)


def _theirs(subject: Subject, turns: Collection[str]) -> tuple[str, ...]:
    by = {"end_user": subject.end_user} if subject.holder is Holder.END_USER else {"member": subject.person}
    rows = Turn.objects.filter(id__in=turns, organisation=subject.organisation, **by).order_by("id")
    return tuple(rows.values_list("id", flat=True))


def _view(leaf: Leaf, turns: tuple[str, ...]) -> AccessView:
    facts: Mapping[str, object] = leaf.facts
    return AccessView(
        datetime.fromisoformat(leaf.at).astimezone(UTC),
        str(facts.get("role") or "staff"),
        str(facts.get("purpose") or PURPOSES.get(leaf.action, "review")),
        str(facts.get("reason") or facts.get("what") or ""),
        str(facts.get("ticket") or ""),
        turns,
    )
