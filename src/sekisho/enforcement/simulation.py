"""A ladder tried over what was recorded, before it is switched on: whom it would have reached, and how far (P-004).

Both ladders, the one in force and the candidate, are run over the same decisions. What was overturned is left out, and
so is what a contract exception spared: neither counts against anybody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer, system
from sekisho.enforcement.models import Decision, Overturn
from sekisho.enforcement.queries.decisions import as_decision
from sekisho.enforcement.queries.ladders import ladder_in_force
from sekisho.enforcement.rules.ladder import points_of
from sekisho.enforcement.rules.reckoning import reckoned
from sekisho.enforcement.rules.strikes import ACTED, unit_of, violation_in
from sekisho.enforcement.types import DecisionRecord, Ladder, Rung, Strike, Unit, UnitKind
from sekisho.policy.overlay import floor_label
from sekisho.policy.queries import exceptions, exceptions_at, version_at, versions
from sekisho.policy.types import Pack

SYSTEM = system("simulation")
ROWS_AT_ONCE = 500
RUNGS = (Rung.NOTICE, Rung.WARNING, Rung.THROTTLE, Rung.SUSPENSION, Rung.TERMINATION)
EXAMPLES = 20
"""How many units that would be hit harder are named."""
BANDS = 12
"""Columns of the histogram; the last one holds all that is beyond the last rung."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The furthest that a unit came in the time looked at."""

    rung: Rung
    """What its strikes called for."""
    points: int
    at_once: bool = False
    """Whether a hard clause suspended it at once."""


