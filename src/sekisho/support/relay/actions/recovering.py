"""When nobody speaks for an organisation any more: the team looks for somebody who may (R-SUP-057)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import account_facts
from sekisho.audit.actions import record
from sekisho.base.clock import fixed_clock
from sekisho.cases.actions import open_case
from sekisho.cases.types import Kind, Opening, Queue
from sekisho.support.relay import words
from sekisho.support.relay.actions.parts import contact_of, inform
from sekisho.support.relay.models import Question
from sekisho.support.relay.queries import reachable, view_of
from sekisho.support.relay.types import State
from sekisho.support.rules.routing import first_line


@transaction.atomic
def recover(question_id: str, at: datetime) -> bool:
    """Open the recovery for a waiting question about which nobody can be asked any more; return whether it did. For
    the duty: no viewer."""
    row = Question.objects.filter(id=question_id, state=State.WAITING.value).first()
    if row is None or reachable(row.organisation):
        return False
    recover_for(row, at)
    return True


def recover_for(row: Question, at: datetime) -> None:
    """Open the case with the member's question, and tell them. It goes to who looks at proof of who somebody is: the
    member is heard, and becomes no owner by asking."""
    asked = view_of(row)
    facts = account_facts([row.organisation])
    contact = contact_of(row.asker)
    opened = open_case(
        Opening(
            kind=Kind.LOCKED_OUT,
            queue=Queue.IDENTITY,
            submission=f"relay recovery {row.id}",
            subject=first_line(asked.text),
            text=words.RECOVERY_CASE.format(question=asked.text).in_(contact.language),
            contact=contact,
            surface=row.surface,
            requester=row.asker,
            organisation=row.organisation,
            issue="ownership_recovery",
            about=row.id,
            plan=facts[0].plan if facts else None,
            entitlements=row.entitlements,
            transcript=asked.transcript,
        ),
        clock=fixed_clock(at),
    )
    row.state, row.settled_at, row.case = State.RECOVERY.value, at, opened.id
    row.save(update_fields=["state", "settled_at", "case"])
    inform(row, row.asker, "support_question_recovery", words.RECOVERY_SUBJECT, words.RECOVERY, at)
    record("system:relay", "support_question.recovery", row.id, organisation=row.organisation, case=opened.id)
