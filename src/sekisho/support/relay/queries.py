"""Reads of questions to owners: a member sees their own, who speaks for the organisation sees all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from django.db.models import QuerySet

from sekisho.accounts.queries import account_facts, members_to_tell, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import MemberView, Role, Viewer
from sekisho.cases.mail.queries import undeliverable
from sekisho.notices.queries import refused
from sekisho.support.queries import policy_in_force
from sekisho.support.relay.models import Question
from sekisho.support.relay.rules import settles
from sekisho.support.relay.types import QuestionView, State
from sekisho.support.relay.vault import key_of, open_

MOST = 200
"""Questions that are listed, newest first."""


def questions(viewer: Viewer, organisation: str) -> tuple[QuestionView, ...]:
    """Return the questions that the viewer may see, newest first, at most `MOST`. Raises `NotFoundError` for who does
    not belong to the organisation."""
    rows = _seen(viewer, organisation).order_by("-asked_at", "-id")[:MOST]
    return _shown(viewer, organisation, rows)


def question(viewer: Viewer, organisation: str, question_id: str) -> QuestionView:
    """Return one of them. Raises `NotFoundError` for what the viewer may not see."""
    row = _seen(viewer, organisation).filter(id=question_id).first()
    if row is None:
        raise not_found("question_not_found")
    return _shown(viewer, organisation, [row])[0]


def decides(viewer: Viewer, organisation: str) -> bool:
    """Return whether the viewer speaks for the organisation, and so decides on what its members ask."""
    if not may(viewer, Permission.ORG_SUPPORT_RELAY, organisation):
        return False
    role, facts = viewer.roles.get(organisation), account_facts([organisation])
    return bool(facts) and settles(role, facts[0].plan, policy_in_force())


def waiting(viewer: Viewer, organisation: str) -> int:
    """Return how many questions wait for the viewer's decision; 0 for who decides on none. Every page asks, so it costs
    members nothing and others one count."""
    rows = Question.objects.filter(organisation=organisation, state=State.WAITING.value)
    found = rows.count() if viewer.roles.get(organisation) not in (None, Role.MEMBER) else 0
    return found if found and decides(viewer, organisation) else 0


def standing(questions: Collection[str]) -> Mapping[str, tuple[State, str]]:
    """Return what became of each of these questions, and the case that it was passed on with (empty for none). For
    counting: no viewer."""
    rows = Question.objects.filter(id__in=questions).values_list("id", "state", "case")
    return {question: (State(state), case) for question, state, case in rows}


def reachable(organisation: str) -> tuple[MemberView, ...]:
    """Return who speaks for the organisation and can be reached, longest there first; for actions: no viewer.

    Accounts that were closed are not among them, nor those whose last mail came back (R-SUP-057).
    """
    facts = account_facts([organisation])
    if not facts:
        return ()
    policy = policy_in_force()
    speak = [one for one in members_to_tell(organisation) if settles(one.role, facts[0].plan, policy)]
    bounced = refused(one.email for one in speak)
    return tuple(one for one in speak if one.email not in bounced and undeliverable(one.email) is None)


def view_of(row: Question) -> QuestionView:
    key = key_of(row.key)
    return QuestionView(
        id=row.id,
        organisation=row.organisation,
        asker=row.asker,
        state=State(row.state),
        text=open_(key, row.id, "text", row.text),
        transcript=open_(key, row.id, "transcript", row.transcript),
        asked_at=row.asked_at,
        settled_at=row.settled_at,
        answer=open_(key, row.id, "answer", row.answer),
        case=row.case,
        reaches_asker=row.reaches_asker,
        is_readable=key is not None,
    )


def _shown(viewer: Viewer, organisation: str, rows: Iterable[Question]) -> tuple[QuestionView, ...]:
    """Return them as the viewer reads them: the note that went to the team is for who decides."""
    found = tuple(map(view_of, rows))
    if decides(viewer, organisation):
        return found
    return tuple(replace(one, answer="") if one.state is State.FORWARDED else one for one in found)


def _seen(viewer: Viewer, organisation: str) -> QuerySet[Question]:
    if organisation not in viewer.roles:
        raise not_found("organisation_not_found")
    rows = Question.objects.filter(organisation=organisation)
    return rows if decides(viewer, organisation) else rows.filter(asker=viewer.id)
