from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sekisho.webhooks import actions
from sekisho.webhooks.sending import Courier
from sekisho.webhooks.types import CHOSEN, NewSecret
from tests.cast import Cast
from tests.webhooks.receiver import Receiver, receiving

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def development(monkeypatch) -> None:
    """Private addresses may be called: the receiver is on this machine."""
    monkeypatch.setenv("SEKISHO_WEBHOOK_PRIVATE_TARGETS", "1")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


@pytest.fixture
def courier(request) -> Iterator[Courier]:
    made = Courier(private=True, clock=lambda: AT)
    yield made
    made.close()


@pytest.fixture
def registered(cast: Cast, development: None, receiver: Receiver) -> NewSecret:
    """Aiko's endpoint for everything, at the receiver."""
    return actions.register_endpoint(
        cast.viewer("aiko"), cast.atelier.id, receiver.url(), frozenset(CHOSEN), clock=lambda: AT
    )