GOOD = Reached(Rung.GOOD, 0)


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit under both ladders."""

    unit: Unit
    before: Reached
    after: Reached


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a candidate would have done, beside the ladder in force. Ids and counts; no content."""

    decisions: int
    """That stopped or changed something."""
    since: datetime | None
    until: datetime
    hits: tuple[Hit, ...]
    """Every unit that either ladder counts something against, the furthest under the candidate first."""
    before: Ladder
    after: Ladder

    def by_rung(self) -> tuple[tuple[Rung, int, int], ...]:
        """Return how many units came to each rung and no further: under the ladder in force, under the candidate."""
        was = Counter(hit.before.rung for hit in self.hits)
        would = Counter(hit.after.rung for hit in self.hits)
        return tuple((rung, was[rung], would[rung]) for rung in RUNGS)

    def at_once(self) -> tuple[int, int]:
        """Return how many a hard clause would have suspended at once: before, after."""
        return sum(hit.before.at_once for hit in self.hits), sum(hit.after.at_once for hit in self.hits)

    def harder(self) -> tuple[Hit, ...]:
        """Return the units that the candidate would take further, the furthest first."""
        return tuple(hit for hit in self.hits if hit.after.rung > hit.before.rung)

    def histogram(self) -> tuple[tuple[int, Rung, int], ...]:
        """Return how many units gathered how many points under the candidate: lower edge, rung, count."""
        width = max(1, self.after.termination // (BANDS - 1))
        counted = Counter(
            (min(hit.after.points // width, BANDS - 1) * width, hit.after.rung)
            for hit in self.hits
            if hit.after.points
        )
        return tuple((edge, rung, count) for (edge, rung), count in sorted(counted.items()))

    def edges(self) -> tuple[int, ...]:
        """Return the lower edge of each column of the histogram."""
        width = max(1, self.after.termination // (BANDS - 1))
        return tuple(number * width for number in range(BANDS))


def simulate(
    viewer: Viewer,
    candidate: Ladder,
    at: datetime,
    since: datetime | None = None,
    on_rows: Callable[[int], None] = lambda _: None,
) -> Simulation:
    """Run `candidate` and the ladder in force over the decisions from `since` to `at`, and return what came of it.

    `on_rows` is told how many decisions were read since it was last told. For staff who see standings; raises
    `NotFoundError` for others.
    """
    if not may(viewer, Permission.STAFF_STANDING_READ):
        raise not_found("ladder_not_found")
    now = ladder_in_force().ladder
    runs = (_Run(now), _Run(candidate))
    count = 0
    packs = _Packs(viewer)
    for decision in _counted(at, since, on_rows):
        count += 1
        if pack := packs.of(decision):
            for run in runs:
                run.add(decision, pack)
    before, after = (run.reached() for run in runs)
    hits = [Hit(unit, before.get(unit, GOOD), after.get(unit, GOOD)) for unit in before.keys() | after.keys()]
    hits.sort(key=lambda hit: (-hit.after.rung, -hit.after.points, hit.unit.organisation, hit.unit.id))
    return Simulation(count, since, at, tuple(hits), now, candidate)


def how_many(at: datetime, since: datetime | None = None) -> int:
    """Return how many decisions a simulation would read, for a bar of progress."""
    return _rows(at, since).count()


def summary(found: Simulation) -> dict[str, object]:
    """Return the simulation in short, as it is kept with the proposal."""
    return {
        "decisions": found.decisions,
        "since": found.since.isoformat() if found.since else None,
        "until": found.until.isoformat(),
        "rungs": [{"rung": rung.word, "before": was, "after": would} for rung, was, would in found.by_rung()],
        "at_once": list(found.at_once()),
        "histogram": [[edge, rung.word, count] for edge, rung, count in found.histogram()],
        "edges": list(found.edges()),
        "harder": [
            {
                "kind": hit.unit.kind.value,
                "unit": hit.unit.id,
                "organisation": hit.unit.organisation,
                "before": hit.before.rung.word,
                "after": hit.after.rung.word,
                "points": hit.after.points,
            }
            for hit in found.harder()[:EXAMPLES]
        ],
        "harder_in_all": len(found.harder()),
    }


def _rows(at: datetime, since: datetime | None) -> QuerySet[Decision]:
    rows = Decision.objects.filter(shadow=False, at__lte=at, action__in=sorted(ACTED))
    return rows.filter(at__gte=since) if since else rows


def _counted(
    at: datetime, since: datetime | None, on_rows: Callable[[int], None]
) -> Iterator[DecisionRecord]:
    overturned = {one for ids in Overturn.objects.values_list("decisions", flat=True) for one in ids}
    excepted = _Exceptions()
    for number, row in enumerate(_rows(at, since).order_by("at", "id").iterator(ROWS_AT_ONCE), start=1):
        if number % ROWS_AT_ONCE == 0:
            on_rows(ROWS_AT_ONCE)
        if row.id not in overturned and not excepted.spare(row):
            yield as_decision(row)


class _Run:
    """One ladder over the decisions."""

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder
        self._strikes: dict[Unit, list[Strike]] = defaultdict(list)

    def add(self, decision: DecisionRecord, pack: Pack) -> None:
        found = violation_in(decision, pack, self._ladder)
        if found is None or found.excepted:
            return
        unit = unit_of(decision.organisation, decision.key, decision.end_user)
        self._strikes[unit].append(
            Strike(
                id=decision.id,
                at=decision.at,
                clause=found.ground.clause,
                severity=found.ground.severity,
                confidence=min(1.0, max(0.0, found.ground.score)),
                weight=found.weight,
                hard=found.hard,
                text=decision.input_digest,
            )
        )

    def reached(self) -> dict[Unit, Reached]:
        """Return how far each unit came, and then each organisation with so many of them in bad standing."""
        found: dict[Unit, Reached] = {}
        bad: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
        for unit, strikes in self._strikes.items():
            counting = reckoned(strikes, self._ladder)
            course = list(_course(counting, self._ladder))
            peak = max(points for _, points in course)
            rung = _rung(peak, self._ladder)
            at_once = any(strike.hard for strike in counting)
            found[unit] = Reached(max(rung, Rung.SUSPENSION) if at_once else rung, peak, at_once)
            bad[unit.organisation] += _bad_times(course, self._ladder)
        for organisation, changes in bad.items():
            points = self._ladder.unit_points * max(0, _most_at_once(changes) - self._ladder.spared_units)
            if points:
                unit = Unit(UnitKind.ORGANISATION, organisation, organisation)
                found[unit] = Reached(_rung(points, self._ladder), points)
        return found


def _course(strikes: Sequence[Strike], ladder: Ladder) -> Iterator[tuple[datetime, int]]:
    """Yield each moment at which the points change, with the points from then on."""
    window = timedelta(days=ladder.window_days)
    changes: Counter[datetime] = Counter()
    for strike in strikes:
        changes[strike.at] += points_of(strike)
        changes[(strike.last_at or strike.at) + window] -= points_of(strike)
    points = 0
    for moment in sorted(changes):
        points += changes[moment]
        yield moment, points


def _bad_times(course: Iterable[tuple[datetime, int]], ladder: Ladder) -> Iterator[tuple[datetime, int]]:
    """Yield +1 when the unit comes to a warning, and -1 when it no longer stands at one."""
    was_bad = False
    for moment, points in course:
        is_bad = points >= ladder.warning
        if is_bad != was_bad:
            yield moment, 1 if is_bad else -1
        was_bad = is_bad


def _most_at_once(changes: Iterable[tuple[datetime, int]]) -> int:
    most = now = 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most


def _rung(points: int, ladder: Ladder) -> Rung:
    return max((rung for rung in RUNGS if points >= getattr(ladder, rung.word)), default=Rung.GOOD)


class _Packs:
    """The versions that decisions cite, each loaded once."""

    def __init__(self, viewer: Viewer) -> None:
        self._known: dict[str, Pack | None] = {one.label: one.pack for one in versions(viewer)}

    def of(self, decision: DecisionRecord) -> Pack | None:
        label = floor_label(decision.pack)
        if label not in self._known:
            self._known[label] = version_at(decision.at)
        return self._known[label]


class _Exceptions:
    """What contract exceptions spare; an organisation without any is asked about once."""

    def __init__(self) -> None:
        self._has: dict[str, bool] = {}

    def spare(self, row: Decision) -> bool:
        covering = exceptions_at(row.organisation, row.at) if self._may(row) else ()
        return any(row.clause in one.clauses and (not one.keys or row.key in one.keys) for one in covering)

    def _may(self, row: Decision) -> bool:
        if row.organisation not in self._has:
            self._has[row.organisation] = bool(exceptions(SYSTEM, row.organisation))
        return self._has[row.organisation]
