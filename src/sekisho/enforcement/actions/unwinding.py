"""Undoing: a decision that was wrong, and everything that rested on it, as if it had never been (P-062)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import NotAllowedError, NotFoundError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.actions.bearers import locked
from sekisho.enforcement.actions.parts import NOT_ALLOWED, allowed, tell_standing
from sekisho.enforcement.actions.reckoning import reckon_all
from sekisho.enforcement.actions.sanctions import weigh
from sekisho.enforcement.actions.statements import tell_lifted
from sekisho.enforcement.actions.strikes import weigh_organisations
from sekisho.enforcement.models import (
    Bearer,
    Call,
    Credit,
    Decision,
    Overturn,
    Restriction,
    ReviewLabel,
    Strike,
)
from sekisho.enforcement.queries import as_restriction
from sekisho.enforcement.queries.ladders import ladder_in_force
from sekisho.enforcement.queries.standing import standing_of
from sekisho.enforcement.queries.strikes import as_reckoned, as_unit
from sekisho.enforcement.rules.ladder import standing_after
from sekisho.enforcement.rules.reckoning import reckoned
from sekisho.enforcement.types import (
    Intent,
    LadderView,
    Measure,
    RestrictionView,
    Rung,
    Settled,
    Standing,
    Unit,
    UnitKind,
    Unwound,
    Why,
)

RUNGS = {
    Measure.THROTTLED: Rung.THROTTLE,
    Measure.SUSPENDED: Rung.SUSPENSION,
    Measure.TERMINATED: Rung.TERMINATION,
}
OF_UNITS = "unit:"
BECAUSE_CHARS = 200


@transaction.atomic
def unwind(
    actor: Viewer,
    *,
    decisions: Collection[str] = (),
    restriction: str = "",
    because: str,
    at: datetime,
) -> Unwound:
    """Undo decisions, or a restriction with every strike that it rests on, and return what was undone.

    In one transaction: the strikes count no more, standings are reckoned as if the decisions had never been, what
    would not have been imposed is lifted or marked as reversed, findings that called the decisions right are withdrawn
    from evaluation, gateways forget what they remembered for the organisation, and paid time under a suspension that
    should not have been is credited. Doing it again changes nothing. `because` is a short reason or an id, never
    content. Raises `NotAllowedError` for who neither reviews nor hears appeals, and for automation, and
    `NotFoundError` for an unknown restriction.
    """
    now = allowed(actor)
    if now.is_system:
        raise NotAllowedError("person_needed", NOT_ALLOWED)
    row = _restriction(restriction)
    wrong = frozenset(decisions) | _decisions_of(row)
    work = _Work(now.id, at, ladder_in_force())
    strikes = list(
        Strike.objects.filter(decision__in=wrong, voided_at=None).select_related("bearer").order_by("id")
    )
    units = {as_unit(one.bearer) for one in strikes}
    bearers = locked(units, at) if units else {}
    _void(strikes, work)
    voided = frozenset(one.id for one in strikes)
    _reckon(units, bearers, work)
    _reverse_what_rested(bearers, voided, work)
    if row is not None:
        row.refresh_from_db()
        if row.reversed_at is None:
            _reverse(row, work)
    labels = _withdraw_labels(wrong, at)
    done = Unwound(
        strikes=tuple(sorted(one.decision for one in strikes)),
        restrictions=tuple(work.reversed),
        labels=labels,
        credited_days=work.days,
        units=tuple(sorted(units, key=lambda unit: (unit.organisation, unit.kind, unit.id)))
        if strikes
        else (),
    )
    _write_down(now, wrong, row, done, because, at)
    return done


@dataclass(slots=True)
class _Work:
    by: str
    at: datetime
    numbers: LadderView
    reversed: list[str] = field(default_factory=list)
    days: int = 0


def _restriction(restriction_id: str) -> Restriction | None:
    if not restriction_id:
        return None
    row = Restriction.objects.select_related("statement").filter(id=restriction_id).first()
    if row is None:
        raise NotFoundError("restriction_not_found", _NOT_FOUND)
    return row


def _decisions_of(row: Restriction | None) -> frozenset[str]:
    ids = (row.strikes or []) if row is not None else []
    return frozenset(Strike.objects.filter(id__in=ids).values_list("decision", flat=True))


def _void(strikes: Iterable[Strike], work: _Work) -> None:
    ids = [one.id for one in strikes]
    Strike.objects.filter(id__in=ids).update(voided_at=work.at, voided_by=work.by)
    looks = Call.objects.filter(strike__in=ids, why=Why.HARD_CLAUSE.value, ended_at=None)
    looks.filter(decided_at=None).update(
        decided_at=work.at, decided_by=work.by, outcome=Settled.OVERTURNED.value
    )
    looks.update(ended_at=work.at)


def _reckon(units: Iterable[Unit], bearers: dict[Unit, Bearer], work: _Work) -> None:
    for unit in units:
        reckon_all(bearers[unit], work.numbers.ladder)
        weigh(bearers[unit], work.at, work.numbers, rises=False)
    if units := list(units):
        weigh_organisations(units, bearers, work.numbers, work.at, rises=False)


# --- what rested on it ---


def _reverse_what_rested(bearers: dict[Unit, Bearer], voided: frozenset[str], work: _Work) -> None:
    """Reverse each restriction that rests on what is voided now, and would not have been imposed without it."""
    for unit, bearer in bearers.items():
        rows = Restriction.objects.filter(
            organisation=unit.organisation, unit_kind=unit.kind.value, unit_id=unit.id, reversed_at=None
        )
        for row in rows.select_related("statement").order_by("since", "id"):
            if _rested_on(row, voided, work.at) and not _stands(row, bearer, work):
                _reverse(row, work)


def _rested_on(row: Restriction, voided: frozenset[str], at: datetime) -> bool:
    """Whether a strike that it names is void now. One on an organisation that names units is looked at while it is in
    force; once it is over, who was counted then is not known any more."""
    if voided.intersection(row.strikes or ()):
        return True
    names_units = any(one.startswith(OF_UNITS) for one in row.strikes or ())
    return bool(voided) and names_units and as_restriction(row).is_in_force(at)


def _stands(row: Restriction, bearer: Bearer, work: _Work) -> bool:
    """Whether the measure would be there all the same: today, if it was in force until now; then, if it is over."""
    view = as_restriction(row)
    if view.is_in_force(work.at):
        found = standing_of(bearer, work.at, work.numbers.ladder)
    else:
        found = _standing_then(view, work)
    return RUNGS[view.measure] <= (found.calls_for if view.imposed_by_people else found.rung)


def _standing_then(view: RestrictionView, work: _Work) -> Standing:
    """How the unit stood when it was imposed, by what still counts of what it rested on."""
    rows = Strike.objects.filter(id__in=view.strikes, voided_at=None, exception="")
    came = [replace(as_reckoned(row), intent=Intent(row.said_intent), last_at=None) for row in rows]
    return standing_after(reckoned(came, work.numbers.ladder), view.since, work.numbers.ladder)


def _reverse(row: Restriction, work: _Work) -> None:
    """Mark it as one that should never have been, lift it if it is in force, and credit the time."""
    view, ended = as_restriction(row), row.lifted_at or row.until
    if view.is_in_force(work.at):
        Restriction.objects.filter(id=row.id).update(lifted_at=work.at, lifted_by=work.by)
        record(work.by, "restriction.lifted", row.id, organisation=row.organisation)
        tell_lifted(replace(view, lifted_at=work.at), work.at)
        ended = work.at
    Restriction.objects.filter(id=row.id).update(reversed_at=work.at)
    record(work.by, "restriction.reversed", row.id, organisation=row.organisation)
    tell_standing(row.organisation)
    work.reversed.append(row.id)
    work.days += _credit(view, min(ended or work.at, work.at), work.at)


def _credit(view: RestrictionView, until: datetime, at: datetime) -> int:
    """Credit the days begun under a suspension of a key or an organisation; an end user has paid us nothing."""
    if view.measure is Measure.THROTTLED or view.unit.kind is UnitKind.END_USER or until <= view.since:
        return 0
    days = -(-(until - view.since) // timedelta(days=1))
    Credit.objects.create(
        id=new_id("crd"),
        organisation=view.unit.organisation,
        restriction_id=view.id,
        days=days,
        since=view.since,
        until=until,
        written_at=at,
    )
    return days


def _withdraw_labels(wrong: Collection[str], at: datetime) -> int:
    """Withdraw the findings that called them violations; one that called them harmless was right."""
    rows = ReviewLabel.objects.filter(decision__in=wrong, withdrawn_at=None, harmful=True)
    return rows.update(withdrawn_at=at)


def _write_down(
    actor: Viewer, wrong: Collection[str], row: Restriction | None, done: Unwound, because: str, at: datetime
) -> None:
    """Write once, for each organisation, that it was done; what gateways remembered from before is forgotten."""
    known = Decision.objects.filter(id__in=wrong).values_list("organisation", "id")
    by_organisation: dict[str, list[str]] = {row.organisation: []} if row is not None else {}
    for organisation, decision in known:
        by_organisation.setdefault(organisation, []).append(decision)
    for organisation, ids in sorted(by_organisation.items()):
        again = Overturn.objects.filter(organisation=organisation, because=because[:BECAUSE_CHARS])
        if not (done.strikes or done.restrictions or done.labels) and again.exists():
            continue  # nothing more to undo, and gateways have forgotten already
        made = Overturn.objects.create(
            id=new_id("ovt"),
            organisation=organisation,
            decisions=sorted(ids),
            restriction=row.id if row is not None else "",
            because=because[:BECAUSE_CHARS],
            by=actor.id,
            at=at,
        )
        facts = {"strikes": len(done.strikes), "restrictions": list(done.restrictions), "labels": done.labels}
        record(actor.id, "decision.overturned", made.id, organisation=organisation, **facts)
        tell_standing(organisation)


_NOT_FOUND = Text(
    "There is no such restriction. Look at the list of the organisation's restrictions.",
    "該当する制限はありません。組織の制限一覧をご確認ください。",
)
