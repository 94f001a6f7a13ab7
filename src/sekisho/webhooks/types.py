"""Words of webhooks as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What an endpoint can be told of. Reads `noun.happened`, as the specification of Standard Webhooks asks."""

    REVIEW_RELEASED = "review.released"
    REVIEW_REJECTED = "review.rejected"
    REVIEW_FACTS_ASKED = "review.facts_asked"
    REVIEW_EXPIRED = "review.expired"
    RESTRICTION_IMPOSED = "restriction.imposed"
    RESTRICTION_LIFTED = "restriction.lifted"
    APPEAL_DECIDED = "appeal.decided"
    TEST = "webhook.test"
    """Sent on request, to the endpoint that asks for it alone."""


CHOSEN = tuple(kind for kind in Kind if kind is not Kind.TEST)
"""What an organisation chooses from when it registers an endpoint."""


class EndpointState(StrEnum):
    ACTIVE = "active"
    FAILING = "failing"
    """A delivery was given up. What comes next is still tried; one success makes it active again."""
    DISABLED = "disabled"
    """Nothing is sent, and nothing that happens meanwhile will be."""


class DeliveryState(StrEnum):
    WAITING = "waiting"
    """To be sent, or sent again."""
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    """Tried for a day without success; or the endpoint was disabled."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One time that a delivery was sent, and what came of it."""

    at: datetime
    status: int
    """HTTP status of the answer; 0 when there was none."""
    problem: str
    """Why it did not count as delivered; empty for a success. One of `rules.retries.PROBLEMS`."""
    took_ms: int


@dataclass(frozen=True, slots=True)
class EndpointView:
    """An address that an organisation registered. Never its secret."""

    id: str
    organisation: str
    url: str
    description: str
    kinds: frozenset[Kind]
    state: EndpointState
    made_at: datetime
    failing_since: datetime | None
    earlier_secret_until: datetime | None
    """Until when the secret before the last rotation signs too; None when there is only one."""


@dataclass(frozen=True, slots=True)
class DeliveryView:
    id: str
    endpoint: str
    message: str
    """Id of the message (`webhook-id`): the same however often it is sent."""
    kind: Kind
    state: DeliveryState
    happened_at: datetime
    due_at: datetime
    """When it is next sent, while it waits."""
    attempts: tuple[Attempt, ...]
    """Oldest first; of many, the last ones."""


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Some deliveries, newest first, and how to ask for the next ones."""

    deliveries: tuple[DeliveryView, ...]
    next: str
    """Hand it back as `after`; empty on the last page."""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """An endpoint's signing secret at the only moment when it can be read."""

    endpoint: EndpointView
    plain: str = field(repr=False)
    """`whsec_…`. Shown once; kept encrypted, for signing."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery, claimed and ready to be signed and sent."""

    delivery: str
    organisation: str
    message: str
    url: str
    body: bytes
    secrets: tuple[str, ...] = field(repr=False)
    """Those that sign now, newest first; empty only for what its sender has signed."""
    signed: Mapping[str, str] = field(default_factory=dict)
    """Headers of another scheme that its sender has signed the body by already, such as OpenDSR's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a parcel."""

    attempt: Attempt
    wait_s: float = 0.0
    """How long the receiver asked us to wait (`retry-after`); 0 when it did not."""

    @property
    def is_success(self) -> bool:
        return not self.attempt.problem

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more. Source: Standard Webhooks, on status 410."""
        return self.attempt.status == 410
