"""Reads of the policy, viewer first.

Everyone may read the versions that were announced; drafts are for staff (P-003). An overlay or an exception is
seen by its organisation's people and by staff who read the policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Q
from msgspec import convert

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotFoundError
from sekisho.base.text import Text
from sekisho.policy import lifecycle
from sekisho.policy.backtest import Report, restored
from sekisho.policy.diff import PackDiff, diff
from sekisho.policy.exceptions import ContractException
from sekisho.policy.lifecycle import Dates, State
from sekisho.policy.load import load
from sekisho.policy.models import PolicyBacktest, PolicyException, PolicyOverlay, PolicyVersion
from sekisho.policy.overlay import Overlay, floor_label
from sekisho.policy.types import Audience, Pack


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
    """Return the version cited as `name@version`, the floor beneath an overlay where one is cited with it.

    Raises `NotFoundError`, also for what may not be read.
    """
    for one in versions(asks, clock):
        if one.label == floor_label(label):
            return one
    raise NotFoundError("policy_version_not_found", VERSION_NOT_FOUND)


def version_at(at: datetime) -> Pack | None:
    """Return the pack by which an event at the moment `at` is judged, None before the first."""
    return history()(at)


def history() -> Callable[[datetime], Pack | None]:
    """Return what tells `version_at` of any moment, with the versions read once: for many moments."""
    rows = {str(row): row for row in PolicyVersion.objects.exclude(activated_at=None)}
    known = [dates(row) for row in rows.values()]

    def at(moment: datetime) -> Pack | None:
        found = lifecycle.in_force(known, moment)
        return pack_of(rows[found.label]) if found else None

    return at


def version_before(asks: Viewer, label: str, clock: Clock = system_clock) -> VersionView | None:
    """Return the readable version that took effect last before the one cited, None for the first."""
    effective_at = version(asks, label, clock).pack.effective_at
    earlier = (one for one in versions(asks, clock) if one.pack.effective_at < effective_at)
    drafts = (State.DRAFT, State.SHADOW)
    return next((one for one in earlier if one.state not in drafts), None)


def changes(asks: Viewer, before: str | None, after: str, clock: Clock = system_clock) -> PackDiff:
    """Return what changed in `after` against `before`, or against the version before it if none is cited."""
    earlier = version(asks, before, clock) if before else version_before(asks, after, clock)
    return diff(earlier.pack if earlier else None, version(asks, after, clock).pack)


def source(asks: Viewer, label: str, clock: Clock = system_clock) -> str:
    """Return the YAML of a version, as it was handed in, to whoever may read the version."""
    return PolicyVersion.objects.values_list("source", flat=True).get(id=version(asks, label, clock).id)


@dataclass(frozen=True, slots=True)
class BacktestView:
    """A backtest, as far as it has got."""

    id: str
    label: str
    begun_by: str
    begun_at: datetime
    since: datetime | None
    most: int
    after: str
    report: Report
    finished_at: datetime | None


def backtests(asks: Viewer, label: str) -> tuple[BacktestView, ...]:
    """Return the backtests of a version, the latest first. For staff who read the policy."""
    rows = PolicyBacktest.objects.filter(version_id=version(asks, label).id).select_related("version")
    if not may(asks, Permission.STAFF_POLICY_READ):
        raise not_found("policy_version_not_found")
    return tuple(map(_backtest, rows.order_by("-begun_at", "-id")))


def backtest_run(asks: Viewer, run_id: str) -> BacktestView:
    """Return one backtest. Raises `NotFoundError` also for what may not be seen."""
    row = PolicyBacktest.objects.filter(id=run_id).select_related("version").first()
    if row is None or not may(asks, Permission.STAFF_POLICY_READ):
        raise not_found("backtest_not_found")
    return _backtest(row)


def _backtest(row: PolicyBacktest) -> BacktestView:
    label = str(row.version)
    return BacktestView(
        id=row.id,
        label=label,
        begun_by=row.begun_by,
        begun_at=row.begun_at,
        since=row.since,
        most=row.most,
        after=row.after,
        report=restored(row.report, label),
        finished_at=row.finished_at,
    )


def packs_for_gateway(at: datetime) -> tuple[Pack, ...]:
    """Return every version that is or will be in force at the moment `at`, by `effective_at`; no viewer asks.

    This is what the snapshot holds. Without any the gate refuses everything.
    """
    rows = PolicyVersion.objects.exclude(activated_at=None).order_by("effective_at", "name", "version")
    known = {dates(row): row for row in rows}
    kept = (State.IN_FORCE, State.SCHEDULED)
    return tuple(pack_of(row) for one, row in known.items() if lifecycle.state_of(one, known, at) in kept)


def shadow_packs_for_gateway() -> tuple[Pack, ...]:
    """Return every draft by which gateways judge without acting (P-004), by label; no viewer asks."""
    rows = PolicyVersion.objects.filter(activated_at=None, withdrawn_at=None).exclude(shadow_since=None)
    return tuple(pack_of(row) for row in rows.order_by("name", "version"))


# --- what organisations are held to ---


@dataclass(frozen=True, slots=True)
class OverlayView:
    """An organisation's overlay, as it stands now."""

    organisation: str
    version: str
    source: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class ExceptionView:
    """A contract exception, whatever has become of it."""

    terms: ContractException
    safeguards: str
    proposed_by: str
    approved_by: str
    """Empty until a second person has approved it."""
    revoked_at: datetime | None

    def is_in_effect(self, at: datetime) -> bool:
        return bool(self.approved_by) and self.revoked_at is None and at < self.terms.expires_at


