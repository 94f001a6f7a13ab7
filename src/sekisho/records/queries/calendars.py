"""Versions of the calendar of data use: as they are in force, verified, and as people look at them.

The first version comes with the release. Those that follow it lie in the database, each signed by the installation with
all that matters about it and with the digest of the one that it replaces. A row that does not verify, or one that is
missing in between, is never believed: then the strictest numbers of all versions that do verify hold (R-DATA-124).
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer, system
from sekisho.audit import queries as audit
from sekisho.base.errors import SekishoError
from sekisho.records.calendar import parse, shipped, shipped_document
from sekisho.records.keystore.queries import signing_public_keys
from sekisho.records.models import CalendarVersion
from sekisho.records.rules import changed, in_force, lineage, loosened, strictest
from sekisho.records.types import Calendar

log = logging.getLogger(__name__)

ACTIVATED = "calendar.activated"
"""What the audit log calls that a version was put in force."""


class State(StrEnum):
    """How far a version has come."""

    WAITING = "waiting"
    """For a second person, as it lengthens something."""
    SCHEDULED = "scheduled"
    """Approved; its time is yet to come."""
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REFUSED = "refused"
    """It does not verify."""


@dataclass(frozen=True, slots=True)
class Change:
    """One number in which a version differs from the one before."""

    name: str
    old: object
    new: object
    loosens: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version as the staff see it."""

    version: str
    state: State
    calendar: Calendar | None
    """None for one that does not verify: nothing in it is believed."""
    changes: tuple[Change, ...]
    document: str
    proposed_by: str
    """Empty for the first, which comes with the release."""
    proposed_at: datetime | None
    approved_by: str
    effective_at: datetime | None

    @property
    def loosens(self) -> bool:
        return any(one.loosens for one in self.changes)


def calendar_at(at: datetime) -> Calendar:
    """Return the version of the calendar that is in force at the moment `at`, with those that it replaced.

    Where a row does not verify, every number is the strictest of those that do.
    """
    known, is_sound = _known()
    found = in_force(known, at)
    if is_sound:
        return found
    return replace(
        strictest(lineage(known)), version=found.version, effective_at=found.effective_at, before=found
    )


def is_sound() -> bool:
    """Return whether every version that was ever put in force is there and verifies.

    While it is not, nobody reads what the strictest numbers forbid, but nothing is materialised either: what is
    destroyed because of a damaged row could not be had back once the row is mended.
    """
    return _known()[1] and not missing()


def newest() -> Calendar:
    """Return the last version that was put in force, which may be yet to come, with those that it replaced."""
    return _known()[0]


def versions(viewer: Viewer, at: datetime) -> tuple[VersionView, ...]:
    """Return all versions, newest first. Raises `NotFoundError` for whom they do not concern."""
    if not may(viewer, Permission.STAFF_RETENTION_READ):
        raise not_found("page_not_found")
    current = in_force(newest(), at).version
    found = [_first(current)]
    keys = tuple(signing_public_keys())
    before = shipped()
    for row in _rows():
        calendar = _verified(row, keys)
        found.append(_view(row, calendar, before, current, at))
        before = calendar or before
    waiting = CalendarVersion.objects.filter(effective_at=None).order_by("proposed_at", "id")
    found += [_waiting(row, before) for row in waiting]
    return tuple(reversed(found))


def version(viewer: Viewer, name: str, at: datetime) -> VersionView:
    """Return one version. Raises `NotFoundError` for one that there is not."""
    for view in versions(viewer, at):
        if view.version == name:
            return view
    raise not_found("calendar_not_found")


def changes(old: Calendar, new: Calendar) -> tuple[Change, ...]:
    """Return in which numbers the new version differs, and which of them it makes less strict."""
    loose = loosened(old, new)
    return tuple(
        Change(name, getattr(old, name), getattr(new, name), name in loose) for name in changed(old, new)
    )


def missing() -> tuple[str, ...]:
    """Return the versions that were put in force, as the audit log knows, and that are not there any more."""
    entries = audit.entries(system("calendar"), audit.EntryFilter(action=ACTIVATED))
    there = {row.version for row in _rows()}
    return tuple(sorted({one.subject for one in entries} - there))


def digest_of(document: str | bytes) -> str:
    """Return the digest by which a version names the one that it replaces."""
    data = document.encode() if isinstance(document, str) else document
    return hashlib.sha256(data).hexdigest()


def signed_bytes(row: CalendarVersion) -> bytes:
    """Return what is signed of a row: all of it that bears on what is in force and who answers for it."""
    assert row.effective_at is not None  # nothing is signed before it is approved
    facts = {
        "format": 1,
        "version": row.version,
        "document": row.document,
        "proposed_by": row.proposed_by,
        "approved_by": row.approved_by,
        "effective_at": row.effective_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "before": row.before,
    }
    return b"calendar of data use " + json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()


def _known() -> tuple[Calendar, bool]:
    """All versions that verify, as a chain, and whether nothing was refused or is missing."""
    rows = list(CalendarVersion.objects.order_by("effective_at", "id"))
    signed = [row for row in rows if row.effective_at is not None]
    is_sound = not any(row.signature for row in rows if row.effective_at is None)  # it had been in force
    found, before = shipped(), digest_of(shipped_document())
    keys = tuple(signing_public_keys()) if signed else ()
    for row in signed:
        calendar = _verified(row, keys)
        is_sound = is_sound and calendar is not None and row.before == before
        before = digest_of(row.document)
        if calendar is not None:
            found = replace(calendar, before=found)
    return found, is_sound


def _rows() -> list[CalendarVersion]:
    return list(CalendarVersion.objects.exclude(effective_at=None).order_by("effective_at", "id"))


def _verified(row: CalendarVersion, keys: Sequence[bytes]) -> Calendar | None:
    """The row's calendar, from the moment on at which it was put in force; None if it does not verify."""
    if not _is_signed(signed_bytes(row), bytes(row.signature), tuple(keys)):
        return None
    try:
        found = parse(row.document.encode())
    except SekishoError:
        return None
    assert row.effective_at is not None  # as in `signed_bytes`
    return replace(found, effective_at=row.effective_at)


@lru_cache(maxsize=256)
def _is_signed(data: bytes, signature: bytes, keys: tuple[bytes, ...]) -> bool:
    """Whether one of the keys signed it. Asked once for each answer: what is refused is logged once a process."""
    for key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
        except InvalidSignature:
            continue
        return True
    log.error("calendar.refused")
    return False


def _first(current: str) -> VersionView:
    state = State.IN_FORCE if current == shipped().version else State.REPLACED
    first = shipped()
    return VersionView(
        first.version, state, first, (), shipped_document().decode(), "", None, "", first.effective_at
    )


def _view(
    row: CalendarVersion, calendar: Calendar | None, before: Calendar, current: str, at: datetime
) -> VersionView:
    if calendar is None:
        state = State.REFUSED
    elif calendar.effective_at > at:
        state = State.SCHEDULED
    else:
        state = State.IN_FORCE if calendar.version == current else State.REPLACED
    told = changes(before, calendar) if calendar else ()
    return VersionView(
        row.version,
        state,
        calendar,
        told,
        row.document,
        row.proposed_by,
        row.proposed_at,
        row.approved_by,
        row.effective_at,
    )


def _waiting(row: CalendarVersion, before: Calendar) -> VersionView:
    found = parse(row.document.encode())
    return VersionView(
        row.version,
        State.WAITING,
        found,
        changes(before, found),
        row.document,
        row.proposed_by,
        row.proposed_at,
        "",
        None,
    )
