"""The calendar of data use: from its file to a value (R-DATA-018, R-DATA-124). No Django."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files

import msgspec
import yaml

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.records.types import Calendar

SHIPPED = "2025-08-28.yaml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1)}


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    version: str
    effective_at: datetime
    programme_start: datetime
    choice_deadline: datetime
    partner_lapse: str
    exported_copies: str
    recall: str
    standard: str
    allowed: str
    grace: str
    backlog: str
    feedback: str
    tickets: str
    safety_unconfirmed: str
    safety_confirmed: str
    metadata: str
    rows: str
    content_backups: str
    key_backups: str
    largest_step: str
    hold_review: str
    export_link: str
    request_due: str
    provider_review: str
    notice: str


@cache
def shipped() -> Calendar:
    """Return the first version of the calendar, which comes with every release: those that followed it here were put in
    force by people of this installation."""
    return parse(shipped_document())


@cache
def shipped_document() -> bytes:
    """Return the first version as a file."""
    return files("sekisho.records.calendars").joinpath(SHIPPED).read_bytes()


@lru_cache(maxsize=64)
def parse(data: bytes) -> Calendar:
    """Return the calendar that the YAML in `data` states. Raises `SekishoError` (`calendar_unreadable`), which says
    what is wrong."""
    try:
        file = msgspec.convert(yaml.safe_load(data), _File)
        return _calendar(file)
    except (yaml.YAMLError, msgspec.ValidationError, ValueError) as problem:
        raise SekishoError("calendar_unreadable", _UNREADABLE.format(problem=str(problem)[:300])) from problem


def _calendar(file: _File) -> Calendar:
    if not _NAME.fullmatch(file.version):
        raise ValueError(
            "a version is named by up to 40 letters, digits, dots and hyphens, such as 2025-08-28"
        )
    for moment in (file.effective_at, file.programme_start, file.choice_deadline):
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone, such as 2025-08-28T00:00:00Z")
    return Calendar(
        version=file.version,
        effective_at=file.effective_at,
        programme_start=file.programme_start,
        choice_deadline=file.choice_deadline,
        standard=_span(file.standard),
        allowed_years=_count(file.allowed, "y"),
        grace=_span(file.grace),
        backlog=_span(file.backlog),
        partner_lapse_months=_count(file.partner_lapse, "mo"),
        rows=_span(file.rows),
        content_backups=_span(file.content_backups),
        key_backups=_span(file.key_backups),
        largest_step=_span(file.largest_step),
        hold_review=_span(file.hold_review),
        feedback_years=_count(file.feedback, "y"),
        safety_unconfirmed=_span(file.safety_unconfirmed),
        safety_confirmed=_span(file.safety_confirmed),
        exported_copies_years=_count(file.exported_copies, "y"),
        recall=_span(file.recall),
        metadata_months=_count(file.metadata, "mo"),
        tickets=_span(file.tickets),
        export_link=_span(file.export_link),
        request_due=_span(file.request_due),
        provider_review=_span(file.provider_review),
        notice=_span(file.notice),
    )


def _span(word: str) -> timedelta:
    unit = _UNITS.get(word[-1:])
    if unit is None or not word[:-1].isdecimal():
        raise ValueError(f"{word!r} is no duration: write days as 30d, hours as 72h")
    return int(word[:-1]) * unit


def _count(word: str, unit: str) -> int:
    number = word.removesuffix(unit)
    if number == word or not number.isdecimal():
        raise ValueError(f"{word!r} is no number of {unit}")
    return int(number)


_UNREADABLE = Text(
    "The calendar of data use cannot be read: {problem}.", "データ利用の暦を読み取れません: {problem}"
)
