"""Legal holds: proposed by one person, approved by another, reviewed, released (R-DATA-117, R-DATA-118)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from sekisho.accounts.queries import staff_who
from sekisho.accounts.rules import Permission
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.lengths import whole
from sekisho.base.text import Text
from sekisho.notices.actions import tell
from sekisho.notices.types import EndUser, Organisation, Person, Recipient
from sekisho.records.actions import append
from sekisho.records.actions.history import Circumstances
from sekisho.records.queries import calendar_at
from sekisho.records.retention import due
from sekisho.records.retention.actions.destroying import AT_ONCE, destroy_due
from sekisho.records.retention.models import LegalHold
from sekisho.records.retention.queries import holds_in_force, see_holds
from sekisho.records.retention.rules import REMIND_BEFORE
from sekisho.records.retention.words import HELD, REFUSALS, RELEASED, REVIEW_DUE
from sekisho.records.types import Kind, Scope

REASON_CHARS = 1_000
SURFACE = "staff_page"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be held, and why."""

    scope: Scope
    reason: str
    why_silent: str = ""
    """The law that forbids telling the subject; empty: they are told."""


def place_hold(viewer: Viewer, proposal: Proposal, clock: Clock = system_clock) -> str:
    """Propose a hold and return its id. It bites when another person approves it. Raises `NotAllowedError`, or
    `SekishoError` for a proposal that lacks its scope or its reason."""
    see_holds(viewer)
    _check(proposal)
    scope, at = proposal.scope, clock()
    with transaction.atomic():
        row = LegalHold.objects.create(
            organisation=scope.organisation,
            member=scope.member,
            end_user=scope.end_user,
            conversation=scope.conversation,
            reason=proposal.reason.strip(),
            tells_subject=not proposal.why_silent.strip(),
            why_silent=proposal.why_silent.strip(),
            proposed_by=viewer.id,
            proposed_at=at,
        )
        record(viewer.id, "hold.proposed", row.id, organisation=scope.organisation)
    return row.id


def approve_hold(viewer: Viewer, hold: str, clock: Clock = system_clock) -> None:
    """Put a proposed hold in force: what it covers is kept from now on, and shown to its subject alone.

    What was past its deadline before is destroyed all the same (R-DATA-118). Raises `SekishoError` (`hold_same_person`)
    for whoever proposed it, and (`hold_not_waiting`) for one that was decided on.
    """
    at = clock()
    with transaction.atomic():
        row = _waiting(viewer, hold)
        review = at + calendar_at(at).hold_review
        waiting = LegalHold.objects.filter(id=hold, approved_at=None, refused_at=None)
        if not waiting.update(approved_by=viewer.id, approved_at=at, review_by=review):
            raise _refusal("hold_not_waiting")
        row.review_by = review
        append(Kind.HOLD_PLACED, _scope(row), Circumstances(viewer.id, SURFACE), at=at, hold=row.id)
        if row.tells_subject:
            words = {"reason": row.reason, "review": f"{review:%Y-%m-%d}"}
            _tell(row, "hold.placed", HELD, words, at)


def refuse_hold(viewer: Viewer, hold: str, clock: Clock = system_clock) -> None:
    """Refuse a proposed hold, or withdraw one's own. It never bites."""
    see_holds(viewer)
    at = clock()
    with transaction.atomic():
        waiting = LegalHold.objects.filter(id=hold, approved_at=None, refused_at=None)
        if not waiting.update(refused_by=viewer.id, refused_at=at):
            raise _refusal("hold_not_waiting")
        record(viewer.id, "hold.refused", hold)


