"""Who comes back under another name after access was terminated. Called by the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import KeyView, OrganisationView, Role
from sekisho.enforcement.conduct import models, rows
from sekisho.enforcement.conduct.actions.labelling import CONDUCT, found
from sekisho.enforcement.conduct.rules.campaigns import EXAMPLES
from sekisho.enforcement.conduct.rules.evasion import Account, resemblance
from sekisho.enforcement.conduct.sketches import alike
from sekisho.enforcement.conduct.types import LabelName, Trace
from sekisho.enforcement.queries import restrictions_for_gateway
from sekisho.enforcement.types import Measure, Unit, UnitKind

EVASION_LASTS = timedelta(days=30)
"""How long the label holds after it was last found. Our decision."""
SKETCHES = 500
"""Prompts of a unit that are compared, the latest."""
OWNERS = (Role.OWNER, Role.PRIMARY_OWNER)


def look_for_evasion(
    organisations: Sequence[OrganisationView], keys: Sequence[KeyView], at: datetime
) -> None:
    """Label whoever came after a termination and resembles whom it hit."""
    terminated = (one for one in restrictions_for_gateway(at) if one.measure is Measure.TERMINATED)
    gone = {one.unit: one.since for one in terminated}
    names = {one.id: one.name for one in organisations}
    for old, since in gone.items():
        known, texts = _account(old, names), _traces_of(old, at)
        for new in _newcomers(old, since, organisations, keys, at):
            if new not in gone:
                _compare(new, _account(new, names), old, known, texts, at)


def _compare(
    new: Unit, account: Account, old: Unit, known: Account, texts: Sequence[Trace], at: datetime
) -> None:
    own = _traces_of(new, at)
    shared = [own[place] for place in alike([one.sketch for one in own], [one.sketch for one in texts])]
    different = {one.sketch for one in shared}
    violating = {one.sketch for one in shared if one.clause}
    beside = new.organisation == old.organisation
    seen = resemblance(account, known, len(different), len(violating), same_organisation=beside)
    if seen:
        decisions = tuple(one.decision for one in shared if one.decision)[:EXAMPLES]
        facts = {"score": seen.score, "because": seen.because, "decisions": decisions}
        found(new, LabelName.EVASION, old.id, at, at + EVASION_LASTS, facts)


def _newcomers(
    old: Unit,
    since: datetime,
    organisations: Iterable[OrganisationView],
    keys: Iterable[KeyView],
    at: datetime,
) -> list[Unit]:
    """Return who came after a termination: organisations for an organisation, else units beside the old one."""
    if old.kind is UnitKind.ORGANISATION:
        return [Unit(old.kind, one.id, one.id) for one in organisations if one.created_at > since]
    if old.kind is UnitKind.KEY:
        own = [one for one in keys if one.organisation_id == old.organisation and one.created_at > since]
        return [Unit(old.kind, one.id, old.organisation) for one in own]
    traces = models.Trace.objects.filter(organisation=old.organisation).exclude(end_user="")
    after = set(traces.filter(at__gt=since, at__lte=at).values_list("end_user", flat=True))
    before = set(traces.filter(at__lte=since).values_list("end_user", flat=True))
    return [Unit(old.kind, name, old.organisation) for name in sorted(after - before)]


def _account(unit: Unit, names: Mapping[str, str]) -> Account:
    if unit.kind is UnitKind.ORGANISATION:
        owners = [one for one in accounts.members(CONDUCT, unit.id) if one.role in OWNERS]
        people = frozenset(one.person_id for one in owners)
        return Account(people, frozenset(one.email for one in owners), names.get(unit.id, ""))
    if unit.kind is UnitKind.KEY:
        made_by = {one.id: one.created_by for one in accounts.keys(CONDUCT, unit.organisation)}
        return Account(frozenset({made_by[unit.id]} if unit.id in made_by else ()))
    return Account()


def _traces_of(unit: Unit, at: datetime) -> list[Trace]:
    field = {UnitKind.ORGANISATION: "organisation", UnitKind.KEY: "key", UnitKind.END_USER: "end_user"}
    own = models.Trace.objects.filter(organisation=unit.organisation, at__lte=at).exclude(sketch=b"")
    latest = own.filter(**{field[unit.kind]: unit.id}).order_by("-at", "-turn")[:SKETCHES]
    return [rows.trace(row) for row in latest]
