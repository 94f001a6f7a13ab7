"""Strikes: taken from what arrives, and by a reviewer for what automation did not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.actions.bearers import locked
from sekisho.enforcement.actions.parts import NOT_ALLOWED, allowed
from sekisho.enforcement.actions.reckoning import reckon_new
from sekisho.enforcement.actions.sanctions import AUTOMATION, have_looked_at, weigh
from sekisho.enforcement.models import Bearer, Strike
from sekisho.enforcement.queries import decision as decision_of
from sekisho.enforcement.queries.ladders import ladder_in_force
from sekisho.enforcement.rules.strikes import ACTED, Violation, unit_of, violation_in
from sekisho.enforcement.types import Arrived, DecisionRecord, Intent, LadderView, Unit, UnitKind
from sekisho.policy import queries as policy
from sekisho.policy.exceptions import EXCEPTED
from sekisho.policy.overlay import floor_label
from sekisho.policy.types import Audience, Clause, Pack, Part, Severity


def take_strikes(arrived: Arrived, clock: Clock = system_clock) -> None:
    """Count what violated among what has just arrived, and let follow what the ladder in force says.

    One strike a decision, borne by the smallest unit that explains it. Runs in the transaction of ingest; asks the
    database nothing where nothing violated. Gateways know of a restriction within a second of the commit.
    """
    acted = [decision for decision in arrived.decisions if _acted(decision)]
    if not acted:
        return
    numbers, packs = ladder_in_force(), _Packs()
    found = [
        (decision, violation)
        for decision in acted
        if (pack := packs.of(decision)) and (violation := violation_in(decision, pack, numbers.ladder))
    ]
    if found:
        with transaction.atomic():
            _count(found, numbers, clock())


@transaction.atomic
def strike(
    actor: Viewer,
    unit: Unit,
    decision_id: str,
    clause: str,
    severity: Severity,
    confidence: float,
    intent: Intent,
    at: datetime,
) -> str:
    """Count a decision against a unit, as a person who has looked at it, and return the strike's id.

    It counts from `at`, the moment of notice. A contract exception spares it all the same (P-006). Raises
    `NotAllowedError` for who does not review and for automation, `NotFoundError` for an unknown decision, and
    `SekishoError`: `struck_already`, `clause_forbids_nothing`, or `another_organisation`.
    """
    now = allowed(actor)
    if now.is_system:
        raise NotAllowedError("person_needed", NOT_ALLOWED)
    decided = decision_of(now, decision_id)
    rule = _forbidding(decided, unit, clause)
    numbers = ladder_in_force()
    bearers = locked([unit], at)
    row = Strike(
        id=new_id("stk"),
        decision=decision_id,
        bearer=bearers[unit],
        key=decided.key,
        at=at,
        clause=clause,
        severity=int(severity),
        confidence=min(1.0, max(0.0, confidence)),
        weight=max(1, numbers.ladder.weight(clause)),
        said_intent=int(intent),
        hard=rule.hard,
        text=decided.input_digest,
        by=now.id,
        exception="" if rule.hard else _Exceptions().spare(decided, clause),
        last_at=at,
    )
    row.save(force_insert=True)
    facts = {"organisation": unit.organisation, "clause": clause, "decision": decision_id, "strike": row.id}
    record(now.id, "strike.counted", unit.id, **facts)
    _follow(bearers, {unit: [row]}, numbers, at, looked_at=True)
    return row.id


def _forbidding(decided: DecisionRecord, unit: Unit, clause_id: str) -> Clause:
    """Return the clause that a person may count a decision under, against a unit."""
    if decided.organisation != unit.organisation:
        raise SekishoError("another_organisation", _ANOTHER)
    clause = (pack := _Packs().of(decided)) and pack.clause(clause_id)
    if not clause or clause.part is not Part.STANDARD:
        raise SekishoError("clause_forbids_nothing", _FORBIDS_NOTHING.format(clause=clause_id))
    if Strike.objects.filter(decision=decided.id, voided_at=None).exists():
        raise SekishoError("struck_already", _STRUCK)
    return clause


def _acted(decision: DecisionRecord) -> bool:
    return decision.action in ACTED or any(ground.outcome == EXCEPTED for ground in decision.grounds)


def _count(found: Sequence[tuple[DecisionRecord, Violation]], numbers: LadderView, at: datetime) -> None:
    units = {
        decision.id: unit_of(decision.organisation, decision.key, decision.end_user) for decision, _ in found
    }
    bearers = locked(units.values(), at)
    spares = _Exceptions()
    rows = [_row(decision, violation, bearers[units[decision.id]], spares) for decision, violation in found]
    known = set(Strike.objects.filter(decision__in=units, voided_at=None).values_list("decision", flat=True))
    fresh: dict[Unit, list[Strike]] = defaultdict(list)
    for row in rows:
        if row.decision not in known:
            fresh[units[row.decision]].append(row)
    Strike.objects.bulk_create([row for each in fresh.values() for row in each])
    _follow(bearers, fresh, numbers, at)


def _follow(
    bearers: dict[Unit, Bearer],
    fresh: dict[Unit, list[Strike]],
    numbers: LadderView,
    at: datetime,
    *,
    looked_at: bool = False,
) -> None:
    """Reckon the units that bear new strikes and weigh them, and then their organisations."""
    for unit, rows in fresh.items():
        counting = [row for row in rows if not row.exception]
        if counting:
            reckon_new(bearers[unit], counting, numbers.ladder)
            now = weigh(bearers[unit], at, numbers)
            if (hard := [row for row in counting if row.hard]) and not looked_at:
                have_looked_at(bearers[unit], hard[-1], now, at)
    weigh_organisations(fresh, bearers, numbers, at)


def weigh_organisations(
    units: Iterable[Unit],
    bearers: dict[Unit, Bearer],
    numbers: LadderView,
    at: datetime,
    *,
    rises: bool = True,
) -> None:
    """Weigh the organisations of these units, once each, after the units themselves."""
    for organisation in sorted({unit.organisation for unit in units}):
        weigh(bearers[Unit(UnitKind.ORGANISATION, organisation, organisation)], at, numbers, rises=rises)


def _row(decision: DecisionRecord, violation: Violation, bearer: Bearer, exceptions: _Exceptions) -> Strike:
    ground = violation.ground
    exception = "" if violation.hard else exceptions.spare(decision, ground.clause)
    return Strike(
        id=new_id("stk"),
        decision=decision.id,
        bearer=bearer,
        key=decision.key,
        at=decision.at,
        clause=ground.clause,
        severity=int(ground.severity),
        confidence=min(1.0, max(0.0, ground.score)),
        weight=violation.weight,
        hard=violation.hard,
        text=decision.input_digest,
        by=AUTOMATION.id,
        exception=exception or (EXCEPTED if violation.excepted else ""),
        last_at=decision.at,
    )


def _declared_use(key: str) -> Audience:
    try:
        return Audience(accounts.key(AUTOMATION, key).declaration.use_case.value)
    except NotFoundError:
        return Audience.GENERAL


class _Exceptions:
    """Contract exceptions, by the moment of the decision. An organisation that never had one is asked about once."""

    def __init__(self) -> None:
        self._ever: dict[str, bool] = {}

    def spare(self, decision: DecisionRecord, clause: str) -> str:
        """Return the id of the exception that was in effect and spares the decision, or nothing."""
        organisation = decision.organisation
        if organisation not in self._ever:
            self._ever[organisation] = bool(policy.exceptions(AUTOMATION, organisation))
        if not self._ever[organisation]:
            return ""
        covering = policy.exceptions_at(organisation, decision.at)
        use = _declared_use(decision.key)
        spared = (
            one.id
            for one in covering
            if clause in one.clauses and one.covers(organisation, decision.key, use, decision.at)
        )
        return next(spared, "")


class _Packs:
    """The versions that decisions cite, each asked for once; the one in force where a version is not known here."""

    def __init__(self) -> None:
        self._known: dict[str, Pack | None] = {}

    def of(self, decision: DecisionRecord) -> Pack | None:
        label = floor_label(decision.pack)
        if label not in self._known:
            self._known[label] = self._asked(label, decision.at)
        return self._known[label]

    @staticmethod
    def _asked(label: str, at: datetime) -> Pack | None:
        try:
            return policy.version(AUTOMATION, label).pack
        except NotFoundError:
            return policy.version_at(at)


_STRUCK = Text(
    "This decision counts already. Look at the unit's strikes.",
    "この決定はすでに違反として数えられています。対象の違反一覧をご確認ください。",
)
_FORBIDS_NOTHING = Text(
    "`{clause}` is not a standard of the policy that judged this, so nothing can be counted under it. Choose one "
    "of the standards.",
    "`{clause}` は、この決定に用いられたポリシーの利用基準ではないため、違反として数えられません。"
    "利用基準から選んでください。",
)
_ANOTHER = Text(
    "The decision is about another organisation's request. Choose the unit that made it.",
    "この決定は別の組織のリクエストに関するものです。そのリクエストを行った対象を選んでください。",
)
