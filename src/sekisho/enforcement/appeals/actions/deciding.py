"""Deciding an appeal: outcome, undoing, notice, webhook and audit entry, in one transaction or not at all (P-062)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.enforcement.appeals import matters, queries, words
from sekisho.enforcement.appeals.actions.parts import (
    follow_token,
    found,
    locked,
    noting_refusals,
    refusal,
    tell_appellant,
)
from sekisho.enforcement.appeals.actions.undoing import applied
from sekisho.enforcement.appeals.models import Appeal
from sekisho.enforcement.appeals.redress import redress
from sekisho.enforcement.appeals.rules.deciding import may_decide, may_find, people_needed
from sekisho.enforcement.appeals.types import About, Finding, Matter, State
from sekisho.enforcement.types import Measure, Refused
from sekisho.webhooks.actions import announce
from sekisho.webhooks.types import Kind


@dataclass(frozen=True, slots=True)
class Decided:
    """It is decided, done and told."""

    restored: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Proposed:
    """It takes a second person; the appeal is back in the queue."""


@noting_refusals
@transaction.atomic
def decide(
    actor: Viewer, appeal_id: str, finding: Finding, clock: Clock = system_clock
) -> Decided | Proposed:
    """Decide an appeal that one has on the desk.

    What follows from it is done here: a reversal undoes the strikes, measures, labels and cached verdicts as if the
    decision had never been; a change puts the milder measure in the place of the one before. The person is told, with
    reasons and redress. Raises `NotAllowedError` and `SekishoError` with the codes of `may_decide` and `may_find`,
    `not_held` and `decided_already`. When anything fails, nothing of it has happened.
    """
    now, at, row = as_of_now(actor), clock(), locked(appeal_id)
    matter = matters.matter(About(row.about), row.matter, at)
    _check(row, matter, now, finding, at)
    if _needs_a_second(row, finding):
        return _propose(row, now, at)
    _close(row, now, finding, at)
    restored = applied(now, matter, finding, row.id, at)
    Appeal.objects.filter(id=row.id).update(restored=dict(restored))
    row = found(row.id)
    _tell(row, finding, at)
    _announce(row, at)
    facts = {
        "outcome": finding.outcome,
        "clause": row.clause,
        "matter": row.matter,
        "unfounded": finding.unfounded,
    }
    record(now.id, "appeal.decided", row.id, organisation=row.organisation, **facts, **restored)
    return Decided(restored)


def _check(row: Appeal, matter: Matter, actor: Viewer, finding: Finding, at: datetime) -> None:
    answers = (
        may_decide(queries.hearing(row, at), actor, queries.is_trained(actor.id, at)),
        may_find(About(row.about), finding, matter.measure, matter.until, at),
    )
    for answer in answers:
        if isinstance(answer, Refused):
            raise refusal(answer.code)


def _needs_a_second(row: Appeal, finding: Finding) -> bool:
    measure = Measure(row.measure) if row.measure else None
    return people_needed(measure, finding.outcome) > 1 and not row.proposed_by


def _propose(row: Appeal, actor: Viewer, at: datetime) -> Proposed:
    _mine(row, actor, at, state=State.PROPOSED.value, proposed_by=actor.id, held_by="", held_until=None)
    record(actor.id, "appeal.proposed", row.id, organisation=row.organisation)
    return Proposed()


def _close(row: Appeal, actor: Viewer, finding: Finding, at: datetime) -> None:
    _mine(
        row,
        actor,
        at,
        state=State.DECIDED.value,
        outcome=finding.outcome.value,
        reasons_en=finding.reasons.en.strip(),
        reasons_ja=finding.reasons.ja.strip(),
        unfounded=finding.unfounded,
        decided_by=[one for one in (row.proposed_by, actor.id) if one],
        decided_at=at,
        held_by="",
        held_until=None,
    )


def _mine(row: Appeal, actor: Viewer, at: datetime, **values: object) -> None:
    """Change the row if it is on this person's desk."""
    on_desk = Appeal.objects.filter(id=row.id, held_by=actor.id, held_until__gt=at, state=row.state)
    if not on_desk.update(**values):
        raise refusal("not_held")


def _tell(row: Appeal, finding: Finding, at: datetime) -> None:
    outcome = words.outcome_of(About(row.about), finding.outcome)
    letter = words.DECIDED_MINOR if row.for_minors else words.DECIDED
    body = words.joined(letter, row.id, outcome, finding.reasons, redress())
    key = f"decided {row.id}"
    tell_appellant(row, "appeal_decided", words.DECIDED_SUBJECT, body, key=key, at=at)


def _announce(row: Appeal, at: datetime) -> None:
    """Let the organisation's programs know of its own appeals. Those of its end users are theirs; what is undone for
    them reaches it as a restriction that is lifted."""
    if queries.is_of_organisation(row):
        data = {
            "id": row.id,
            "outcome": row.outcome,
            "clause": row.clause,
            "url": f"/appeals/{follow_token(row)}",
        }
        announce(row.organisation, Kind.APPEAL_DECIDED, data, key=f"decided {row.id}", at=at)
