"""Write down what happened to the data of an account: the events over which the clock and eligibility are reckoned."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from sekisho.audit.actions import record
from sekisho.audit.pseudonyms import pseudonym
from sekisho.records.events import data_use_changed
from sekisho.records.models import DataEvent
from sekisho.records.queries.history import event_of
from sekisho.records.types import Event, Kind, Scope


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who did it, where, and with which words before their eyes (R-DATA-023)."""

    actor: str
    surface: str
    notice: str = ""
    notice_digest: str = ""
    language: str = ""
    previous: str = ""


def append(
    kind: Kind,
    scope: Scope,
    circumstances: Circumstances,
    *,
    at: datetime,
    days: int | None = None,
    hold: str = "",
) -> Event:
    """Add one event, with its entry in the audit log, and return it. It holds at once for all that asks the clock.

    Call it inside the transaction of the action; who may do it is the caller's to check. Gateways are told on commit,
    and turns are re-stamped by the worker. Raises `ValueError` for an allowance of nobody in particular.
    """
    _check(kind, scope)
    with transaction.atomic():
        # First the log, whose turn is held until the commit: so events become visible in the order of their numbers,
        # and who follows by number (recall) misses none that was committed late.
        record(
            circumstances.actor, f"data.{kind.value}", scope.organisation or "installation", **_named(scope)
        )
        row = DataEvent.objects.create(
            at=at, kind=kind.value, days=days, hold=hold, **asdict(scope), **asdict(circumstances)
        )
        transaction.on_commit(lambda: data_use_changed.send(sender=None, organisation=scope.organisation))
    return event_of(row)


def _named(scope: Scope) -> dict[str, str]:
    """Return what the log says of the scope; of an end user only the name that dies with them (R-DATA-253)."""
    named = {name: value for name, value in asdict(scope).items() if value}
    if scope.end_user:
        named["end_user"] = pseudonym(f"{scope.organisation}/{scope.end_user}")
    return named


_OF_ORGANISATION = frozenset({Kind.ALLOWED, Kind.PARTNER_JOINED})
_OF_MEMBER = frozenset({Kind.MEMBER_TOLD, Kind.OBJECTION_WITHDRAWN})


def _check(kind: Kind, scope: Scope) -> None:
    """What loosens says whom it is about: nothing that is empty by mistake may allow something for everybody."""
    if (kind in _OF_ORGANISATION | _OF_MEMBER and not scope.organisation) or (
        kind in _OF_MEMBER and not scope.member
    ):
        raise ValueError(f"Name the organisation, and the member where one is meant, for {kind.value}.")
