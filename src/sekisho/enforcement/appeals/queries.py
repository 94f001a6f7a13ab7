"""Reads of appeals: by a signed link what it opens, by an organisation its own, by the appeals desk all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text, as_lang
from sekisho.enforcement.appeals import matters
from sekisho.enforcement.appeals.models import Appeal, ChannelMeasure, Training
from sekisho.enforcement.appeals.models import Attachment as Row
from sekisho.enforcement.appeals.rules.deciding import Hearing, may_decide
from sekisho.enforcement.appeals.rules.misuse import Answered, MayPause, MayWarn, Unremarkable, misuse
from sekisho.enforcement.appeals.types import (
    About,
    AppealView,
    Attachment,
    AttachmentView,
    Matter,
    Outcome,
    OutcomeCount,
    Precedent,
    QueueItem,
    Speaker,
    State,
)
from sekisho.enforcement.appeals.vault import key_of, open_
from sekisho.enforcement.types import Allowed, Measure, Refused, Unit, UnitKind
from sekisho.notices.links import Purpose, opened
from sekisho.records.keystore.queries import OpenKey
from sekisho.records.types import Destroyed

PAGE = 50
PRECEDENTS = 5
_OPENS: Mapping[Purpose, About] = {
    Purpose.STATEMENT: About.RESTRICTION,
    Purpose.DECISION: About.DECISION,
    Purpose.REPORT: About.REPORT,
}


# --- what one may appeal against ----------------------------------------------------------------------------------
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


# --- for whoever appealed -----------------------------------------------------------------------------------------
def followed(token: str, at: datetime) -> AppealView:
    """Return the appeal that a follow link opens. Raises as `notices.links.opened` does."""
    return view_of(_row(opened(Purpose.APPEAL, token, at)))


def appeals(viewer: Viewer, organisation: str) -> tuple[AppealView, ...]:
    """Return the organisation's appeals, newest first; what its end users wrote by their own links is theirs.

    Raises `NotFoundError` for an organisation whose standing the viewer does not see.
    """
    return tuple(
        view_of(row) for row in _of_organisation(viewer, organisation).order_by("-made_at", "-id")[:PAGE]
    )


def appeal(viewer: Viewer, organisation: str, appeal_id: str) -> AppealView:
    """Return one of them. Raises `NotFoundError`."""
    row = _of_organisation(viewer, organisation).filter(id=appeal_id).first()
    if row is None:
        raise not_found("appeal_not_found")
    return view_of(row)


def _of_organisation(viewer: Viewer, organisation: str) -> QuerySet[Appeal]:
    if not may(viewer, Permission.ORG_STANDING_READ, organisation):
        raise not_found("organisation_not_found")
    by_link = Q(by_person="", unit_kind=UnitKind.END_USER.value)
    return Appeal.objects.filter(organisation=organisation).exclude(by_link)


def is_of_organisation(row: Appeal) -> bool:
    """Return whether an appeal is the organisation's, not one that an end user of it made by a link of their own."""
    return bool(row.organisation) and (bool(row.by_person) or row.unit_kind != UnitKind.END_USER)


# --- for the desk -------------------------------------------------------------------------------------------------
def queue(
    viewer: Viewer, at: datetime, *, minors: bool | None = None, limit: int = PAGE
) -> tuple[QueueItem, ...]:
    """Return the appeals that wait, the next deadline first; those that rest are left out until they do no longer.

    `minors` narrows to those of minors, or to the others. For the desk; raises `NotFoundError` for everybody else.
    """
    _at_the_desk(viewer)
    rows = waiting(at) if minors is None else waiting(at).filter(for_minors=minors)
    return tuple(
        QueueItem(view_of(row), row.held_by if _is_held(row, at) else "", viewer.id in row.took_part)
        for row in rows[:limit]
    )


def waiting(at: datetime) -> QuerySet[Appeal]:
    """Return what is to be decided, the next deadline first. For this room."""
    rows = Appeal.objects.exclude(state=State.DECIDED.value)
    return rows.filter(Q(rests_until=None) | Q(rests_until__lte=at)).order_by("due_at", "id")


