"""Answering a case: what is sent is what a person saw and sent, and the case goes on from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from sekisho.accounts.types import Viewer
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Lang
from sekisho.cases.actions import change_state, write
from sekisho.cases.actions.parts import for_staff
from sekisho.cases.desk.actions.holding import taken
from sekisho.cases.desk.models import Draft
from sekisho.cases.desk.words import refusal
from sekisho.cases.rules.states import SETTLED
from sekisho.cases.types import Enclosure, MessageView, Reach, State, Voice

_THEN = {
    State.WAITING_FOR_ACTOR: "answered",
    State.WAITING_INTERNAL: "answered, and somebody here goes on",
    State.SOLVED: "answered, and solved",
}
"""The reason that the history keeps for the step that an answer takes along."""


@transaction.atomic
def answer(
    actor: Viewer,
    case_id: str,
    text: str,
    *,
    submission: str,
    reach: Reach = Reach.EVERYBODY,
    then: State | None = State.WAITING_FOR_ACTOR,
    cited: Sequence[str] = (),
    enclosures: Sequence[Enclosure] = (),
    entitlements: Mapping[str, object] | None = None,
    translated_from: Lang | None = None,
    clock: Clock = system_clock,
) -> MessageView:
    """Send an answer, and let the case go on in the state `then` (None: as it is). One's drafts of it are gone.

    The case comes onto one's desk if nobody has it. Raises what `cases.actions.write` and `change_state` raise, and
    `SekishoError`: `held_by_other`, `is_settled`.
    """
    (now, row), at = for_staff(actor, case_id), clock()
    if State(row.state) in SETTLED:
        raise refusal("is_settled")
    taken(now, row, at)
    said = write(
        now, case_id, Voice.STAFF, text, reach=reach, cited=cited, enclosures=enclosures, submission=submission,
        entitlements=entitlements, translated_from=translated_from, clock=lambda: at,
    )  # fmt: skip
    if then is not None:
        change_state(now, case_id, then, _THEN.get(then, "answered"), clock=lambda: at)
    Draft.objects.filter(case=row, by=now.id).delete()
    return said


def note(
    actor: Viewer, case_id: str, text: str, *, submission: str, clock: Clock = system_clock
) -> MessageView:
    """Leave a note for colleagues. It reaches nobody else."""
    return write(actor, case_id, Voice.STAFF, text, reach=Reach.STAFF, submission=submission, clock=clock)
