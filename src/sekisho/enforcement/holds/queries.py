"""Reads of held answers, viewer first; for the holder of a ticket, the key in the viewer's place."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice

from django.db.models import Q, QuerySet

from sekisho.accounts.queries import not_found, people_who
from sekisho.accounts.queries import viewer as viewer_of
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import KeyView, Viewer
from sekisho.base.errors import NotAllowedError
from sekisho.base.text import Text
from sekisho.enforcement.holds import content
from sekisho.enforcement.holds.models import OPEN, Attestation, Demand, Hold, Professional
from sekisho.enforcement.holds.rules import (
    Held,
    Licence,
    Matter,
    Qualified,
    Refused,
    Tick,
    Unqualified,
    after,
    qualification,
    timers_of,
)
from sekisho.enforcement.holds.types import (
    DOMAINS,
    Answer,
    Ended,
    Expired,
    FactsAsked,
    HoldState,
    HoldView,
    Opened,
    ProfessionalView,
    QueuePage,
    Rejected,
    Released,
    TicketView,
    Waiting,
)
from sekisho.records.keystore.queries import signing_public_keys
from sekisho.records.queries import log_reading
from sekisho.records.types.purposes import Purpose

PAGE = 50
RECENT = timedelta(days=30)
MOST_COUNTED = 1000
SHOWN_OF_LICENCE = 3
"""Characters of a licence's number by which others may recognise it."""


# --- for the holder of a ticket -----------------------------------------------------------------------------------
def hold_for_key(key: KeyView, review_id: str, at: datetime) -> TicketView:
    """Return what has become of the ticket, for any key of the organisation that it was given to.

    Raises `NotFoundError` for a ticket of another organisation, and for one that has not arrived yet: the gateway
    hands it out up to a second before it is here.
    """
    row = Hold.objects.filter(id=review_id, organisation=key.organisation_id).first()
    if row is None:
        raise not_found("review_not_found")
    return _ticket(row, at)


def hold_and_ticket_for_key(key: KeyView, review_id: str, at: datetime) -> tuple[HoldView, TicketView] | None:
    """Return the hold without content with what has become of its ticket, both as of one moment; None for another
    organisation's, and for one that has not arrived."""
    row = Hold.objects.filter(id=review_id, organisation=key.organisation_id).first()
    return (view_of(row, at), _ticket(row, at)) if row else None


def ticket(hold_id: str, at: datetime) -> TicketView:
    """Return what has become of the ticket, for what the system itself sends (webhooks). Raises `NotFoundError`."""
    return _ticket(_row(hold_id), at)


def hold_view(hold_id: str, at: datetime) -> HoldView:
    """Return the hold without content, for the system itself. Raises `NotFoundError`."""
    return view_of(_row(hold_id), at)


def answer_of(hold_id: str) -> Answer | None:
    """Return the released answer, decrypted, for the system itself; None when none was released, or it was erased."""
    parts = content.parts_of(_row(hold_id).turn)
    return content.answer_of(parts) if parts is not None else None


def edits_of(hold_id: str) -> str:
    """Return what the reviewer changed, as JSON of `diff.Change`; empty when nothing was, or it was erased."""
    parts = content.parts_of(_row(hold_id).turn)
    return content.last(parts, content.DIFF) if parts is not None else ""


def _ticket(row: Hold, at: datetime) -> TicketView:
    now = view_of(row, at)
    match now.state:
        case HoldState.WAITING | HoldState.CLAIMED:
            return Waiting(row.id, row.since, now.expires_at)
        case HoldState.EXPIRED:
            return Expired(row.id, now.decided_at or now.expires_at, Ended(now.ended or Ended.TIME))
    parts = content.parts_of(row.turn) or {}
    decided_at = now.decided_at or row.counts_from
    match now.state:
        case HoldState.FACTS_ASKED:
            return FactsAsked(row.id, content.last(parts, content.QUESTION), row.counts_from, now.expires_at)
        case HoldState.REJECTED:
            return Rejected(row.id, decided_at, content.last(parts, content.REASON))
    document = Attestation.objects.get(hold=row.id).document
    is_edited = now.state is HoldState.RELEASED_EDITED
    return Released(row.id, decided_at, is_edited, content.answer_of(parts), document)