def case(viewer: Viewer, appeal_id: str) -> AppealView:
    """Return one appeal, for the desk."""
    _at_the_desk(viewer)
    return view_of(_row(appeal_id))


def case_matter(viewer: Viewer, appeal_id: str, at: datetime) -> Matter:
    """Return what it is against, for the desk: with its decisions and its restriction."""
    _at_the_desk(viewer)
    row = _row(appeal_id)
    return matters.matter(About(row.about), row.matter, at)


def may_hear(viewer: Viewer, appeal_id: str, at: datetime) -> Allowed | Refused:
    """Return whether the viewer may decide it: the codes of `rules.deciding.may_decide`."""
    row = _row(appeal_id)
    return may_decide(hearing(row, at), viewer, is_trained(viewer.id, at))


def holder(viewer: Viewer, appeal_id: str, at: datetime) -> str:
    """Return who has the appeal on the desk now; empty when nobody has."""
    _at_the_desk(viewer)
    row = _row(appeal_id)
    return row.held_by if _is_held(row, at) else ""


def words_of(viewer: Viewer, appeal_id: str) -> str | Destroyed:
    """Return what the person wrote, for the desk. Every reading is logged."""
    row, key = _opened_for(viewer, appeal_id, "text")
    return open_(key, row.id, "text", bytes(row.text)).decode() if key else Destroyed()


def attachments(viewer: Viewer, appeal_id: str) -> tuple[AttachmentView, ...]:
    """Return what came with it, without content; empty once its key was destroyed."""
    _at_the_desk(viewer)
    row = _row(appeal_id)
    key = key_of(row.key)
    return tuple(_attachment(each, key) for each in row.attachments.order_by("id")) if key else ()


def attachment(viewer: Viewer, appeal_id: str, attachment_id: str) -> Attachment | Destroyed:
    """Return one file whole, for the desk. Every reading is logged."""
    file = Row.objects.filter(id=attachment_id, appeal=appeal_id).first()
    if file is None:
        raise not_found("attachment_not_found")
    row, key = _opened_for(viewer, appeal_id, attachment_id)
    if key is None:
        return Destroyed()
    seen = _attachment(file, key)
    content = open_(key, row.id, f"content {file.id}", bytes(file.content))
    return Attachment(seen.name, seen.media_type, content)


def precedents(viewer: Viewer, appeal_id: str) -> tuple[Precedent, ...]:
    """Return how earlier appeals under the same clause came out, the latest first."""
    _at_the_desk(viewer)
    row = _row(appeal_id)
    rows = Appeal.objects.filter(state=State.DECIDED.value, clause=row.clause).exclude(id=row.id)
    found = rows.exclude(clause="").order_by("-decided_at", "-id")[:PRECEDENTS]
    return tuple(_precedent(each) for each in found)


def channel_of(viewer: Viewer, appeal_id: str, at: datetime) -> Unremarkable | MayWarn | MayPause:
    """Return what may be done about how the person uses the channel (R-SUP-125)."""
    _at_the_desk(viewer)
    return conduct_of(_row(appeal_id).appellant, at)


def conduct_of(appellant: str, at: datetime) -> Unremarkable | MayWarn | MayPause:
    rows = Appeal.objects.filter(appellant=appellant, state=State.DECIDED.value)
    answered = [
        Answered(made_at, unfounded) for made_at, unfounded in rows.values_list("made_at", "unfounded")
    ]
    warned = ChannelMeasure.objects.filter(appellant=appellant, until=None).order_by("-at").first()
    return misuse(answered, warned.at if warned else None, at)


def is_trained(person: str, at: datetime) -> bool:
    """Return whether the person may hear appeals of minors at the moment `at`."""
    return Training.objects.filter(person=person, valid_until__gt=at).exists()


