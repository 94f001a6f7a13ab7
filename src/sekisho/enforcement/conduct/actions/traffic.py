"""What the last day's traffic shows: campaigns, slow burns, shared access. Called by the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

from django.db import transaction

from sekisho.accounts.queries import keys_for_gateway
from sekisho.accounts.types import UseCase
from sekisho.audit.actions import record
from sekisho.enforcement.conduct import models, rows
from sekisho.enforcement.conduct.actions.labelling import CONDUCT, found
from sekisho.enforcement.conduct.rules.burning import BURN, burn
from sekisho.enforcement.conduct.rules.campaigns import CAMPAIGNS, EXAMPLES, campaigns
from sekisho.enforcement.conduct.rules.sharing import at_once, strangers
from sekisho.enforcement.conduct.sketches import ALIKE, likeness
from sekisho.enforcement.conduct.types import CampaignKind, Concern, Found, LabelName, Trace
from sekisho.enforcement.types import Unit, UnitKind

MOST = 50_000
"""Turns looked at, the latest to arrive: some 100 MB, and a few seconds (`benchmarks/conduct.py`)."""
LASTS = {
    LabelName.CAMPAIGN: timedelta(days=7),
    LabelName.SLOW_BURN: timedelta(days=14),
    LabelName.SHARED: timedelta(days=7),
}
"""How long a label holds after it was last found. Our decision."""


def look_at_traffic(at: datetime) -> None:
    """Find campaigns, slow burns and shared access as of `at`, and label them. Again, it finds the same again.

    Each finding is a small transaction of its own.
    """
    traces = _traces(at - CAMPAIGNS.window, at)
    for campaign in campaigns(traces):
        _keep(campaign, at)
    _look_for_sharing(traces, at)
    _look_for_burning(at)


def _traces(since: datetime, at: datetime) -> list[Trace]:
    latest = models.Trace.objects.order_by("-id")[:MOST].iterator()
    return [rows.trace(row) for row in latest if since < row.at <= at]


# --- campaigns ----------------------------------------------------------------------------------------------
@transaction.atomic
def _keep(campaign: Found, at: datetime) -> None:
    """Write a campaign down, or bring the one up to date that it is; label who takes part."""
    known = _known(campaign)
    id = known.id if known else _id_of(campaign)
    units = {tuple(unit) for unit in known.units} if known else set()
    units |= {tuple(rows.unit_written(unit)) for unit in campaign.units}
    decisions = dict.fromkeys([*(known.decisions if known else ()), *campaign.decisions])
    values = {
        "kind": campaign.kind.value,
        "clause": campaign.clause,
        "sketch": bytes(known.sketch) if known else campaign.sketch,
        "first_at": min(known.first_at, campaign.first_at) if known else campaign.first_at,
        "last_at": campaign.last_at,
        "turns": max(known.turns, campaign.turns) if known else campaign.turns,
        "units": sorted(units),
        "decisions": list(decisions)[:EXAMPLES],
    }
    _row, is_new = models.Campaign.objects.update_or_create(id=id, defaults=values)
    if is_new:
        facts = {"kind": campaign.kind, "clause": campaign.clause, "units": len(campaign.units)}
        record(CONDUCT.id, "campaign.found", id, **facts)
    if campaign.kind is not CampaignKind.HARVEST:
        for unit in campaign.units:
            facts = {"clause": campaign.clause, "units": len(campaign.units), "decisions": campaign.decisions}
            found(unit, LabelName.CAMPAIGN, id, at, campaign.last_at + LASTS[LabelName.CAMPAIGN], facts)


def _known(campaign: Found) -> models.Campaign | None:
    """Return the campaign that this one is: of its kind, still going on, with a nearly equal prompt."""
    going_on = models.Campaign.objects.select_for_update().filter(
        kind=campaign.kind.value, last_at__gt=campaign.first_at - CAMPAIGNS.window
    )
    near = (one for one in going_on.order_by("id") if likeness(bytes(one.sketch), campaign.sketch) >= ALIKE)
    if campaign.kind is CampaignKind.MANY:
        return next(near, None)
    return next((one for one in near if one.units == [rows.unit_written(campaign.units[0])]), None)


def _id_of(campaign: Found) -> str:
    """Return the same id in every worker that finds it first: so two at once write one row."""
    unit = "" if campaign.kind is CampaignKind.MANY else campaign.units[0].id
    words = f"{campaign.kind} {unit} ".encode() + campaign.sketch
    return f"cmp_{blake2b(words, digest_size=13).hexdigest()}"


# --- shared access ------------------------------------------------------------------------------------------
def _look_for_sharing(traces: Sequence[Trace], at: datetime) -> None:
    uses = {key.view.id: key.view.declaration.use_case for key in keys_for_gateway()}
    for unit, own in _by_unit(traces).items():
        is_key = unit.kind is UnitKind.KEY
        seen = strangers(own, uses.get(unit.id, UseCase.AGENT)) if is_key else at_once(own)
        if seen:
            facts = {"code": seen.code, "count": seen.count, "groups": seen.groups}
            last = max(one.at for one in own)
            found(unit, LabelName.SHARED, seen.code, at, last + LASTS[LabelName.SHARED], facts)


def _by_unit(traces: Iterable[Trace]) -> dict[Unit, list[Trace]]:
    """The traces of each key, and of each end user."""
    of: dict[Unit, list[Trace]] = defaultdict(list)
    for trace in traces:
        of[Unit(UnitKind.KEY, trace.key, trace.unit.organisation)].append(trace)
        if trace.unit.kind is UnitKind.END_USER:
            of[trace.unit].append(trace)
    return of


# --- slow burn ----------------------------------------------------------------------------------------------
def _look_for_burning(at: datetime) -> None:
    """Look at who came near a clause in the last day: nothing adds up by waiting."""
    lately = models.Concern.objects.filter(at__gt=at - timedelta(days=1), at__lte=at, acted=False)
    pairs = lately.values_list("organisation", "unit_kind", "unit_id", "clause").distinct()
    for organisation, kind, id, clause in sorted(pairs):
        unit = Unit(UnitKind(kind), id, organisation)
        seen = burn(_concerns(unit, clause, at), at)
        if seen:
            facts = {
                "sum": seen.sum,
                "days": seen.days,
                "conversations": seen.conversations,
                "decisions": seen.decisions,
            }
            found(unit, LabelName.SLOW_BURN, clause, at, at + LASTS[LabelName.SLOW_BURN], facts)


def _concerns(unit: Unit, clause: str, at: datetime) -> list[Concern]:
    of = models.Concern.objects.filter(clause=clause, acted=False, **rows.unit_fields(unit))
    return [rows.concern(row) for row in of.filter(at__gt=at - BURN.window, at__lte=at)]