# --- for people ---------------------------------------------------------------------------------------------------
def hold(viewer: Viewer, hold_id: str, at: datetime) -> HoldView:
    """Return one hold without content: for its organisation's people, and for who decides on held answers."""
    row = _row(hold_id)
    if not (_sees_all(viewer, row.domain) or may(viewer, Permission.ORG_DECISION_READ, row.organisation)):
        raise not_found("hold_not_found")
    return view_of(row, at)


def holds_of(
    viewer: Viewer, organisation: str, at: datetime, *, before: str = "", limit: int = PAGE
) -> QueuePage:
    """Return the organisation's holds, newest first, without content. `before` is the `next` of the page before."""
    if not may(viewer, Permission.ORG_DECISION_READ, organisation):
        raise not_found("organisation_not_found")
    rows = Hold.objects.filter(organisation=organisation).order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    found = [view_of(row, at) for row in rows[: limit + 1]]
    return QueuePage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else "")


def opened(viewer: Viewer, hold_id: str, at: datetime) -> Opened | None:
    """Return the hold with its content, for who has claimed it and while the lease lasts; None once it was erased.

    Every reading is logged, and shown to its subject (R-DATA-238). Raises `NotAllowedError` (`not_claimed`) for
    everybody else.
    """
    view = hold(viewer, hold_id, at)
    if view.state is not HoldState.CLAIMED or view.claimed_by != viewer.id or not viewer.id:
        raise NotAllowedError("not_claimed", _NOT_CLAIMED, permission=Permission.STAFF_HOLD_DECIDE)
    parts = content.parts_of(view.turn)
    if parts is None:
        return None
    log_reading(viewer, view.organisation, [view.turn], Purpose.HOLD, f"hold {view.id}")
    return Opened(
        view=view,
        before=content.before(view.turn),
        prompt=content.prompt_of(parts),
        draft=content.draft_of(parts),
        beside=content.beside_of(parts),
        dialogue=content.dialogue_of(parts),
    )


def attestation_of(viewer: Viewer, hold_id: str, at: datetime) -> str:
    """Return the signed attestation as JSON, for whom `hold` is. Raises `NotFoundError` before a decision."""
    seen = hold(viewer, hold_id, at)
    found = Attestation.objects.filter(hold=seen.id).first()
    if found is None:
        raise not_found("attestation_not_found")
    return found.document


def signing_keys() -> tuple[str, ...]:
    """Return the public keys (Base64) with which attestations were signed, newest first. They are no secret."""
    return tuple(base64.b64encode(key).decode() for key in signing_public_keys())


def queue(viewer: Viewer, at: datetime, *, domain: str = "", after: str = "", limit: int = PAGE) -> QueuePage:
    """Return the open holds that the viewer may decide on now, the next deadline first.

    `domain` narrows to one; `after` is the `next` of the page before. Each domain is read in the order of its index
    and the streams are merged, so the page costs the same however many wait.
    """
    mine = [rows for name, rows in _may_decide(viewer, at) if domain in ("", name)]
    streams = [_after(rows, after).values_list("due_at", "id")[: limit + 1] for rows in mine]
    chosen = [hold_id for _, hold_id in islice(merge(*streams), limit + 1)]
    rows = Hold.objects.in_bulk(chosen)
    found = [view_of(rows[hold_id], at) for hold_id in chosen]
    return QueuePage(tuple(found[:limit]), _mark(found[limit - 1]) if len(found) > limit else "")


def domains_of(viewer: Viewer, at: datetime) -> tuple[str, ...]:
    """Return the domains in which the viewer may decide now; empty for who is not registered, or no longer."""
    return tuple(dict.fromkeys(name for name, _ in _may_decide(viewer, at)))


def _may_decide(viewer: Viewer, at: datetime) -> list[tuple[str, QuerySet[Hold]]]:
    """The open holds in each domain in which the viewer is qualified; those in no domain under an empty name."""
    living = Q(expires_at__gt=at) | Q(lease_until__gt=at)
    rows = Hold.objects.filter(OPEN, living).exclude(state=HoldState.FACTS_ASKED.value)
    rows = rows.order_by("due_at", "id")
    own = [one for one in licences_of(viewer.id) if acts_for(viewer, one)] if viewer.id else []
    valid = [one for one in own if one.ended_at is None and at.date() <= one.valid_until]
    found = [
        (domain, rows.filter(_fits([one for one in valid if domain in one.domains]), queue=domain))
        for domain in DOMAINS
        if any(domain in one.domains for one in valid)
    ]
    if may(viewer, Permission.STAFF_CASE_DECIDE):
        found.append(("", rows.filter(queue="")))
    return found


