"""Words of cases as plain values. No Django."""

from __future__ import annotations

from sekisho.cases.types.opening import Contact, Enclosure, Opening
from sekisho.cases.types.views import (
    CaseView,
    ChangeView,
    ClockView,
    DeliveryView,
    EnclosureView,
    MessageView,
)
from sekisho.cases.types.words import (
    DeliveryKind,
    DeliveryStatus,
    Impact,
    Kind,
    Queue,
    Reach,
    State,
    Voice,
)

__all__ = [
    "CaseView",
    "ChangeView",
    "ClockView",
    "Contact",
    "DeliveryKind",
    "DeliveryStatus",
    "DeliveryView",
    "Enclosure",
    "EnclosureView",
    "Impact",
    "Kind",
    "MessageView",
    "Opening",
    "Queue",
    "Reach",
    "State",
    "Voice",
]
