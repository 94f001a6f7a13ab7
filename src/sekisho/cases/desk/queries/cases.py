"""One case as an agent has it before them: masked until they said why they need more (R-SUP-082)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError
from sekisho.base.text import Lang, as_lang
from sekisho.cases import queries as cases
from sekisho.cases.desk.models import Draft, Look, Unmasking
from sekisho.cases.desk.types import DeskCase, DraftView, Looker, Origin
from sekisho.cases.mail.queries import undeliverable
from sekisho.cases.models import Case
from sekisho.cases.queries.rows import seen, view
from sekisho.cases.types import CaseView
from sekisho.cases.vault import key_of, open_text
from sekisho.records.keystore.queries import OpenKey

LOOKS_FOR = timedelta(seconds=90)
"""How long a page that was shown counts as being looked at; a page that stays open says so again every 30 seconds."""


def desk_case(viewer: Viewer, case_id: str, at: datetime) -> DeskCase:
    """Return the case with everything that an answer rests on. Raises `NotFoundError` for who is not staff of its
    queue."""
    row = staff_row(viewer, case_id)
    key, until = key_of(row.key), is_unmasked(viewer, case_id, at)
    _, reader = seen(viewer, case_id)
    return DeskCase(
        case=view(row, reader, key, masked=until is None),
        messages=cases.messages(viewer, case_id, masked=until is None),
        clocks=cases.clocks(case_id),
        changes=cases.changes(viewer, case_id),
        deliveries=cases.deliveries(viewer, case_id),
        drafts=tuple(
            draft_view(one, key) for one in Draft.objects.filter(case=row).order_by("made_at", "id")
        ),
        others=others(viewer, case_id, at),
        linked=tuple(one for name in cases.linked(viewer, case_id) for one in _if_seen(viewer, name)),
        unmasked_until=until,
        undeliverable_since=bounced.since if (bounced := undeliverable(row.email)) else None,
    )


def is_unmasked(viewer: Viewer, case_id: str, at: datetime) -> datetime | None:
    """Return until when the viewer sees what is masked; None while it is."""
    asked = Unmasking.objects.filter(case_id=case_id, by=viewer.id, until__gt=at).order_by("-until")
    return asked.values_list("until", flat=True).first()


def draft(viewer: Viewer, draft_id: str) -> DraftView:
    """Return one draft. Raises `NotFoundError`."""
    row = Draft.objects.select_related("case").filter(id=draft_id).first()
    if row is None:
        raise accounts.not_found("draft_not_found")
    staff_row(viewer, row.case_id)
    return draft_view(row, key_of(row.case.key))


def staff_row(viewer: Viewer, case_id: str) -> Case:
    """Return the row, for staff of its queue alone: who asked it themselves reads it on their own page."""
    row, reader = seen(viewer, case_id)
    if not reader.is_staff:
        raise accounts.not_found("case_not_found")
    return row


def draft_view(row: Draft, key: OpenKey | None) -> DraftView:
    return DraftView(
        row.id,
        row.by,
        Origin(row.origin),
        row.made_at,
        open_text(key, row.case_id, f"draft {row.id}", row.text),
        as_lang(row.language),
        cast(Lang, row.translated_from) or None,
    )


def others(viewer: Viewer, case_id: str, at: datetime) -> tuple[Looker, ...]:
    """Return who else has the case open, first who came first.

    Raises `NotFoundError` for who is not staff of its queue.
    """
    staff_row(viewer, case_id)
    looks = Look.objects.filter(case_id=case_id, at__gt=at - LOOKS_FOR).exclude(person=viewer.id)
    known = {one.person: one for one in looks.order_by("at")}
    names = {each.id: each.name for person in known for each in accounts.person_to_tell(person)}
    return tuple(Looker(one.person, names.get(one.person, ""), one.is_answering) for one in known.values())


def _if_seen(viewer: Viewer, case_id: str) -> tuple[CaseView, ...]:
    try:
        return (cases.case(viewer, case_id),)
    except NotFoundError:
        return ()
