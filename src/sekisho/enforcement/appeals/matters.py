"""What can be appealed against, gathered from the rooms in which it was decided.

A signed link stands for the permission to see the one thing that it names; so these readings ask for no viewer, and
only `queries` and `actions` of this room call them, after they have opened the link or asked for the permission.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sekisho.accounts.queries import key, not_found
from sekisho.accounts.types import UseCase, system
from sekisho.audit.queries import EntryFilter, entries
from sekisho.base.errors import NotFoundError
from sekisho.base.text import Text
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.appeals.types import About, Matter
from sekisho.enforcement.holds import queries as holds
from sekisho.enforcement.holds.types import HoldState
from sekisho.enforcement.review import queries as review
from sekisho.enforcement.rules.statements import informed_at
from sekisho.enforcement.types import DecisionRecord, Desk, RestrictionView, Unit, UnitKind
from sekisho.notices.links import Purpose, token

READER = system("appeals")
ACTED = ("modify", "hold", "block")
"""What the gate did to an answer that one may appeal against; what passed unchanged took nothing away."""
A_MOMENT = timedelta(minutes=1)
BEYOND = 200
"""How many later strikes are read past to find those that a measure rests on."""
NOT_GIVEN = (HoldState.REJECTED, HoldState.EXPIRED)
TICKET, REQUEST = "rev_", "req_"
"""Ids that only the client of one request was given: 80 random bits each, so that to know one is to be that client."""


def matter(about: About, id: str, at: datetime) -> Matter:
    """Return what is appealed against, as it is at `at`, with everybody who took part. Raises `NotFoundError`."""
    found = _OF[about](id, at)
    return replace(found, people=found.people | _took_part(found), concerns_minors=_concerns_minors(found))


def of_request(id: str, at: datetime) -> Matter:
    """Return what was decided about the request with this id, the first that took something away."""
    found = [one for one in enforcement.decisions_of_turn(READER, id) if one.action in ACTED]
    if not found:
        raise not_found("decision_not_found")
    return matter(About.DECISION, found[0].id, at)


def _of_statement(id: str, at: datetime) -> Matter:
    view = enforcement.statement(READER, id)
    return Matter(
        About.RESTRICTION,
        view.statement_id,
        informed_at(view, at),
        view.statement.facts,
        view.unit,
        view.measure,
        view.lifted_at or view.until,
        view.clause,
        view.statement.policy,
        restriction=view.id,
        decisions=_beneath(view),
        was_automatic=view.statement.was_decided_automatically,
        people=frozenset(one for one in view.imposed_by if one.startswith("usr_")),
    )


def _beneath(view: RestrictionView) -> tuple[str, ...]:
    """Return the decisions whose strikes it rests on, oldest first; none for one that people took by themselves."""
    rests_on = set(view.strikes)
    found = enforcement.strikes(READER, view.unit, limit=len(rests_on) + BEYOND) if rests_on else ()
    return tuple(one.decision for one in reversed(found) if one.id in rests_on)


def _of_decision(id: str, at: datetime) -> Matter:
    """Everything that was taken away in its request is one matter: who appeals means the answer, not its stage."""
    decision = enforcement.decision(READER, id)
    together = [one for one in enforcement.decisions_of_turn(READER, decision.turn) if one.action in ACTED]
    if decision.shadow or decision not in together:
        raise not_found("decision_not_found")
    return Matter(
        About.DECISION,
        together[0].id,
        decision.at,
        FACTS[decision.action],
        _unit_of(decision),
        clause=together[0].clause,
        pack=decision.pack,
        decisions=tuple(one.id for one in together),
        was_automatic=True,
    )


def _unit_of(decision: DecisionRecord) -> Unit:
    if decision.end_user:
        return Unit(UnitKind.END_USER, decision.end_user, decision.organisation)
    return Unit(UnitKind.KEY, decision.key, decision.organisation)


FACTS = {
    "block": Text(
        "A request was stopped, or its answer withheld, because of the usage policy.",
        "利用ポリシーに基づき、リクエストが止められたか、回答が提供されませんでした。",
    ),
    "modify": Text(
        "Part of an answer was masked or corrected because of the usage policy.",
        "利用ポリシーに基づき、回答の一部が伏せられたか修正されました。",
    ),
    "hold": Text(
        "An answer was held back until a qualified person had looked at it.",
        "有資格者が確認するまで、回答の提供が保留されました。",
    ),
}
NOT_RELEASED = Text(
    "An answer was held for a qualified person, and was not released.",
    "有資格者の確認を待っていた回答が、提供されませんでした。",
)


def _of_hold(id: str, at: datetime) -> Matter:
    """A held answer that was rejected, or for which nobody was found in time."""
    view = holds.hold(READER, id, at)
    if view.state not in NOT_GIVEN or view.decided_at is None:
        raise not_found("hold_not_found")
    kind = UnitKind.END_USER if view.end_user else UnitKind.KEY
    return Matter(
        About.HOLD,
        view.id,
        view.decided_at,
        NOT_RELEASED,
        Unit(kind, view.end_user or view.key, view.organisation),
        clause=view.domain,
        pack=view.policy,
        decisions=_held_with(view.turn),
        people=frozenset({view.claimed_by} - {""}),
    )


def _held_with(turn: str) -> tuple[str, ...]:
    return tuple(one.id for one in enforcement.decisions_of_turn(READER, turn) if one.action == "hold")


def _of_report(id: str, at: datetime) -> Matter:
    """A report on which nothing was done. What was reported, and by whom, stays with the case."""
    state = review.report_state(token(Purpose.REPORT, id, at + A_MOMENT), at)
    if not state.appeal or state.closed_at is None:
        raise not_found("report_not_found")
    return Matter(About.REPORT, id, state.closed_at, NOT_ACTED_ON)


_OF: Mapping[About, Callable[[str, datetime], Matter]] = {
    About.RESTRICTION: _of_statement,
    About.DECISION: _of_decision,
    About.HOLD: _of_hold,
    About.REPORT: _of_report,
}
NOT_ACTED_ON = Text(
    "A report was looked at, and nothing was done.", "通報を確認した結果、対応は行われませんでした。"
)


# --- who took part ------------------------------------------------------------------------------------------------
def _took_part(found: Matter) -> frozenset[str]:
    """Return everybody whom the audit log names as having acted on it: who imposed, confirmed, labelled, reviewed.

    The log is asked because every room writes it: one that is built tomorrow is counted too. To have read
    something is not to have taken part, and the desk's own work on appeals is judged by `people` of the appeal.
    """
    subjects = {found.id, found.restriction, *found.decisions} - {""}
    reviewed = frozenset[str]().union(*(review.took_part(READER, subject) for subject in subjects))
    return (
        reviewed
        | _counted(found.decisions)
        | frozenset(
            leaf.actor
            for subject in subjects
            for leaf in entries(READER, EntryFilter(subject=subject))
            if leaf.actor.startswith("usr_")
            and not leaf.action.endswith(".read")
            and not leaf.action.startswith("appeal.")
            and leaf.facts.get("desk") != Desk.APPEAL.value
        )
    )


def _counted(decisions: tuple[str, ...]) -> frozenset[str]:
    """Return who counted the strikes that rest on the decisions."""
    found = (enforcement.strike_of(READER, id) for id in decisions)
    return frozenset(one.by for one in found if one is not None and one.by.startswith("usr_"))


def _concerns_minors(found: Matter) -> bool:
    """Return whether it happened with a key that was declared for a product for minors (P-031)."""
    keys = {enforcement.decision(READER, id).key for id in found.decisions[:1]}
    if found.unit and found.unit.kind is UnitKind.KEY:
        keys.add(found.unit.id)
    return any(_is_for_minors(key) for key in keys)


def _is_for_minors(key_id: str) -> bool:
    try:
        return key(READER, key_id).declaration.use_case is UseCase.MINORS
    except NotFoundError:  # such as that of a demonstration, which was never kept
        return False