def overlay(asks: Viewer, organisation: str) -> OverlayView | None:
    """Return what the organisation lays over the policy now, None if nothing."""
    _see_terms(asks, organisation)
    row = PolicyOverlay.objects.filter(organisation=organisation, ended_at=None).first()
    return OverlayView(organisation, row.version, row.source, row.set_by, row.set_at) if row else None


def exceptions(asks: Viewer, organisation: str) -> tuple[ExceptionView, ...]:
    """Return the organisation's contract exceptions, the latest proposed first, ended ones included."""
    _see_terms(asks, organisation)
    rows = PolicyException.objects.filter(organisation=organisation).order_by("-proposed_at", "-id")
    return tuple(map(_exception, rows))


def all_exceptions(asks: Viewer) -> tuple[ExceptionView, ...]:
    """Return every contract exception, the latest proposed first. For staff who read the policy."""
    if not may(asks, Permission.STAFF_POLICY_READ):
        raise not_found("page_not_found")
    return tuple(map(_exception, PolicyException.objects.order_by("-proposed_at", "-id")))


def overlays_for_gateway() -> dict[str, Overlay]:
    """Return what lies over the policy now, by organisation; no viewer asks."""
    rows = PolicyOverlay.objects.filter(ended_at=None).order_by("organisation")
    return {row.organisation: convert(row.content, Overlay) for row in rows}


def exceptions_for_gateway(at: datetime) -> tuple[ContractException, ...]:
    """Return every exception in effect at the moment `at`; gateways look at its end once more."""
    rows = PolicyException.objects.filter(revoked_at=None, expires_at__gt=at).exclude(approved_at=None)
    return tuple(_exception(row).terms for row in rows.order_by("id"))


def exceptions_at(organisation: str, at: datetime) -> tuple[ContractException, ...]:
    """Return the organisation's exceptions that were in effect at the moment `at`, also those ended since. For what is
    counted afterwards, so without a viewer."""
    rows = PolicyException.objects.filter(organisation=organisation, approved_at__lte=at, expires_at__gt=at)
    rows = rows.filter(Q(revoked_at=None) | Q(revoked_at__gt=at))
    return tuple(_exception(row).terms for row in rows.order_by("id"))


def _exception(row: PolicyException) -> ExceptionView:
    terms = ContractException(
        id=row.id,
        organisation=row.organisation,
        clauses=tuple(row.clauses),
        expires_at=row.expires_at,
        keys=tuple(row.keys),
        uses=tuple(map(Audience, row.uses)),
    )
    return ExceptionView(terms, row.safeguards, row.proposed_by, row.approved_by, row.revoked_at)


def _see_terms(asks: Viewer, organisation: str) -> None:
    is_own = may(asks, Permission.ORG_PROFILE_READ, organisation)
    if not (is_own or may(asks, Permission.STAFF_POLICY_READ)):
        raise not_found("organisation_not_found")


# --- rows to values ---


def pack_of(row: PolicyVersion) -> Pack:
    return _loaded(row.source, f"{row}.yaml")


def dates(row: PolicyVersion) -> Dates:
    return Dates(str(row), row.effective_at, row.activated_at, row.withdrawn_at, row.shadow_since)


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
