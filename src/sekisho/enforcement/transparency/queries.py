"""Reads of the transparency report: made from the rows for staff, as published for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.facts import Fact
from sekisho.enforcement import tallies as decided
from sekisho.enforcement.appeals.queries import outcomes
from sekisho.enforcement.holds.tallies import holds
from sekisho.enforcement.review.tallies import reports
from sekisho.enforcement.transparency.models import PublishedReport
from sekisho.enforcement.transparency.rules import building
from sekisho.enforcement.transparency.types import (
    DIMENSIONS,
    Group,
    Groups,
    Period,
    Published,
    Report,
    Section,
)
from sekisho.enforcement.transparency.writing import read_json
from sekisho.notices.tallies import waits
from sekisho.policy.tallies import exceptions

PAGE = 200


def report(viewer: Viewer, period: Period, *, is_whole: bool = False) -> Report:
    """Return the report of a period from today's rows, whole or as the public would read it.

    Raises `NotFoundError` for who does not read reports.
    """
    _see(viewer)
    return building.report(period, groups(period), is_whole=is_whole)


def ids_behind(
    viewer: Viewer,
    period: Period,
    section: Section,
    dimension: str,
    value: str,
    *,
    after: str = "",
    limit: int = PAGE,
) -> tuple[str, ...]:
    """Return the ids of what a number of the whole report counts, in order, those after one id, `limit` at most.

    As many as the number says: each number reconciles to what it counts (P-072). Raises `NotFoundError` for who does
    not read reports, and for a dimension that the section does not have.
    """
    _see(viewer)
    if dimension not in DIMENSIONS[section] or "\x00" in value + after:  # which no id or value holds
        raise not_found("dimension_not_found")
    if section is Section.DECISIONS:
        return decided.decision_ids(period.begins, period.ends, {dimension: value}, after, limit)
    at = DIMENSIONS[section].index(dimension)
    ids = sorted(fact.id for fact in FACTS[section](period) if fact.values[at] == value)
    return tuple(id for id in ids if id > after)[:limit]


def published() -> tuple[Published, ...]:
    """Return what was published, the latest period first. For everybody."""
    return tuple(map(_published, PublishedReport.objects.order_by("-since", "-until")))


def published_one(period_id: str) -> Published:
    """Return the report of a period such as `2026-01-01..2026-03-31`. For everybody. Raises `NotFoundError`."""
    for one in published():
        if one.report.period.id == period_id:
            return one
    raise not_found("report_not_found")


def groups(period: Period) -> Groups:
    """Return what the period's rows amount to. For this room."""
    counted = tuple(Group(values, count) for values, count in decided.decisions(period.begins, period.ends))
    return {
        Section.DECISIONS: counted,
        **{section: _grouped(facts(period)) for section, facts in FACTS.items()},
    }


def _grouped(facts: Iterable[Fact]) -> tuple[Group, ...]:
    return tuple(Group(fact.values, 1, (fact.took,) if fact.took is not None else ()) for fact in facts)


def _sanctions(period: Period) -> Iterator[Fact]:
    found = list(decided.sanctions(period.begins, period.ends))
    waited = waits("restriction", {fact.id for fact in found})
    return (fact._replace(took=waited.get(fact.id)) for fact in found)


def _appeals(period: Period) -> Iterator[Fact]:
    for one in outcomes(period.begins, period.ends):
        by = "automation" if one.was_automatic else "people"
        values = (one.about.value, one.clause, one.outcome.value, by)
        for id, days in zip(one.appeals, one.days, strict=True):
            yield Fact(id, values, timedelta(days=days))


FACTS: dict[Section, Callable[[Period], Iterable[Fact]]] = {
    Section.SANCTIONS: _sanctions,
    Section.APPEALS: _appeals,
    Section.REPORTS: lambda period: reports(period.begins, period.ends),
    Section.HOLDS: lambda period: holds(period.begins, period.ends),
    Section.EXCEPTIONS: lambda period: exceptions(period.ends),
}
"""Where each section but that of decisions comes from."""


def _published(row: PublishedReport) -> Published:
    return Published(read_json(row.document), row.published_at, row.published_by, row.digest, row.document)


def _see(viewer: Viewer) -> None:
    if not may(viewer, Permission.STAFF_REPORT_READ):
        raise not_found("report_not_found")
