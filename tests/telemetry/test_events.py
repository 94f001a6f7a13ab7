"""Telemetry cannot carry content, by construction (R-DATA-181, R-DATA-182)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from enum import Enum, StrEnum
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.telemetry import events
from sekisho.telemetry.events import (
    Detecting,
    DetectorFailed,
    Ending,
    Event,
    Plane,
    ProcessStarted,
    RandomId,
    Version,
    as_member,
    is_closed,
    payload,
)

INSTALL = RandomId(0xAB)
VERSION = Version(0, 1, 0)


def descendants(event: type[Event]) -> Iterator[type[Event]]:
    for child in event.__subclasses__():
        yield child
        yield from descendants(child)


def test_the_catalogue_lists_every_event_class() -> None:
    # By name: `slots=True` makes each class twice.
    assert {event.__name__ for event in events.EVENTS} == {event.__name__ for event in descendants(Event)}


@pytest.mark.parametrize(
    ("event", "field"),
    [
        pytest.param(event, field.name, id=f"{event.__name__}.{field.name}")
        for event in events.EVENTS
        for field in fields(event)
    ],
)
def test_no_field_of_any_event_can_hold_free_text(event: type[Event], field: str) -> None:
    assert is_closed(events.KINDS[event][field])


class Loose(StrEnum):
    OTHER = "other"


class Unending(Enum):
    KNOWN = "known"


@pytest.mark.parametrize(
    "kind",
    [
        str,
        bytes,
        object,
        Any,
        int,
        float,
        dict[str, int],
        list[int],
        str | None,
        Annotated[int, "any"],
        Loose,
        Unending,
    ],
    ids=str,
)
def test_a_type_that_could_carry_text_or_grow_without_bound_is_found(kind: object) -> None:
    assert not is_closed(kind)


def test_the_payload_is_plain_values_by_name() -> None:
    assert payload(ProcessStarted(INSTALL, VERSION, Plane.GATEWAY, 120, 90)) == {
        "event": "ProcessStarted",
        "install": "000000000000000000000000000000ab",
        "version": "0.1.0",
        "plane": "gateway",
        "took": 120,
        "resident": 90,
    }


@given(st.integers())
def test_numbers_stay_within_their_bounds(took: int) -> None:
    sent = payload(DetectorFailed(INSTALL, VERSION, Detecting.JUDGE, took))["took"]
    assert sent == min(max(took, 0), 3_600_000)


@given(st.text())
def test_text_in_any_field_is_refused_and_never_turned_into_a_payload(text: str) -> None:
    smuggled: Any = text
    with pytest.raises(TypeError) as refused:
        payload(DetectorFailed(INSTALL, VERSION, smuggled, 1))
    assert str(refused.value).endswith("not str.")
    with pytest.raises(TypeError):
        payload(DetectorFailed(INSTALL, VERSION, Detecting.JUDGE, smuggled))


def test_an_unknown_word_becomes_other() -> None:
    assert as_member(Ending, "blocked") is Ending.BLOCKED
    assert as_member(Ending, "a tool of my own") is Ending.OTHER


def test_random_ids_differ() -> None:
    assert RandomId.new() != RandomId.new()
