"""The schema of the EU's DSA Transparency Database, as data: what it takes of a statement of reasons."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import yaml

SCHEMA = Path(__file__).with_name("schema-v2.yaml")


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the database takes for one attribute."""

    required: bool = False
    one_of: tuple[str, ...] = ()
    """The words that it takes; of a list, those of its items."""
    is_list: bool = False
    most: int = 0
    """Most characters; 0 for no limit."""
    pattern: str = ""
    is_date: bool = False


class Schema(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the schema."""

    version: str
    source: str
    reviewed: str
    batch: int
    """Most statements in one call."""
    attributes: dict[str, Attribute]
    at_least_one: tuple[str, ...]
    """Attributes of which a statement needs one."""
    with_value: dict[str, tuple[str, ...]]
    """`attribute=value` → attributes that are needed then."""
    not_before: dict[str, str]
    """A date → the date that it may not be before."""


@cache
def schema() -> Schema:
    """Return the version of the schema that is in force."""
    return msgspec.convert(yaml.safe_load(SCHEMA.read_text("utf-8")), Schema)