# --- for the transparency report ----------------------------------------------------------------------------------
def outcomes(since: datetime, until: datetime) -> tuple[OutcomeCount, ...]:
    """Return what was decided from `since` to `until` (excluded), by kind, clause, outcome and automation.

    In this order. For the transparency report (DSA art. 15(1)(d), P-072), so without a viewer.
    """
    rows = Appeal.objects.filter(state=State.DECIDED.value, decided_at__gte=since, decided_at__lt=until)
    groups: dict[tuple[About, str, Outcome, bool], list[tuple[str, float]]] = defaultdict(list)
    for row in rows.order_by("decided_at", "id"):
        assert row.decided_at is not None  # the filter says so
        took = (row.decided_at - row.made_at).total_seconds() / 86_400
        groups[About(row.about), row.clause, Outcome(row.outcome), row.was_automatic].append((row.id, took))
    return tuple(
        OutcomeCount(*kind, tuple(id for id, _ in found), tuple(took for _, took in found))
        for kind, found in sorted(groups.items())
    )


# --- rows to values -----------------------------------------------------------------------------------------------
def view_of(row: Appeal) -> AppealView:
    return AppealView(
        id=row.id,
        about=About(row.about),
        matter=row.matter,
        organisation=row.organisation,
        unit=Unit(UnitKind(row.unit_kind), row.unit_id, row.organisation) if row.unit_kind else None,
        measure=Measure(row.measure) if row.measure else None,
        clause=row.clause,
        pack=row.pack,
        speaker=Speaker(row.speaker),
        for_minors=row.for_minors,
        language=as_lang(row.language),
        made_at=row.made_at,
        due_at=row.due_at,
        rests_until=row.rests_until,
        state=State(row.state),
        outcome=Outcome(row.outcome) if row.state == State.DECIDED and row.outcome else None,
        reasons=Text(row.reasons_en, row.reasons_ja) if row.state == State.DECIDED else None,
        restored=dict(row.restored),
        decided_at=row.decided_at,
        facts=Text(row.facts_en, row.facts_ja),
    )


def hearing(row: Appeal, at: datetime) -> Hearing:
    """Return what the rule asks about an appeal, with everybody who has taken part up to now. For this room."""
    earlier = Appeal.objects.filter(matter=row.matter, state=State.DECIDED.value).exclude(id=row.id)
    deciders = {person for people in earlier.values_list("decided_by", flat=True) for person in people}
    now = matters.matter(About(row.about), row.matter, at)
    return Hearing(
        people=frozenset(row.took_part) | now.people | deciders,
        made_by=row.by_person,
        organisation=row.organisation,
        proposed_by=row.proposed_by,
        for_minors=row.for_minors,
    )


def _row(appeal_id: str) -> Appeal:
    row = Appeal.objects.filter(id=appeal_id).first()
    if row is None:
        raise not_found("appeal_not_found")
    return row


def _is_held(row: Appeal, at: datetime) -> bool:
    return bool(row.held_by) and row.held_until is not None and at < row.held_until


def _opened_for(viewer: Viewer, appeal_id: str, what: str) -> tuple[Appeal, OpenKey | None]:
    _at_the_desk(viewer)
    row = _row(appeal_id)
    with transaction.atomic():
        record(viewer.id, "appeal.read", row.id, what=what, organisation=row.organisation)
    return row, key_of(row.key)


def _attachment(row: Row, key: OpenKey) -> AttachmentView:
    name = open_(key, row.appeal_id, f"name {row.id}", bytes(row.name)).decode()
    return AttachmentView(row.id, name, row.media_type, row.bytes)


def _precedent(row: Appeal) -> Precedent:
    assert row.decided_at is not None  # asked for decided ones
    measure = Measure(row.measure) if row.measure else None
    return Precedent(
        row.id, Outcome(row.outcome), measure, row.decided_at, Text(row.reasons_en, row.reasons_ja)
    )


def _at_the_desk(viewer: Viewer) -> None:
    if not may(viewer, Permission.STAFF_APPEAL_READ):
        raise not_found("appeal_not_found")