def review_hold(viewer: Viewer, hold: str, reason: str, clock: Clock = system_clock) -> None:
    """Say that a hold is still needed, and why: it is reviewed again after the calendar's time at the latest."""
    see_holds(viewer)
    at = clock()
    if not whole(reason.strip(), REASON_CHARS):
        raise _refusal("hold_reason_missing")
    with transaction.atomic():
        review = at + calendar_at(at).hold_review
        if not _in_force(hold).update(reviewed_by=viewer.id, review_by=review):
            raise _refusal("hold_not_in_force")
        record(viewer.id, "hold.reviewed", hold, review_by=review, reason=reason.strip())


def release_hold(viewer: Viewer, hold: str, reason: str, clock: Clock = system_clock) -> None:
    """Release a hold. What is past its deadline is destroyed with the commit, or else by the next sweep."""
    see_holds(viewer)
    at = clock()
    if not whole(reason.strip(), REASON_CHARS):
        raise _refusal("hold_reason_missing")
    with transaction.atomic():
        fields = {"released_by": viewer.id, "released_at": at, "release_reason": reason.strip()}
        if not _in_force(hold).update(**fields):
            raise _refusal("hold_not_in_force")
        row = LegalHold.objects.get(id=hold)
        append(Kind.HOLD_RELEASED, _scope(row), Circumstances(viewer.id, SURFACE), at=at, hold=row.id)
        if row.tells_subject:
            _tell(row, "hold.released", RELEASED, {"day": f"{at:%Y-%m-%d}"}, at)
        transaction.on_commit(lambda: _destroy_overdue(row, at))


def remind_of_reviews(clock: Clock = system_clock) -> int:
    """Remind whoever may of holds whose review is near or overdue, once each time; return how many mails that made."""
    at, told = clock(), 0
    for row in holds_in_force(at):
        if row.review_by is None or at < row.review_by - REMIND_BEFORE:
            continue
        subject, body = REVIEW_DUE
        words = body.format(hold=row.id, review=f"{row.review_by:%Y-%m-%d}")
        stage = "overdue" if at > row.review_by else "soon"
        for one in staff_who(Permission.STAFF_LEGAL_HOLD_PLACE):
            key = f"hold_review {row.id} {row.review_by:%Y-%m-%d} {stage} {one.id}"
            link = f"/staff/legal-holds/{row.id}"
            told += len(
                tell(Person(one.id), "hold.review_due", row.id, subject, words, key=key, at=at, link=link)
            )
    return told


def _check(proposal: Proposal) -> None:
    if not proposal.scope.organisation:
        raise _refusal("hold_scope_missing")
    if not whole(proposal.reason.strip(), REASON_CHARS):
        raise _refusal("hold_reason_missing")


def _waiting(viewer: Viewer, hold: str) -> LegalHold:
    see_holds(viewer)
    row = LegalHold.objects.filter(id=hold).first()
    if row is None:
        raise NotFoundError("hold_not_found", REFUSALS["hold_not_found"])
    if row.proposed_by == viewer.id:
        raise _refusal("hold_same_person")
    return row


def _in_force(hold: str) -> QuerySet[LegalHold]:
    return LegalHold.objects.filter(id=hold, approved_at__isnull=False, released_at=None)


def _scope(row: LegalHold) -> Scope:
    return Scope(row.organisation, row.member, row.end_user, row.conversation)


def _tell(row: LegalHold, kind: str, letter: tuple[Text, Text], words: dict[str, str], at: datetime) -> None:
    subject, body = letter
    to: Recipient = Organisation(row.organisation)
    if row.end_user:
        to = EndUser(row.organisation, row.end_user)
    elif row.member:
        to = Person(row.member)
    tell(to, kind, row.id, subject, body.format(**words), key=f"{kind} {row.id}", at=at)


def _destroy_overdue(row: LegalHold, at: datetime) -> None:
    past = due.past_deadline(at).filter(organisation=row.organisation)
    names = sorted({str(name) for name in past.values_list("conversation", flat=True).distinct() if name})
    destroy_due(names[:AT_ONCE], at)


def _refusal(code: str) -> SekishoError:
    return SekishoError(code, REFUSALS[code])
