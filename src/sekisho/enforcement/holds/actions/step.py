"""One change of one hold: read, asked of the rules, written if nobody was quicker, audited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission
from sekisho.audit.actions import record
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.lengths import whole
from sekisho.enforcement.holds import content
from sekisho.enforcement.holds.announcing import announce_hold
from sekisho.enforcement.holds.events import hold_changed
from sekisho.enforcement.holds.models import Hold
from sekisho.enforcement.holds.queries import held_of
from sekisho.enforcement.holds.refusals import REFUSALS, UNQUALIFIED
from sekisho.enforcement.holds.rules import Event, Held, Refused, after

SYSTEM = "system:holds"
MOST_CHARS = 100_000
"""The longest text that anybody may hand in: many times what a model answers at once."""


class Step:
    """A change that has begun. Nothing is written before `end`."""

    def __init__(self, hold_id: str, actor: str, at: datetime) -> None:
        row = Hold.objects.select_for_update().filter(id=hold_id).first()  # on SQLite, the transaction locks
        if row is None:
            raise not_found("hold_not_found")
        self.row, self.actor, self.at = row, actor, at
        self.held = held_of(row)

    def to(self, event: Event) -> None:
        """Let the event happen. Raises `NotAllowedError` for who is not qualified, `SekishoError` for what may not
        be."""
        found = after(self.held, event, self.at)
        if isinstance(found, Refused):
            raise refusal(found.code)
        self.held = found

    def parts(self) -> content.Parts:
        """Return the content. Raises `SekishoError` (`erased`) once nothing is left of it."""
        parts = content.parts_of(self.row.turn)
        if parts is None:
            raise refusal("erased")
        return parts

    def end(self, action: str, **facts: object) -> None:
        """Write the hold as it is now, unless somebody else was quicker (`changed_meanwhile`), and say so."""
        row = self.row
        mine = Hold.objects.filter(id=row.id, version=row.version)
        if not mine.update(version=row.version + 1, ended=row.ended, **columns(self.held)):
            raise refusal("changed_meanwhile")
        told = {"organisation": row.organisation, "domain": row.domain, "state": self.held.state}
        record(self.actor, action, row.id, **told, **facts)
        announce_hold(row, self.held.state, self.held.rounds, self.at)
        tell_others(row.id)


@contextmanager
def step(actor: str, hold_id: str, deed: str, at: datetime) -> Iterator[Step]:
    """Begin a change in a transaction of its own. A refusal undoes it, and leaves an audit entry."""
    try:
        with transaction.atomic():
            yield Step(hold_id, actor, at)
    except NotFoundError:
        raise
    except SekishoError as problem:
        record(actor, "hold.refused", hold_id, deed=deed, code=problem.code)
        raise


def refusal(code: str) -> SekishoError:
    if code in UNQUALIFIED:
        return NotAllowedError(code, UNQUALIFIED[code], permission=Permission.STAFF_HOLD_DECIDE)
    return SekishoError(code, REFUSALS[code])


def kept(done: bool) -> None:
    """Raise `SekishoError` (`erased`) when content could not be kept: its conversation was erased meanwhile."""
    if not done:
        raise refusal("erased")


def written(words: str) -> str:
    """Return what somebody wrote, with the line ends of text. Raises `SekishoError`: `text_missing` or
    `text_too_long`."""
    words = words.replace("\r\n", "\n").strip()
    if not words:
        raise refusal("text_missing")
    return whole(words, MOST_CHARS)


def columns(held: Held) -> dict[str, Any]:
    """Return the columns of a row that the rules decide on."""
    return {
        "state": held.state.value,
        "counts_from": held.counts_from,
        "due_at": held.due_at,
        "expires_at": held.expires_at,
        "by": held.by,
        "lease_until": held.lease_until,
        "rounds": held.rounds,
        "reminded_at": held.reminded_at,
        "escalated_at": held.escalated_at,
        "decided_at": held.decided_at,
    }


def tell_others(hold_id: str) -> None:
    """Tell webhooks and open streams, once the change is durable. What fails there undoes nothing here."""
    transaction.on_commit(partial(hold_changed.send, sender=Hold, hold=hold_id), robust=True)
