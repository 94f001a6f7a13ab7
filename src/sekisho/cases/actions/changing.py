"""What becomes of a case: its state, its queue, who stands behind it, and what it belongs together with."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.types import Viewer
from sekisho.base.clock import Clock, system_clock
from sekisho.cases.actions.closing import tell_end
from sekisho.cases.actions.parts import for_reader, for_staff, locked, noted, put_in_place, reasoned
from sekisho.cases.models import Case, Link
from sekisho.cases.models import Clock as ClockRow
from sekisho.cases.queries.rows import seen
from sekisho.cases.rules.queues import may_move
from sekisho.cases.rules.retention import Keeping, keeping
from sekisho.cases.rules.states import SETTLED, MayNot, may_change
from sekisho.cases.types import Kind, Queue, State
from sekisho.cases.words import refusal


@transaction.atomic
def change_state(
    actor: Viewer,
    case_id: str,
    state: State,
    reason: str,
    *,
    tells: bool = True,
    clock: Clock = system_clock,
) -> None:
    """Change how far a case has come; for staff of its queue, with a reason. To the state that it has, nothing happens.

    When staff settles it, its requester is told by mail how long a reply opens it again; not if `tells` is false,
    because a letter of its own says what was decided.

    Raises `SekishoError`: `reason_missing`, and the codes of `rules.states.MayNot`.
    """
    (now, row), at = for_staff(actor, case_id), clock()
    if row.state == state.value:
        return
    said = reasoned(reason)
    running = ClockRow.objects.filter(case=row, met_at=None).exclude(regime="").exists()
    held = State(row.state)
    answer = may_change(held, state, at, settled_at=row.settled_at, legal_clock_runs=running)
    if isinstance(answer, MayNot):
        raise refusal(answer.code, held=held.value, wanted=state.value)
    row.state = state.value
    row.settled_at = (row.settled_at or at) if state in SETTLED else None
    if state in SETTLED:
        # nothing is owed on what is settled: what was promised and never given stays late in the numbers
        ClockRow.objects.filter(case=row, met_at=None, regime="").update(met_at=at)
        row.held_by, row.held_until = "", None
        if tells and held not in SETTLED:
            tell_end(row, now, at)
    noted(row, now.id, "state", held.value, state.value, said, at)
    put_in_place(row, at)


@transaction.atomic
def move(
    actor: Viewer,
    case_id: str,
    *,
    queue: Queue | None = None,
    kind: Kind | None = None,
    reason: str,
    clock: Clock = system_clock,
) -> None:
    """Put a case where it belongs. When it was received stays, and so do its clocks: a wrong form costs nobody their
    term (R-SUP-137). Raises `SekishoError`: `reason_missing`, `cannot_be_moved`."""
    (now, row), at = for_staff(actor, case_id), clock()
    said = reasoned(reason)
    to_kind, to_queue = kind or Kind(row.kind), queue or Queue(row.queue)
    is_bound = Kind(row.kind) in {Kind.AUTHORITY, Kind.APPEAL} or to_kind in {Kind.AUTHORITY, Kind.APPEAL}
    if (is_bound and to_kind.value != row.kind) or not may_move(to_kind, to_queue):
        raise refusal("cannot_be_moved")
    for what, old, new in (("kind", row.kind, to_kind.value), ("queue", row.queue, to_queue.value)):
        if old != new:
            setattr(row, what, new)
            noted(row, now.id, what, old, new, said, at)
    row.held_by, row.held_until = "", None
    row.keeping = keeping(to_kind, had_legal_clock=row.keeping == Keeping.LEGAL).value
    put_in_place(row, at)


@transaction.atomic
def set_sponsor(
    actor: Viewer,
    case_id: str,
    sponsor: str,
    *,
    reaches_requester: bool = True,
    clock: Clock = system_clock,
) -> None:
    """Let somebody stand behind a case who speaks for its organisation: answers reach them always, and the requester if
    they are let (R-SUP-056). By staff, the system, or the sponsor themselves."""
    (now, row, reader), at = for_reader(actor, case_id), clock()
    if not reader.is_staff and not (reader.speaks and now.id == sponsor):
        raise refusal("not_your_voice")
    if (row.sponsor, row.reaches_requester) == (sponsor, reaches_requester):
        return
    old, row.sponsor, row.reaches_requester = row.sponsor, sponsor, reaches_requester
    noted(row, now.id, "sponsor", old, sponsor, "", at)
    put_in_place(row, at)


@dataclass(frozen=True, slots=True)
class Linked:
    """The two belong together now."""

    is_new: bool


@transaction.atomic
def link_cases(actor: Viewer, one: str, other: str, *, clock: Clock = system_clock) -> Linked:
    """Say that two cases belong together. Neither becomes part of the other, and nobody sees more than before
    (R-SUP-063). Raises `SekishoError` (`not_related`) for one and the same, or one that the actor cannot see."""
    now, at = as_of_now(actor), clock()
    if one == other or not all(_is_staff(now, each) for each in (one, other)):
        raise refusal("not_related")
    first, second = (locked(each) for each in sorted((one, other)))
    _, is_new = Link.objects.get_or_create(one=first, other=second, defaults={"at": at, "by": now.id})
    if is_new:
        noted(first, now.id, "link", "", second.id, "", at)
        noted(second, now.id, "link", "", first.id, "", at)
    return Linked(is_new)


def _is_staff(actor: Viewer, case_id: str) -> bool:
    if not Case.objects.filter(id=case_id).exists():
        raise not_found("case_not_found")
    return seen(actor, case_id)[1].is_staff
