"""Labels: set by a person, and set, renewed or left alone by a rule. None restricts anything."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer, system
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.conduct import models
from sekisho.enforcement.conduct.rows import labels, unit_fields
from sekisho.enforcement.conduct.rules.labels import New, Overruled, Renewed, automatic
from sekisho.enforcement.conduct.types import Facts, LabelName
from sekisho.enforcement.types import Unit

CONDUCT = system("conduct")
LONGEST = timedelta(days=366)
"""The longest that a person's word stands: then somebody looks again."""


@transaction.atomic
def set_label(
    actor: Viewer,
    unit: Unit,
    name: LabelName,
    about: str,
    *,
    present: bool,
    until: datetime,
    clock: Clock = system_clock,
) -> str:
    """Say what a person has found about a unit, until a moment, and return the label's id. It beats any rule's.

    `present=False` says that it is not so, which keeps rules from setting it. Raises `NotAllowedError` for who does
    not decide cases, and `SekishoError` (`label_ends_wrongly`) for an end in the past or more than a year away.
    """
    now, at = as_of_now(actor), clock()
    if not may(now, Permission.STAFF_CASE_DECIDE):
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=Permission.STAFF_CASE_DECIDE.value)
    if not at < until <= at + LONGEST:
        raise SekishoError("label_ends_wrongly", _ENDS_WRONGLY)
    return _set(now, unit, name, about, present, at, until, {})


@transaction.atomic
def found(unit: Unit, name: LabelName, about: str, at: datetime, until: datetime, facts: Facts) -> bool:
    """Set or renew a label that a rule has found, unless a person has spoken. Return whether it is new."""
    known = models.ConductLabel.objects.filter(name=name.value, about=about, **unit_fields(unit))
    match automatic(labels(known.filter(until__gt=at)), at, until):
        case Renewed(label=id, until=until):
            models.ConductLabel.objects.filter(id=id).update(until=until, facts=_plain(facts))
        case New():
            _set(CONDUCT, unit, name, about, True, at, until, facts)
            return True
        case Overruled():
            pass
    return False


@transaction.atomic
def ended(unit: Unit, name: LabelName, about: str, at: datetime, because: str) -> None:
    """End an automatic label now; a person's stays until its own end."""
    own = models.ConductLabel.objects.filter(name=name.value, about=about, **unit_fields(unit))
    if own.filter(until__gt=at, set_by=CONDUCT.id).update(until=at):
        record(CONDUCT.id, "label.ended", unit.id, organisation=unit.organisation, name=name, because=because)


def _set(
    actor: Viewer,
    unit: Unit,
    name: LabelName,
    about: str,
    present: bool,
    at: datetime,
    until: datetime,
    facts: Facts,
) -> str:
    made = models.ConductLabel.objects.create(
        id=new_id("clb"),
        name=name.value,
        about=about,
        present=present,
        set_by=actor.id,
        since=at,
        until=until,
        facts=_plain(facts),
        **unit_fields(unit),
    )
    told = {"name": name, "about": about, "present": present, "until": until, "label": made.id}
    record(actor.id, "label.set", unit.id, organisation=unit.organisation, **told)
    return made.id


def _plain(facts: Facts) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}


_NOT_ALLOWED = Text(
    "Only reviewers say what is so of an account. Ask one.",
    "アカウントについて判断を記録できるのは審査担当者だけです。担当者にご依頼ください。",
)
_ENDS_WRONGLY = Text(
    "A label needs an end within a year from now. Choose another moment.",
    "ラベルの終了日時は、現在から 1 年以内で指定してください。",
)
