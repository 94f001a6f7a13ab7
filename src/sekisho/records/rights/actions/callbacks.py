"""The outbox of callbacks (OpenDSR, section 8.5): claimed, signed and sent as webhooks are, to public addresses."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta

from django.db import transaction

from sekisho.records.rights.actions import telling
from sekisho.records.rights.actions.signing import signed_headers
from sekisho.records.rights.models import Callback
from sekisho.records.rights.queries.requests import view_of
from sekisho.records.rights.rules.controllers import STATUSES
from sekisho.records.rights.statuses import status_of
from sekisho.records.rights.types import RequestState
from sekisho.webhooks.rules.retries import Again, after_failure
from sekisho.webhooks.types import Answer, Parcel

LEASE = timedelta(seconds=60)
"""How long whoever sends has for it; longer than every deadline of `webhooks.sending` together."""
WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given_up"


def claim(at: datetime, most: int = 16) -> tuple[Parcel, ...]:
    """Take what is due, ready to be sent. Several workers may ask at once; who falls leaves it due again."""
    due = Callback.objects.filter(sent=WAITING, due_at__lte=at).select_related("request", "request__bundle")
    taken = []
    for row in due.order_by("due_at", "id")[:most]:
        mine = Callback.objects.filter(id=row.id, sent=WAITING, due_at=row.due_at)
        if mine.update(due_at=at + LEASE, sendings=row.sendings + 1):
            taken.append(_parcel(row))
    return tuple(taken)


@transaction.atomic
def note(callback_id: str, answer: Answer, at: datetime, chance: float | None = None) -> str:
    """Note what came of a sending, and return how it stands."""
    row = Callback.objects.select_for_update().filter(id=callback_id).first()
    if row is None or row.sent != WAITING:
        return GIVEN_UP
    if answer.is_success:
        row.sent = DELIVERED
    else:
        roll = random.random() if chance is None else chance  # noqa: S311 - spreads load
        match after_failure(row.sendings, roll, answer.wait_s):
            case Again(wait=wait) if not answer.is_gone:
                row.due_at = at + wait
            case _:
                row.sent = GIVEN_UP
                telling.callback_given_up(row, at)
    row.save(update_fields=["sent", "due_at"])
    return row.sent


def _parcel(row: Callback) -> Parcel:
    told = status_of(view_of(row.request))
    told |= {"request_status": STATUSES[RequestState(row.state)], "status_callback_url": row.url}
    body = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    return Parcel(row.id, row.organisation, row.id, row.url, body, secrets=(), signed=signed_headers(body))
