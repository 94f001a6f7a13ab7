"""Reads of enforcement, viewer first: an organisation's people see its decisions, staff with the permission
see all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.db import models
from django.db.models import Count as CountRows
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Trunc

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.text import Text
from sekisho.enforcement.models import Decision, Restriction, ReviewLabel
from sekisho.enforcement.types import (
    Count,
    DecisionFilter,
    DecisionRecord,
    Desk,
    Difference,
    Found,
    Label,
    Measure,
    Page,
    RestrictionView,
    Statement,
    Unit,
    UnitKind,
)
from sekisho.policy.types import Action, Ground, Severity

PAGE = 50
ROWS_AT_ONCE = 200
EVERYTHING = DecisionFilter()
Bucket = Literal["hour", "day", "week", "month"]


def decisions(
    viewer: Viewer, wanted: DecisionFilter = EVERYTHING, *, after: str = "", limit: int = PAGE
) -> Page:
    """Return a page of decisions, newest first.

    Without an organisation in the filter: everything for staff who may, else the viewer's own organisations.
    `after` is the `next` of the page before; pages stay right while new decisions come in on top. Raises
    `NotFoundError` for an organisation that the viewer does not see.
    """
    rows = _chosen(viewer, wanted).order_by("-at", "-id")
    if after:
        moment, _, last = after.partition("~")
        at = _moment(moment)
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=last))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    page = found[:limit]
    return Page(tuple(_decision(row) for row in page), _mark(page[-1]) if more else "")


def decision(viewer: Viewer, decision_id: str) -> DecisionRecord:
    """Return one decision with its grounds. Raises `NotFoundError` for what the viewer may not see."""
    row = Decision.objects.filter(id=decision_id).first()
    if row is None or not _sees(viewer, row.organisation) or (row.shadow and not _sees_shadows(viewer)):
        raise not_found("decision_not_found")
    return _decision(row)


def decisions_of_turn(viewer: Viewer, turn_id: str) -> tuple[DecisionRecord, ...]:
    """Return what was decided about one request, in the order of its stages; empty for a turn that is not
    seen."""
    rows = Decision.objects.filter(turn=turn_id, shadow=False).order_by("at", "id")
    return tuple(_decision(row) for row in rows if _sees(viewer, row.organisation))


def counts_over_time(
    viewer: Viewer, wanted: DecisionFilter = EVERYTHING, bucket: Bucket = "day"
) -> tuple[Count, ...]:
    """Return how many decisions fell into each bucket (UTC), by clause and action; buckets without any are
    left out.

    Oldest bucket first, then by clause and action. Charts draw from it.
    """
    begin = Trunc("at", bucket, output_field=models.DateTimeField(), tzinfo=UTC)
    rows = _chosen(viewer, wanted).annotate(begin=begin).values("begin", "clause", "action")
    counted = rows.annotate(count=CountRows("id")).order_by("begin", "clause", "action")
    return tuple(Count(row["begin"], row["clause"], row["action"], row["count"]) for row in counted)


def shadow_differences(viewer: Viewer, label: str, since: datetime) -> tuple[Difference, ...]:
    """Return how the draft `label` would have decided, beside what was decided, since it was in the shadow.

    The most frequent first. For staff who read decisions; raises `NotFoundError` for others.
    """
    drafted = _chosen(viewer, DecisionFilter(shadow=label, since=since))
    decided = _chosen(viewer, DecisionFilter(since=since)).filter(turn__in=drafted.values("turn"))
    place = ("turn", "stage", "input_digest")
    taken = {row[:3]: row[3:] for row in decided.values_list(*place, "action", "clause")}
    counted: Counter[tuple[str, str, str]] = Counter()
    for *where, action, clause in drafted.values_list(*place, "action", "clause"):
        if tuple(where) in taken:
            was, under = taken[tuple(where)]
            counted[was, action, clause or under] += 1
    return tuple(Difference(*what, count) for what, count in counted.most_common())


def automatic_a_day(at: datetime, days: int) -> tuple[int, ...]:
    """Return how many restrictions automation alone imposed on each of the last `days` days (UTC), oldest first.

    The last is the day of `at`, as far as it has gone. For the brake on automation, so without a viewer.
    """
    today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = [today - timedelta(days=back) for back in reversed(range(days))]
    rows = Restriction.objects.filter(statement__was_decided_automatically=True)
    return tuple(
        rows.filter(since__gte=begin, since__lt=begin + timedelta(days=1)).count() for begin in begins
    )


def labels(viewer: Viewer, since: datetime | None = None) -> Iterator[Label]:
    """Yield what was last found about each decision, oldest finding first; `since` leaves earlier ones out.

    For reviewers and the appeals desk. Raises `NotFoundError` for others.
    """
    _see_labels(viewer)
    later = ReviewLabel.objects.filter(decision=OuterRef("decision")).order_by("-at", "-id")
    last = ReviewLabel.objects.filter(id=Subquery(later.values("id")[:1])).select_related("decision")
    rows = last.filter(at__gte=since) if since else last
    return map(_label, rows.order_by("at", "id").iterator(ROWS_AT_ONCE))


def label_of(viewer: Viewer, decision_id: str) -> Label | None:
    """Return what was last found about a decision, None where nobody has. For whom `labels` is."""
    _see_labels(viewer)
    rows = ReviewLabel.objects.filter(decision=decision_id).select_related("decision")
    row = rows.order_by("-at", "-id").first()
    return _label(row) if row else None


def _see_labels(viewer: Viewer) -> None:
    if not (may(viewer, Permission.STAFF_CASE_READ) or may(viewer, Permission.STAFF_APPEAL_READ)):
        raise not_found("labels_not_found")


def restrictions(viewer: Viewer, organisation: str, at: datetime) -> tuple[RestrictionView, ...]:
    """Return the restrictions on the organisation, its keys and end users in force at `at`, newest first."""
    if not _sees(viewer, organisation):
        raise not_found("organisation_not_found")
    rows = _in_force(at).filter(organisation=organisation).order_by("-since", "-id")
    return tuple(_restriction(row) for row in rows)


def restrictions_for_gateway(at: datetime) -> Iterable[RestrictionView]:
    """Yield every restriction in force at `at`, mildest first, so that of two on one unit the graver comes
    last.

    For the snapshot, so without a viewer.
    """
    order = list(Measure)
    yield from sorted(map(_restriction, _in_force(at)), key=lambda one: (order.index(one.measure), one.since))


def _chosen(viewer: Viewer, wanted: DecisionFilter) -> QuerySet[Decision]:
    exact = {"key": wanted.key, "clause": wanted.clause, "stage": wanted.stage}
    narrowed: dict[str, Any] = {name: value for name, value in exact.items() if value}
    if wanted.actions:
        narrowed["action__in"] = wanted.actions
    if wanted.since:
        narrowed["at__gte"] = wanted.since
    if wanted.until:
        narrowed["at__lt"] = wanted.until
    if wanted.shadow:
        narrowed["pack__startswith"] = wanted.shadow
        if not _sees_shadows(viewer):
            raise not_found("policy_version_not_found")
    return _seen(viewer, wanted.organisation).filter(shadow=bool(wanted.shadow), **narrowed)


def _seen(viewer: Viewer, organisation: str) -> QuerySet[Decision]:
    if organisation:
        if not _sees(viewer, organisation):
            raise not_found("organisation_not_found")
        return Decision.objects.filter(organisation=organisation)
    if may(viewer, Permission.STAFF_DECISION_READ):
        return Decision.objects.all()
    own = [one for one in viewer.roles if may(viewer, Permission.ORG_DECISION_READ, one)]
    return Decision.objects.filter(organisation__in=own)


def _sees_shadows(viewer: Viewer) -> bool:
    """What a draft would decide is for staff alone: nobody is to be told of what was never done."""
    return may(viewer, Permission.STAFF_DECISION_READ)


def _sees(viewer: Viewer, organisation: str) -> bool:
    return may(viewer, Permission.STAFF_DECISION_READ) or may(
        viewer, Permission.ORG_DECISION_READ, organisation
    )


def _in_force(at: datetime) -> QuerySet[Restriction]:
    living = Restriction.objects.filter(lifted_at=None, since__lte=at).select_related("statement")
    return living.filter(Q(until=None) | Q(until__gt=at))


def _mark(row: Decision) -> str:
    return f"{row.at.astimezone(UTC).isoformat()}~{row.id}"


def _moment(words: str) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise not_found("page_not_found") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _decision(row: Decision) -> DecisionRecord:
    plain = [name for name in DecisionRecord.__slots__ if name not in {"grounds", "unscreened"}]
    values = {name: getattr(row, name) for name in plain}
    return DecisionRecord(
        grounds=tuple(map(_ground, row.grounds)), unscreened=tuple(row.unscreened), **values
    )


def _ground(stored: dict[str, Any]) -> Ground:
    span = stored.get("span")
    return Ground(
        **{
            **stored,
            "action": Action(stored["action"]),
            "severity": Severity(stored["severity"]),
            "span": (span[0], span[1]) if span else None,
        }
    )


def _label(row: ReviewLabel) -> Label:
    found = Found(row.harmful, tuple(row.labels), row.advice)
    return Label(row.id, _decision(row.decision), found, Desk(row.desk), row.by, row.at)


def _restriction(row: Restriction) -> RestrictionView:
    told = row.statement
    return RestrictionView(
        id=row.id,
        unit=Unit(UnitKind(row.unit_kind), row.unit_id, row.organisation),
        measure=Measure(row.measure),
        clause=row.clause,
        since=row.since,
        until=row.until,
        requests_per_minute=row.requests_per_minute,
        statement_id=row.statement_id,
        statement=Statement(
            facts=Text(told.facts_en, told.facts_ja),
            is_own_initiative=told.is_own_initiative,
            was_detected_automatically=told.was_detected_automatically,
            was_decided_automatically=told.was_decided_automatically,
            redress=Text(told.redress_en, told.redress_ja),
        ),
        imposed_by=tuple(row.imposed_by),
        lifted_at=row.lifted_at,
    )
