"""Rows of appeals to plain values, and what the rules ask about them. For this room."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.text import Text, as_lang
from sekisho.enforcement.appeals import matters
from sekisho.enforcement.appeals.models import Appeal, Training
from sekisho.enforcement.appeals.rules.deciding import Hearing
from sekisho.enforcement.appeals.types import (
    About,
    AppealView,
    Outcome,
    Speaker,
    State,
)
from sekisho.enforcement.types import Measure, Unit, UnitKind


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


def row_of(appeal_id: str) -> Appeal:
    row = Appeal.objects.filter(id=appeal_id).first()
    if row is None:
        raise not_found("appeal_not_found")
    return row


def is_held(row: Appeal, at: datetime) -> bool:
    return bool(row.held_by) and row.held_until is not None and at < row.held_until


def waiting(at: datetime) -> QuerySet[Appeal]:
    """Return what is to be decided, the next deadline first. For this room."""
    rows = Appeal.objects.exclude(state=State.DECIDED.value)
    return rows.filter(Q(rests_until=None) | Q(rests_until__lte=at)).order_by("due_at", "id")


def at_the_desk(viewer: Viewer) -> None:
    if not may(viewer, Permission.STAFF_APPEAL_READ):
        raise not_found("appeal_not_found")


def is_trained(person: str, at: datetime) -> bool:
    """Return whether the person may hear appeals of minors at the moment `at`."""
    return Training.objects.filter(person=person, valid_until__gt=at).exists()


def is_of_organisation(row: Appeal) -> bool:
    """Return whether an appeal is the organisation's, not one that an end user of it made by a link of their own."""
    return bool(row.organisation) and (bool(row.by_person) or row.unit_kind != UnitKind.END_USER)
