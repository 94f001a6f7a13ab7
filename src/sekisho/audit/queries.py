"""Read the audit log. Staff with the permission read it all; nobody else reads any of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sekisho.audit.chain import EMPTY, OTHER_THAN_KEPT, Broken, Head, Leaf, Verified, follows, head_line, line
from sekisho.audit.models import AuditEntry, AuditHead, AuditReceipt
from sekisho.audit.pseudonyms import known_pseudonym
from sekisho.base.errors import NotAllowedError
from sekisho.base.text import Text

PAGE = 100
READERS = frozenset({"operator", "privacy"})
"""Staff roles that hold `staff:audit:read`. The rule that grants it stands a floor above; a test compares the
two."""


class Viewer(Protocol):
    """What is asked of `accounts.types.Viewer`, which stands a floor above."""

    @property
    def is_system(self) -> bool: ...

    @property
    def staff(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """That there is one; `receipts.document` gives it in full."""

    id: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries to show. Empty fields do not narrow."""

    actor: str = ""
    action: str = ""
    subject: str = ""


EVERYTHING = EntryFilter()


def entries(
    viewer: Viewer, wanted: EntryFilter = EVERYTHING, *, before: int | None = None, limit: int = PAGE
) -> tuple[Leaf, ...]:
    """Return entries, newest first. `before` is the last number of the page before. Raises
    `NotAllowedError`."""
    _allowed(viewer)
    exact: Mapping[str, str] = {"actor": wanted.actor, "action": wanted.action, "subject": wanted.subject}
    rows = AuditEntry.objects.filter(**{name: value for name, value in exact.items() if value})
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return tuple(row.leaf for row in rows.order_by("-seq")[:limit])


def deeds(
    actions: Collection[str], *, before: int | None = None, since: int = 0, limit: int = PAGE
) -> tuple[Leaf, ...]:
    """Return entries of these kinds, newest first, with numbers between `since` and `before` (both excluded). For rooms
    above, which show a person what was done with what is theirs and nothing else: no viewer asks."""
    rows = AuditEntry.objects.filter(action__in=actions, seq__gt=since)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return tuple(row.leaf for row in rows.order_by("-seq")[:limit])


def export_lines(viewer: Viewer) -> Iterator[str]:
    """Yield the whole log as JSON Lines for `chain.verify`, oldest first, the head last. Raises
    `NotAllowedError`."""
    _allowed(viewer)
    return _lines()


def head() -> Head:
    """Return the head to keep elsewhere. No viewer asks: it says nothing of what was done."""
    row = AuditHead.objects.filter(id=1).first()
    return Head(row.seq, row.digest) if row else EMPTY


def verify_database(kept: Head | None = None) -> Verified | Broken:
    """Return whether the log in the database is whole and unaltered and, if given, contains the head
    `kept`."""
    reached = EMPTY
    for row in AuditEntry.objects.order_by("seq").iterator():
        step = follows(row.leaf, row.digest, reached)
        if isinstance(step, Text):
            return Broken(reached.seq + 1, step)
        reached = step
        if kept is not None and reached.seq == kept.seq and reached != kept:
            return Broken(reached.seq, OTHER_THAN_KEPT.format(seq=kept.seq))
    if reached != head() or (kept is not None and reached.seq < kept.seq):
        return Broken(
            reached.seq + 1,
            Text(
                f"The log ends at entry {reached.seq}: its tail is missing.",
                f"ログは記録 {reached.seq} で終わっています。最後の部分が失われています。",
            ),
        )
    return Verified(reached)


def receipts_of(subject: str) -> tuple[Receipt, ...]:
    """Return the receipts about a subject (an id, or `organisation/name`), newest first. Whose they are, and who may
    have them, is the caller's to say; `receipts.document` gives each in full."""
    name = known_pseudonym(subject)
    rows = AuditReceipt.objects.filter(subject=name).order_by("-at", "-id") if name else ()
    return tuple(Receipt(row.id, row.kind, row.at) for row in rows)


def _lines() -> Iterator[str]:
    """Yield up to the head as it was at the start, so that entries written meanwhile do not tear the
    export."""
    end = head()
    for row in AuditEntry.objects.filter(seq__lte=end.seq).order_by("seq").iterator():
        yield line(row.leaf) if row.digest == row.leaf.digest else _as_found(row)
    yield head_line(end)


def _as_found(row: AuditEntry) -> str:
    """Return a row that was altered with the digest that it carries, so that the verifier finds it too."""
    return line(row.leaf).replace(row.leaf.digest, row.digest)


def _allowed(viewer: Viewer) -> None:
    if not viewer.is_system and not (viewer.staff & READERS):
        raise NotAllowedError("audit_not_allowed", _NOT_ALLOWED, permission="staff:audit:read")


_NOT_ALLOWED = Text(
    "The audit log is open to operators and privacy staff only. Ask one of them.",
    "監査ログを閲覧できるのは運用担当者とプライバシー担当者だけです。担当者にご依頼ください。",
)