def _fits(licences: Iterable[Licence]) -> Q:
    fits = Q(pk__in=())
    for one in licences:
        place = Q(jurisdiction="") | Q(jurisdiction__in=list(one.jurisdictions))
        for whole in one.jurisdictions:
            place |= Q(jurisdiction__startswith=f"{whole}-")
        fits |= place & Q(organisation=one.organisation) if one.organisation else place
    return fits


def _after(rows: QuerySet[Hold], mark: str) -> QuerySet[Hold]:
    if not mark:
        return rows
    moment, _, last = mark.partition("~")
    try:
        at = datetime.fromisoformat(moment).astimezone(UTC)
    except ValueError:
        raise not_found("page_not_found") from None
    return rows.filter(Q(due_at__gt=at) | Q(due_at=at, id__gt=last))


def _mark(view: HoldView) -> str:
    return f"{view.due_at.astimezone(UTC).isoformat()}~{view.id}"


# --- who is qualified ---------------------------------------------------------------------------------------------
def qualified(viewer: Viewer, matter: Matter, at: datetime) -> Qualified | Unqualified:
    """Return whether the viewer may decide on the matter, by their registrations and roles as they are now."""
    own = [one for one in licences_of(viewer.id) if acts_for(viewer, one)]
    is_reviewer = may(viewer, Permission.STAFF_CASE_DECIDE) and not viewer.is_system
    return qualification(viewer.id, matter, own, is_reviewer=is_reviewer, at=at)


def licences_of(person: str) -> tuple[Licence, ...]:
    return tuple(licence_of(row) for row in Professional.objects.filter(person=person).order_by("id"))


def acts_for(viewer: Viewer, licence: Licence) -> bool:
    """Whether the person still has the standing in which they were registered: on the staff, or in the organisation."""
    if licence.organisation:
        return licence.organisation in viewer.roles
    return may(viewer, Permission.STAFF_HOLD_DECIDE) and not viewer.is_system


def qualified_people(matter: Matter, at: datetime) -> tuple[str, ...]:
    """Return everybody who may decide on the matter now, for escalation: no viewer."""
    if matter.domain not in DOMAINS:
        return people_who(Permission.STAFF_CASE_DECIDE)
    named = Professional.objects.filter(ended_at=None, valid_until__gte=at.date())
    people = sorted(set(named.values_list("person", flat=True)))
    return tuple(one for one in people if isinstance(qualified(viewer_of(one), matter, at), Qualified))


def professionals(viewer: Viewer) -> tuple[ProfessionalView, ...]:
    """Return the registrations: all for who registers people, one's own for everybody else. The next to end first."""
    rows = Professional.objects.order_by("valid_until", "id")
    if not may(viewer, Permission.STAFF_PROFESSIONAL_REGISTER):
        rows = rows.filter(person=viewer.id or "-")
    return tuple(_professional(viewer, row) for row in rows)


def professional(viewer: Viewer, professional_id: str) -> ProfessionalView:
    found = next((one for one in professionals(viewer) if one.id == professional_id), None)
    if found is None:
        raise not_found("professional_not_found")
    return found


def matter_of(row: Hold | HoldView) -> Matter:
    return Matter(row.domain, row.organisation, row.jurisdiction)


def jurisdictions_of(organisations: Iterable[str]) -> dict[str, str]:
    """Return what those of the organisations demand that demand a place: organisation → ISO 3166."""
    rows = Demand.objects.filter(organisation__in=set(organisations))
    return {row.organisation: row.jurisdiction for row in rows}


def jurisdiction_of(organisation: str) -> str:
    """Return where the organisation demands that professionals be licensed; empty when it does not say."""
    return jurisdictions_of({organisation}).get(organisation, "")


