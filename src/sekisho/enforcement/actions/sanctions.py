"""The ladder applied to a unit: what has fallen is ended, what automation may do is done, the rest waits for people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from sekisho.accounts.types import system
from sekisho.audit.actions import record
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.actions.calls import call_for, page_reviewers
from sekisho.enforcement.actions.imposing import brake, imposed
from sekisho.enforcement.actions.parts import tell_standing
from sekisho.enforcement.actions.statements import complete
from sekisho.enforcement.models import Bearer, Call, Restriction, Step, Strike
from sekisho.enforcement.queries.standing import standing_of
from sekisho.enforcement.queries.strikes import as_unit
from sekisho.enforcement.rules import wording
from sekisho.enforcement.rules.ladder import until_below
from sekisho.enforcement.types import (
    Allowed,
    Ladder,
    LadderView,
    Measure,
    Rung,
    Standing,
    Statement,
    Throttle,
    Unit,
    UnitKind,
    Why,
)
from sekisho.notices.actions import tell
from sekisho.notices.types import EndUser, Organisation, Recipient
from sekisho.policy.queries import version_at

AUTOMATION = system("ladder")
OWN_PAGE = "/o/{organisation}/standing"
"""Where an organisation sees how it stands."""
WORTH_TELLING = timedelta(hours=1)
"""A limit that moves by less stays as it was told."""
TOLD = (Rung.NOTICE, Rung.WARNING)
IMPOSED = {Rung.THROTTLE: Measure.THROTTLED, Rung.SUSPENSION: Measure.SUSPENDED}


def weigh(bearer: Bearer, at: datetime, numbers: LadderView, *, rises: bool = True) -> Standing:
    """Reckon how a unit stands and let follow what follows from it; return the standing.

    Call it in a transaction that has locked the bearer. With `rises` false nothing is taken, however high it stands:
    nobody climbs but by a strike.
    """
    now = standing_of(bearer, at, numbers.ladder)
    steps = list(bearer.steps.filter(ended_at=None).select_related("restriction"))
    _end_above(bearer, steps, now, at)
    _move_end(bearer, steps, now, at, numbers, only_earlier=not rises)
    if rises:
        _take(bearer, steps, now, at, numbers)
    _call_people(bearer, now, at)
    _keep(bearer, now, at, numbers)
    return now


def _keep(bearer: Bearer, now: Standing, at: datetime, numbers: LadderView) -> None:
    bearer.rung, bearer.calls_for, bearer.points = now.rung, now.calls_for, now.points
    bearer.recovers_at, bearer.changed_at = now.recovers_at, at
    bearer.warned_until = until_below(now, Rung.WARNING, numbers.ladder)
    bearer.save()


# --- falling ---


def _end_above(bearer: Bearer, steps: Iterable[Step], now: Standing, at: datetime) -> None:
    """End the steps above the rung in force, and lift what automation had imposed with them."""
    if bearer.calls_for > now.calls_for:
        no_more = Call.objects.filter(bearer=bearer, ended_at=None, rung__gt=now.calls_for)
        no_more.exclude(why=Why.HARD_CLAUSE.value).update(ended_at=at)
    fallen = [step for step in steps if step.rung > now.rung]
    for step in fallen:
        if step.restriction is not None:
            _end(step.restriction, at)
    if fallen:
        Step.objects.filter(id__in=[step.id for step in fallen]).update(ended_at=at)
        _tell_fallen(bearer, max(fallen, key=lambda step: step.rung), now, at)


def _end(restriction: Restriction, at: datetime) -> None:
    living = Restriction.objects.filter(Q(until=None) | Q(until__gt=at), id=restriction.id, lifted_at=None)
    if living.update(lifted_at=at, lifted_by=AUTOMATION.id):
        record(AUTOMATION.id, "restriction.ended", restriction.id, organisation=restriction.organisation)
        tell_standing(restriction.organisation)


def _tell_fallen(bearer: Bearer, step: Step, now: Standing, at: datetime) -> None:
    unit = as_unit(bearer)
    subject, body = wording.recovered_letter(now, unit.kind, unit.id)
    tell(
        _reader(unit),
        "recovered",
        unit.id,
        subject,
        body,
        key=f"recovered:{step.id}",
        at=at,
        link=_page(unit),
    )
    facts = {"organisation": unit.organisation, "from": Rung(step.rung).word, "to": now.rung.word}
    record(AUTOMATION.id, "standing.recovered", unit.id, **facts)


# --- rising ---


def _take(bearer: Bearer, steps: Iterable[Step], now: Standing, at: datetime, numbers: LadderView) -> None:
    """Take every rung up to the one in force that was not taken before, and tell of the highest once."""
    taken = {(step.rung, step.about) for step in steps}
    missing = [place for place in _places(now, numbers.ladder) if place not in taken]
    reached = [_step(bearer, Rung(rung), about, now, at, numbers) for rung, about in missing]
    made = [step for step in reached if step is not None]
    if not made:
        return
    Step.objects.bulk_create(made)
    highest = max(made, key=lambda step: step.rung)
    if highest.rung in TOLD:
        _tell_risen(bearer, highest, now, at)
    unit, rungs = as_unit(bearer), sorted({Rung(step.rung) for step in made})
    facts = {"organisation": unit.organisation, "rungs": [rung.word for rung in rungs], "points": now.points}
    record(AUTOMATION.id, "standing.worsened", unit.id, ladder=numbers.version, **facts)


def _places(now: Standing, ladder: Ladder) -> list[tuple[int, str]]:
    """Every rung that the points reach up to the one in force, and the suspension at once, which they need not reach.

    A notice for each clause, so that nobody is told of one and blamed for another.
    """
    if now.rung < Rung.NOTICE:
        return []
    clauses = sorted({each.strike.clause for each in now.because})
    places = [(int(Rung.NOTICE), clause) for clause in clauses]
    reached = {Rung.WARNING: ladder.warning, Rung.THROTTLE: ladder.throttle}
    places += [
        (int(rung), "") for rung, points in reached.items() if rung <= now.rung and points <= now.points
    ]
    return [*places, (int(Rung.SUSPENSION), "")] if now.rung is Rung.SUSPENSION else places


def _step(
    bearer: Bearer, rung: Rung, about: str, now: Standing, at: datetime, numbers: LadderView
) -> Step | None:
    """Return the rung as it is taken; None where automation was stopped, so that it is tried with the next strike."""
    restriction = None
    if rung in IMPOSED:
        restriction = _impose(bearer, rung, now, at, numbers)
        if not restriction:
            return None
        waited = Call.objects.filter(bearer=bearer, rung=int(rung), why=Why.AUTOMATION_STOPPED.value)
        waited.filter(ended_at=None).update(ended_at=at)
    return Step(
        id=new_id("stp"),
        bearer=bearer,
        rung=int(rung),
        about=about,
        at=at,
        ladder=numbers.version,
        restriction_id=restriction,
    )


def _impose(bearer: Bearer, rung: Rung, now: Standing, at: datetime, numbers: LadderView) -> str:
    """Return the id of the restriction; empty where automation has to leave it to people."""
    unit, measure, clause = as_unit(bearer), IMPOSED[rung], _clause(now)
    if rung is Rung.SUSPENSION:
        until = now.review_by
        clause = next((each.strike.clause for each in reversed(now.because) if each.strike.hard), clause)
    else:
        until = until_below(now, rung, numbers.ladder)
    allowed = brake(at)
    if not isinstance(allowed, Allowed):
        _stopped(bearer, rung, clause, allowed.today, now, at)
        return ""
    ladder = numbers.ladder
    left = Throttle(ladder.throttled_requests_per_minute, ladder.throttled_models, ladder.throttled_tools_off)
    statement = complete(Statement(wording.facts_of(now, titles_at(at))), clause, at)
    throttle = left if measure is Measure.THROTTLED else Throttle()
    return imposed([AUTOMATION], unit, measure, clause, until, statement, throttle, at).id


def _stopped(bearer: Bearer, rung: Rung, clause: str, today: int, now: Standing, at: datetime) -> None:
    """Leave it to people, and tell them once a day that automation has stopped (P-004)."""
    unit = as_unit(bearer)
    if call_for(bearer, rung, Why.AUTOMATION_STOPPED, clause, at, strike=_last(now), due_at=now.review_by):
        record(AUTOMATION.id, "automation.stopped", unit.id, today=today, organisation=unit.organisation)
        page_reviewers(f"automation_stopped:{at:%Y-%m-%d}", *wording.stopped_letter(today), unit.id, at)


def _tell_risen(bearer: Bearer, step: Step, now: Standing, at: datetime) -> None:
    unit, rung = as_unit(bearer), Rung(step.rung)
    subject, body = wording.letter(rung, unit.kind, now, titles_at(at), unit.id)
    key = f"{rung.word}:{step.id}"
    tell(_reader(unit), rung.word, unit.id, subject, body, key=key, at=at, link=_page(unit))


def _call_people(bearer: Bearer, now: Standing, at: datetime) -> None:
    if now.calls_for > max(
        now.rung, Rung.THROTTLE if bearer.unit_kind != UnitKind.ORGANISATION else Rung.WARNING
    ):
        call_for(bearer, now.calls_for, Why.ABOVE_AUTOMATION, _clause(now), at, strike=_last(now))


def have_looked_at(bearer: Bearer, strike: Strike, now: Standing, at: datetime) -> None:
    """Have a person look at what a strike under a hard clause led to at once, within a day (P-060)."""
    due_at = now.review_by or at
    if call_for(bearer, Rung.SUSPENSION, Why.HARD_CLAUSE, strike.clause, at, strike=strike, due_at=due_at):
        unit = as_unit(bearer)
        words = wording.call_letter(unit.id, strike.clause, due_at)
        page_reviewers(f"hard_clause:{strike.id}", *words, unit.id, at)


# --- ends that move ---


def _move_end(
    bearer: Bearer,
    steps: Iterable[Step],
    now: Standing,
    at: datetime,
    numbers: LadderView,
    *,
    only_earlier: bool,
) -> None:
    """Let a throttle end when the points say so: later when more were added, earlier when some were taken away."""
    until = until_below(now, Rung.THROTTLE, numbers.ladder)
    step = next((step for step in steps if step.rung == Rung.THROTTLE), None)
    if until is None or step is None or step.restriction is None or step.restriction.until is None:
        return
    told = step.restriction.until
    if abs(until - told) < WORTH_TELLING or (only_earlier and until > told):
        return
    living = Restriction.objects.filter(id=step.restriction.id, lifted_at=None, until__gt=at)
    if not living.update(until=until):
        return
    record(
        AUTOMATION.id, "restriction.moved", step.restriction.id, organisation=bearer.organisation, until=until
    )
    tell_standing(bearer.organisation)
    if until > told:
        _tell_longer(bearer, step.restriction.id, until, at)


def _tell_longer(bearer: Bearer, restriction: str, until: datetime, at: datetime) -> None:
    """At most once a day: somebody who goes on all day is not written to all day."""
    unit = as_unit(bearer)
    subject, body = wording.longer_letter(until, unit.kind, unit.id)
    key = f"longer:{restriction}:{at:%Y-%m-%d}"
    tell(_reader(unit), "restriction", unit.id, subject, body, key=key, at=at, link=_page(unit))


# --- words ---


def titles_at(at: datetime) -> dict[str, Text]:
    """Return the titles of the clauses in force."""
    pack = version_at(at)
    return {clause.id: clause.title for clause in pack.clauses} if pack else {}


def _clause(now: Standing) -> str:
    """The clause under which most points were gathered."""
    points: dict[str, int] = {}
    for each in now.because:
        points[each.strike.clause] = points.get(each.strike.clause, 0) + each.points
    return max(sorted(points), key=points.__getitem__, default="")


def _last(now: Standing) -> Strike | None:
    ids = [each.strike.id for each in now.because]
    return Strike.objects.filter(id__in=ids).order_by("-at", "-id").first()


def _reader(unit: Unit) -> Recipient:
    """The end user for what is theirs; the organisation for its keys and for itself."""
    if unit.kind is UnitKind.END_USER:
        return EndUser(unit.organisation, unit.id)
    return Organisation(unit.organisation)


def _page(unit: Unit) -> str:
    return "" if unit.kind is UnitKind.END_USER else OWN_PAGE.format(organisation=unit.organisation)
