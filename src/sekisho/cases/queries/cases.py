"""One case, or those of somebody: whoever asked, who speaks for their organisation, and staff of its queue."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.base.text import as_lang
from sekisho.cases.models import Case, Change, Clock, Delivery, Link
from sekisho.cases.queries.rows import clock_view, reader_of, seen, view, views
from sekisho.cases.rules.masking import mask_address, mask_text
from sekisho.cases.rules.reading import ORGANISATIONS, Footing, may_see
from sekisho.cases.types import (
    CaseView,
    ChangeView,
    ClockView,
    DeliveryKind,
    DeliveryStatus,
    DeliveryView,
    Kind,
)
from sekisho.cases.vault import key_of, open_text

MOST = 200
"""Cases of somebody that are listed, newest first."""


def case(viewer: Viewer, case_id: str) -> CaseView:
    """Return the case. Raises `NotFoundError` for who may not see it. To staff, what leads to people is masked."""
    row, reader = seen(viewer, case_id)
    return view(row, reader, key_of(row.key), masked=False if viewer.is_system else None)


def own_case(viewer: Viewer, case_id: str) -> CaseView:
    """Return a case that the viewer asked, or may see because they speak for its organisation, unmasked as far as it is
    theirs. Whoever sees it as staff alone does not find it here."""
    row, reader = seen(viewer, case_id)
    if viewer.is_system or not _is_theirs(viewer, row):
        raise not_found("case_not_found")
    return view(row, replace(reader, is_staff=False), key_of(row.key))


def cases_of(viewer: Viewer, organisation: str | None = None) -> tuple[CaseView, ...]:
    """Return the cases that the viewer asked, or may see because they speak for the organisation; newest first, at most
    `MOST`.

    `organisation` narrows to one account, and empty to cases of none; None shows those of all (R-SUP-063).
    """
    if not viewer.id or viewer.is_system:
        return ()
    mine = Q(requester=viewer.id)
    behalf = Q(
        organisation__in=[one for one in viewer.roles if one], kind__in=[one.value for one in ORGANISATIONS]
    )
    rows = Case.objects.filter(mine | (behalf & (Q(footing=Footing.SPEAKER.value) | ~Q(sponsor=""))))
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    listed = [row for row in rows.order_by("-opened_at", "-id")[:MOST] if _is_theirs(viewer, row)]
    return views(listed, viewer)


def _is_theirs(viewer: Viewer, row: Case) -> bool:
    """Roles have gone, and plans have changed: the rule is asked of every row. By staff roles nothing is one's own."""
    reader = replace(reader_of(viewer, row), is_staff=False)
    return may_see(reader, Kind(row.kind), Footing(row.footing), has_sponsor=bool(row.sponsor))


def by_reference(reference: str) -> str:
    """Return the id of the case that people call so, however they write it; empty for none. It opens nothing: whoever
    shows the case asks `case`."""
    letters = "".join(one for one in reference.upper() if one.isalnum() and one.isascii())
    wanted = f"{letters[:4]}-{letters[4:]}"
    return Case.objects.filter(reference=wanted).values_list("id", flat=True).first() or ""


def clocks(case_id: str) -> tuple[ClockView, ...]:
    """Return the clocks of a case, in the order in which they run out; for who has been shown the case."""
    return tuple(map(clock_view, Clock.objects.filter(case_id=case_id).order_by("due", "id")))


def changes(viewer: Viewer, case_id: str) -> tuple[ChangeView, ...]:
    """Return the case's history, oldest first. Reasons and names of staff are for staff."""
    row, reader = seen(viewer, case_id)
    key = key_of(row.key) if reader.is_staff else None
    lines = Change.objects.filter(case=row).order_by("at", "id")
    return tuple(
        ChangeView(
            line.at,
            line.by if reader.is_staff or line.by == viewer.id else "",
            line.what,
            line.old,
            line.new,
            mask_text(open_text(key, row.id, f"reason {line.what} {line.at.isoformat()}", line.reason)),
        )
        for line in lines
    )


def linked(viewer: Viewer, case_id: str) -> tuple[str, ...]:
    """Return the ids of cases that belong together with this one. Whether the viewer sees them is asked again there."""
    row, _ = seen(viewer, case_id)
    pairs = Link.objects.filter(Q(one=row) | Q(other=row)).order_by("at", "id")
    return tuple(pair.other_id if pair.one_id == row.id else pair.one_id for pair in pairs)


def deliveries(viewer: Viewer, case_id: str) -> tuple[DeliveryView, ...]:
    """Return the mails of a case, oldest first, with masked addresses; for staff and the requester."""
    row, reader = seen(viewer, case_id)
    rows = Delivery.objects.filter(case=row).order_by("created_at", "id")
    if not reader.is_staff:
        rows = rows.filter(person=viewer.id)
    return tuple(
        DeliveryView(
            one.id,
            one.case_id,
            one.message_id or "",
            DeliveryKind(one.kind),
            DeliveryStatus(one.status),
            mask_address(one.email),
            as_lang(one.language),
            one.created_at,
            one.code,
        )
        for one in rows
    )