# --- counts -------------------------------------------------------------------------------------------------------
def counts(viewer: Viewer, at: datetime) -> dict[HoldState, int]:
    """Return how many holds are open, and how many were decided in the last 30 days, by state. For staff.

    Counted up to `MOST_COUNTED`, so that it costs the same however many there are.
    """
    if not (may(viewer, Permission.STAFF_HOLD_READ) or may(viewer, Permission.STAFF_CASE_READ)):
        raise not_found("page_not_found")
    return {state: _count(state, at) for state in HoldState}


def _count(state: HoldState, at: datetime) -> int:
    when = OPEN if state.is_open else Q(decided_at__gte=at - RECENT)
    return Hold.objects.filter(when, state=state.value).order_by()[:MOST_COUNTED].count()


# --- rows to values -----------------------------------------------------------------------------------------------
def held_of(row: Hold) -> Held:
    """Return the row as the rules see it."""
    return Held(
        state=HoldState(row.state),
        counts_from=row.counts_from,
        timers=timers_of(row.domain),
        by=row.by,
        lease_until=row.lease_until,
        rounds=row.rounds,
        reminded_at=row.reminded_at,
        escalated_at=row.escalated_at,
        decided_at=row.decided_at,
    )


def view_of(row: Hold, at: datetime) -> HoldView:
    """Return the row as it is at the moment `at`, whether or not the clock's duty has been there."""
    now = after(held_of(row), Tick(), at)
    assert not isinstance(now, Refused)  # time is never refused
    if now.state is HoldState.CLAIMED and not now.is_leased(at):
        now = Held(HoldState.WAITING, now.counts_from, now.timers)
    return HoldView(
        id=row.id,
        turn=row.turn,
        organisation=row.organisation,
        key=row.key,
        end_user=row.end_user,
        domain=row.domain,
        language=row.language,
        jurisdiction=row.jurisdiction,
        policy=row.policy,
        state=now.state,
        since=row.since,
        due_at=row.due_at,
        expires_at=now.expires_at,
        escalated_at=now.escalated_at,
        claimed_by=now.by,
        lease_until=now.lease_until,
        decided_at=now.decided_at,
        ended=row.ended or (Ended.TIME.value if now.state is HoldState.EXPIRED else ""),
        rounds=row.rounds,
    )


def licence_of(row: Professional) -> Licence:
    return Licence(
        id=row.id,
        person=row.person,
        domains=frozenset(row.domains),
        jurisdictions=frozenset(row.jurisdictions),
        valid_until=row.valid_until,
        organisation=row.organisation,
        ended_at=row.ended_at,
    )


def masked(licence: str) -> str:
    """Return a licence's number as others see it: its last characters, and never more than a third of it."""
    shown = licence[-min(SHOWN_OF_LICENCE, len(licence) // 3) :] if len(licence) >= SHOWN_OF_LICENCE else ""
    return f"•••{shown}"


def _professional(viewer: Viewer, row: Professional) -> ProfessionalView:
    is_open = row.person == viewer.id or may(viewer, Permission.STAFF_PROFESSIONAL_REGISTER)
    return ProfessionalView(
        id=row.id,
        person=row.person,
        name=row.name,
        domains=tuple(row.domains),
        jurisdictions=tuple(row.jurisdictions),
        licence=row.licence if is_open else masked(row.licence),
        valid_until=row.valid_until,
        evidence=row.evidence if is_open else "",
        organisation=row.organisation,
        registered_by=row.registered_by,
        registered_at=row.registered_at,
        ended_at=row.ended_at,
    )


def _row(hold_id: str) -> Hold:
    row = Hold.objects.filter(id=hold_id).first()
    if row is None:
        raise not_found("hold_not_found")
    return row


def _sees_all(viewer: Viewer, domain: str) -> bool:
    permission = Permission.STAFF_HOLD_READ if domain in DOMAINS else Permission.STAFF_CASE_READ
    return may(viewer, permission)


_NOT_CLAIMED = Text(
    "Its content is shown to who has claimed it. Claim the answer first; after 30 minutes, claim it again.",
    "内容は担当を引き受けた方にだけ表示されます。先に担当を引き受けてください。"
    "30 分を過ぎた場合は、もう一度お引き受けください。",
)
