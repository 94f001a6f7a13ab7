"""Decisions, as an organisation's people and staff see them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any, Literal

from django.db import models
from django.db.models import Count as CountRows
from django.db.models import Q, QuerySet
from django.db.models.functions import Trunc

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.enforcement.models import Decision
from sekisho.enforcement.queries.seeing import sees
from sekisho.enforcement.types import Count, DecisionFilter, DecisionRecord, Difference, Page
from sekisho.policy.types import Action, Ground, Severity

PAGE = 50


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
    return Page(tuple(as_decision(row) for row in page), _mark(page[-1]) if more else "")


def decision(viewer: Viewer, decision_id: str) -> DecisionRecord:
    """Return one decision with its grounds. Raises `NotFoundError` for what the viewer may not see."""
    row = Decision.objects.filter(id=decision_id).first()
    if row is None or not sees(viewer, row.organisation) or (row.shadow and not _sees_shadows(viewer)):
        raise not_found("decision_not_found")
    return as_decision(row)


def decisions_of_turn(viewer: Viewer, turn_id: str) -> tuple[DecisionRecord, ...]:
    """Return what was decided about one request, in the order of its stages; empty for a turn that is not
    seen."""
    rows = Decision.objects.filter(turn=turn_id, shadow=False).order_by("at", "id")
    return tuple(as_decision(row) for row in rows if sees(viewer, row.organisation))


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
        if not sees(viewer, organisation):
            raise not_found("organisation_not_found")
        return Decision.objects.filter(organisation=organisation)
    if may(viewer, Permission.STAFF_DECISION_READ):
        return Decision.objects.all()
    own = [one for one in viewer.roles if may(viewer, Permission.ORG_DECISION_READ, one)]
    return Decision.objects.filter(organisation__in=own)


def _sees_shadows(viewer: Viewer) -> bool:
    """What a draft would decide is for staff alone: nobody is to be told of what was never done."""
    return may(viewer, Permission.STAFF_DECISION_READ)


def _mark(row: Decision) -> str:
    return f"{row.at.astimezone(UTC).isoformat()}~{row.id}"


def _moment(words: str) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise not_found("page_not_found") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def as_decision(row: Decision) -> DecisionRecord:
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
