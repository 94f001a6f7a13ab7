"""What the EU's database would refuse in a statement, and what in it could lead to a person. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from sekisho.cases.rules.masking import mask_text
from sekisho.compliance.eu import Attribute, Schema
from sekisho.detection.detectors import entities
from sekisho.detection.detectors.rule_detector import RuleDetector
from sekisho.detection.types import Passage

Statement = Mapping[str, object]
OURS = frozenset({"puid", "decision_ground_reference_url"})
"""Attributes that we compose of our own ids and address: what they hold leads to no person."""


def faults(row: Statement, schema: Schema) -> tuple[str, ...]:
    """Return what the database would refuse, as `attribute: what`, in the order of the schema; empty when nothing."""
    return (*_of_attributes(row, schema), *_of_the_whole(row, schema))


def personal(row: Statement) -> tuple[str, ...]:
    """Return the attributes in which something leads to a person: an address, a number, a name of an account.

    A statement is composed of codes, dates, the public policy and the citation of a law; that citation a person wrote.
    As well as a program can tell: what people call each other is not recognised.
    """
    return tuple(
        name
        for name, value in row.items()
        if name not in OURS and any(map(_leads_to_somebody, _texts(value)))
    )


def _of_attributes(row: Statement, schema: Schema) -> Iterator[str]:
    yield from (f"{name}: unknown" for name in row if name not in schema.attributes)
    for name, attribute in schema.attributes.items():
        if name not in row:
            if attribute.required:
                yield f"{name}: missing"
        else:
            yield from (f"{name}: {what}" for what in _wrong(row[name], attribute))


def _wrong(value: object, attribute: Attribute) -> Iterator[str]:
    if attribute.is_list != isinstance(value, list):
        yield "not a list" if attribute.is_list else "a list"
        return
    items = _texts(value)
    if not items or not all(items):
        yield "empty"
    for item in items:
        if attribute.one_of and item not in attribute.one_of:
            yield "unknown word"
        if attribute.most and len(item) > attribute.most:
            yield "too long"
        if attribute.pattern and not re.fullmatch(attribute.pattern, item):
            yield "not as it should look"
        if attribute.is_date and _day(item) is None:
            yield "no date"


def _of_the_whole(row: Statement, schema: Schema) -> Iterator[str]:
    if not set(schema.at_least_one) & row.keys():
        yield f"{schema.at_least_one[-1]}: missing, or one of its kind"
    for condition, needed in schema.with_value.items():
        name, _, value = condition.partition("=")
        if value in _texts(row.get(name, [])):
            yield from (f"{one}: missing" for one in needed if one not in row)
    for later, earlier in schema.not_before.items():
        ends, begins = (_day(str(row.get(name, ""))) for name in (later, earlier))
        if ends and begins and ends < begins:
            yield f"{later}: before {earlier}"


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _leads_to_somebody(text: str) -> bool:
    return mask_text(text) != text or any(True for _ in _detector().find(Passage(text)))


@lru_cache(maxsize=1)
def _detector() -> RuleDetector:
    """What finds personal data. Built when the first statement is looked at."""
    return entities.detector()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
