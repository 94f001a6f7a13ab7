"""Cases as people open them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sekisho.accounts.types import Plan
from sekisho.base.clock import fixed_clock
from sekisho.cases import actions
from sekisho.cases.types import CaseView, Contact, Kind, Opening, Queue
from tests.cast import Cast

AT = datetime(2026, 1, 2, 3, tzinfo=UTC)
"""A Friday noon in Tokyo."""
CLOCK = fixed_clock(AT)


def opening(submission: str = "s-1", **changed: Any) -> Opening:
    """Return what is known of Aiko's question, or of another."""
    facts: dict[str, Any] = {
        "kind": Kind.SUPPORT,
        "queue": Queue.SUPPORT,
        "submission": submission,
        "subject": "請求書について",
        "text": "請求書の宛名を変えたいです。",
        "contact": Contact("aiko@example.test", True, "ja"),
        "surface": "console",
        "plan": Plan.API,
    }
    return Opening(**{**facts, **changed})


@pytest.fixture
def asked(cast: Cast) -> CaseView:
    """A case that Aiko opened for her organisation."""
    return actions.open_case(opening(requester=cast.aiko.id, organisation=cast.atelier.id), clock=CLOCK)


@pytest.fixture
def asked_by_ben(cast: Cast) -> CaseView:
    """A case that Ben opened, and that Aiko passed on."""
    return actions.open_case(
        opening(
            "s-2",
            requester=cast.ben.id,
            organisation=cast.atelier.id,
            sponsor=cast.aiko.id,
            contact=Contact("ben@example.test", True, "en"),
        ),
        clock=CLOCK,
    )
