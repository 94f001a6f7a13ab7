"""How a request ends, and what goes with it."""

from __future__ import annotations

from datetime import datetime

from sekisho.records.keystore.actions import destroy_purpose_keys
from sekisho.records.rights.models import Bundle, Callback, Chunk, Request
from sekisho.records.rights.types import BundleState, RequestState


def close(row: Request, state: RequestState, at: datetime) -> None:
    """Let the request end in this state, and its controller be told."""
    row.state, row.finished_at = state.value, at
    row.save(update_fields=["state", "finished_at"])
    tell_controller(row, at)


def move(row: Request, state: RequestState, at: datetime) -> None:
    """Let the request go on to this state, and its controller be told."""
    if row.state != state:
        row.state = state.value
        row.save(update_fields=["state"])
        tell_controller(row, at)


def tell_controller(row: Request, at: datetime) -> None:
    """Put the change of state into the outbox of callbacks, in the transaction of the change: once for each address
    and state."""
    told = [
        Callback(request=row, organisation=row.organisation, url=url, state=row.state, due_at=at)
        for url in row.callbacks
    ]
    Callback.objects.bulk_create(told, ignore_conflicts=True)


def discard(row: Request, at: datetime, *, state: BundleState = BundleState.EXPIRED) -> None:
    """Destroy a bundle: its key first, so that nothing opens what is left, then the chunks."""
    bundle = Bundle.objects.filter(request=row).first()
    if bundle is None:
        return
    if bundle.key:
        destroy_purpose_keys([bundle.key], at)
    Bundle.objects.filter(request=row).update(state=state.value, wrapped=b"", link_digest="")
    Chunk.objects.filter(bundle=bundle).delete()
