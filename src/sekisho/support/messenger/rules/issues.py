"""Which issues are offered to whom, what each still asks for, and whether the details are in order. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sekisho.base.lengths import too_long
from sekisho.base.text import Text
from sekisho.support.messenger.rules.loading import load
from sekisho.support.messenger.types import Field, FieldKind, Issue, Known
from sekisho.support.types import Channel, Entitlements, Surface

ISSUES: tuple[Issue, ...] = load()
BY_ID: Mapping[str, Issue] = MappingProxyType({one.id: one for one in ISSUES})
FOR_EVERYBODY = frozenset({Channel.LOCKED_OUT, Channel.REGULATORY, Channel.SAFETY, Channel.APPEAL})
"""Issues that people answer whatever the plan: on the first level, for every actor (R-SUP-061)."""
LINE_CHARS, LONG_CHARS = 300, 5_000
"""Of a detail. Our decision: a page of text; files go with the mail that follows."""


def offered(open_channels: Entitlements, surface: Surface, *, is_signed_in: bool) -> tuple[Issue, ...]:
    """Return the issues of this surface whose channel is open, in their order (R-SUP-019)."""
    return tuple(one for one in ISSUES if _is_offered(one, open_channels, surface, is_signed_in))


def _is_offered(one: Issue, found: Entitlements, surface: Surface, is_signed_in: bool) -> bool:
    if one.people in FOR_EVERYBODY and not one.signed_in_only:
        return True
    return (
        surface in one.surfaces and found.of(one.channel).is_open and (is_signed_in or not one.signed_in_only)
    )


def asked(issue: Issue, known: frozenset[Known]) -> tuple[Field, ...]:
    """Return the details still to be asked for: what the session knows is left out (R-SUP-020)."""
    return tuple(one for one in issue.fields if one.known is Known.NOTHING or one.known not in known)


@dataclass(frozen=True, slots=True)
class Details:
    """What was filled in, in order. Optional details that were left empty are absent."""

    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Faulty:
    """What is wrong, by name of the field."""

    problems: Mapping[str, Text]


def checked(fields: tuple[Field, ...], said: Mapping[str, str]) -> Details | Faulty:
    """Return the details that were said, or what is wrong with them. Names that are not asked for are dropped."""
    values = {one.name: said.get(one.name, "").strip() for one in fields}
    problems = {one.name: problem for one in fields if (problem := _problem(one, values[one.name]))}
    if problems:
        return Faulty(problems)
    return Details({name: value for name, value in values.items() if value})


def _problem(field: Field, value: str) -> Text | None:
    if not value:
        return None if field.is_optional else MISSING
    if len(value) > (most := most_of(field)):
        return too_long(value, most)
    if field.kind is FieldKind.CHOICE and value not in {one.value for one in field.options}:
        return NOT_OFFERED
    if field.kind is FieldKind.DATE and not _is_day(value):
        return NO_DAY
    return None


def most_of(field: Field) -> int:
    """Return how many characters a detail may have."""
    return LONG_CHARS if field.kind is FieldKind.LONG else LINE_CHARS


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


MISSING = Text("Please fill this in.", "入力してください。")
NOT_OFFERED = Text("Please choose one of the answers.", "選択肢から選んでください。")
NO_DAY = Text("Please write the day as year-month-day.", "日付は「年-月-日」の形で入力してください。")
