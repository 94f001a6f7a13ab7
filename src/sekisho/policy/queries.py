"""Reads of policy versions. Everyone may read what was announced; drafts are for staff (P-003)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotFoundError
from sekisho.base.text import Text
from sekisho.policy import lifecycle
from sekisho.policy.diff import PackDiff, diff
from sekisho.policy.lifecycle import Dates, State
from sekisho.policy.load import load
from sekisho.policy.models import PolicyVersion
from sekisho.policy.types import Pack


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version as pages and commands show it."""

    id: str
    label: str
    """`name@version`, as decisions cite it."""
    pack: Pack
    state: State
    digest: str
    proposed_by: str
    approved_by: str
    activated_at: datetime | None
    withdrawn_at: datetime | None


def versions(asks: Viewer, clock: Clock = system_clock) -> tuple[VersionView, ...]:
    """Return every version that the viewer may read, the latest to take effect first."""
    at = clock()
    rows = list(PolicyVersion.objects.order_by("-effective_at", "-proposed_at"))
    known = [dates(row) for row in rows]
    return tuple(_view(row, known, at) for row in rows if _is_readable(asks, row, at))


def version(asks: Viewer, label: str, clock: Clock = system_clock) -> VersionView:
    """Return the version cited as `name@version`. Raises `NotFoundError`, also for what may not be read."""
    for one in versions(asks, clock):
        if one.label == label:
            return one
    raise NotFoundError("policy_version_not_found", VERSION_NOT_FOUND)


def version_at(at: datetime) -> Pack | None:
    """Return the pack by which an event at the moment `at` is judged, None before the first."""
    rows = {str(row): row for row in PolicyVersion.objects.exclude(activated_at=None)}
    found = lifecycle.in_force([dates(row) for row in rows.values()], at)
    return pack_of(rows[found.label]) if found else None


def version_before(asks: Viewer, label: str, clock: Clock = system_clock) -> VersionView | None:
    """Return the readable version that took effect last before the one cited, None for the first."""
    effective_at = version(asks, label, clock).pack.effective_at
    earlier = (one for one in versions(asks, clock) if one.pack.effective_at < effective_at)
    return next((one for one in earlier if one.state is not State.DRAFT), None)


def changes(asks: Viewer, before: str | None, after: str, clock: Clock = system_clock) -> PackDiff:
    """Return what changed in `after` against `before`, or against the version before it if none is cited."""
    earlier = version(asks, before, clock) if before else version_before(asks, after, clock)
    return diff(earlier.pack if earlier else None, version(asks, after, clock).pack)


def packs_for_gateway(at: datetime) -> tuple[Pack, ...]:
    """Return every version that is or will be in force at the moment `at`, by `effective_at`; no viewer asks.

    This is what the snapshot holds. Without any the gate refuses everything.
    """
    rows = PolicyVersion.objects.exclude(activated_at=None).order_by("effective_at", "name", "version")
    known = {dates(row): row for row in rows}
    kept = (State.IN_FORCE, State.SCHEDULED)
    return tuple(pack_of(row) for one, row in known.items() if lifecycle.state_of(one, known, at) in kept)


# --- rows to values ---


def pack_of(row: PolicyVersion) -> Pack:
    return _loaded(row.source, f"{row}.yaml")


def dates(row: PolicyVersion) -> Dates:
    return Dates(str(row), row.effective_at, row.activated_at, row.withdrawn_at)


@lru_cache(maxsize=64)
def _loaded(source: str, name: str) -> Pack:
    return load(source, name)


def _view(row: PolicyVersion, known: Iterable[Dates], at: datetime) -> VersionView:
    return VersionView(
        id=row.id,
        label=str(row),
        pack=pack_of(row),
        state=lifecycle.state_of(dates(row), known, at),
        digest=row.digest,
        proposed_by=row.proposed_by,
        approved_by=row.approved_by,
        activated_at=row.activated_at,
        withdrawn_at=row.withdrawn_at,
    )


def _is_readable(asks: Viewer, row: PolicyVersion, at: datetime) -> bool:
    is_published = row.activated_at is not None and row.announced_at <= at
    return is_published or may(asks, Permission.STAFF_POLICY_READ)


VERSION_NOT_FOUND = Text(
    "There is no such version of the policy. The list of versions is under /policy/versions.",
    "この版のポリシーはありません。版の一覧は /policy/versions でご覧いただけます。",
)
