"""How well cases are decided: agreement between reviewers, and how they answer what is known already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from django.db.models import Count, F, Q

from sekisho.accounts.types import Viewer
from sekisho.enforcement.review.models import Case, ReviewOpinion, Sitting
from sekisho.enforcement.review.queries.rows import see
from sekisho.enforcement.review.rules.agreement import cohen_kappa, krippendorff_alpha
from sekisho.enforcement.review.types import Verdict

Answers = dict[str, dict[str, str]]
"""Case or known decision → reviewer → what they answered."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far those agree who looked at the same cases under one clause, without seeing each other's answers."""

    clause: str
    cases: int
    alike: int
    """Of these, the cases in which everybody answered alike."""
    alpha: float | None
    """Krippendorff's, nominal; None where nothing can be said."""
    kappa: float | None
    """Cohen's, of the pair of reviewers that shares most cases."""


@dataclass(frozen=True, slots=True)
class ReviewerQuality:
    reviewer: str
    answered: int
    golden: int
    """How many cases with a known answer they were given."""
    right: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Quality:
    since: datetime
    agreements: tuple[Agreement, ...]
    """Most cases first."""
    overall: float | None
    """Krippendorff's alpha over all clauses."""
    reviewers: tuple[ReviewerQuality, ...]
    """By id."""
    closed: int
    in_time: int
    """Of the closed cases, those decided before their deadline."""


def quality(viewer: Viewer, since: datetime) -> Quality:
    """Return the figures of the answers given since `since`. For who reads cases; raises `NotFoundError` for others."""
    see(viewer)
    by_clause = _blind(since)
    closed = Case.objects.filter(closed_at__gte=since, golden=None).aggregate(
        all=Count("id"), late=Count("id", filter=Q(due__lt=F("closed_at")))
    )
    everything = [given for answers in by_clause.values() for given in answers.values()]
    return Quality(
        since=since,
        agreements=tuple(
            sorted(
                (_agreement(clause, answers) for clause, answers in by_clause.items()),
                key=lambda each: (-each.cases, each.clause),
            )
        ),
        overall=krippendorff_alpha([list(given.values()) for given in everything]),
        reviewers=_reviewers(since),
        closed=closed["all"],
        in_time=closed["all"] - closed["late"],
    )


def _blind(since: datetime) -> dict[str, Answers]:
    """Return, by clause, the answers to cases that two or more looked at.

    A golden item that several were given is one such case, as each met it for themselves.
    """
    rows = ReviewOpinion.objects.filter(at__gte=since).exclude(verdict=Verdict.SECOND)
    found: dict[str, Answers] = defaultdict(lambda: defaultdict(dict))
    wanted = ("case__clause", "case__golden__decision", "case_id", "reviewer", "verdict")
    for clause, golden, case, reviewer, verdict in rows.order_by("at", "id").values_list(*wanted):
        found[clause][golden or case][reviewer] = verdict
    return {clause: kept for clause, answers in found.items() if (kept := _shared(answers))}


def _shared(answers: Answers) -> Answers:
    return {case: given for case, given in answers.items() if len(given) > 1}


def _agreement(clause: str, answers: Answers) -> Agreement:
    given = list(answers.values())
    return Agreement(
        clause=clause,
        cases=len(given),
        alike=sum(len(set(each.values())) == 1 for each in given),
        alpha=krippendorff_alpha([list(each.values()) for each in given]),
        kappa=_kappa_of_most(given),
    )


def _kappa_of_most(given: Iterable[dict[str, str]]) -> float | None:
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for each in given:
        for one, two in combinations(sorted(each), 2):
            pairs[one, two].append((each[one], each[two]))
    most = max(pairs.items(), key=lambda item: (len(item[1]), item[0]), default=None)
    return cohen_kappa(most[1]) if most else None


def _reviewers(since: datetime) -> tuple[ReviewerQuality, ...]:
    rows = ReviewOpinion.objects.filter(at__gte=since).values("reviewer").order_by("reviewer")
    counted = rows.annotate(
        answered=Count("id"),
        golden=Count("id", filter=~Q(right=None)),
        good=Count("id", filter=Q(right=True)),
    )
    sat = Sitting.objects.filter(began_at__gte=since, skipped=True).values("reviewer").order_by("reviewer")
    skipped = {each["reviewer"]: each["n"] for each in sat.annotate(n=Count("id"))}
    return tuple(
        ReviewerQuality(
            each["reviewer"], each["answered"], each["golden"], each["good"], skipped.get(each["reviewer"], 0)
        )
        for each in counted
    )
