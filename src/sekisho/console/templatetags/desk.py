"""Names at the desk for what other rooms keep as codes, each from the room that it belongs to, in the reader's
language. A code without a name stands for itself, so that what an older version wrote can still be read."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from sekisho.base.text import Text
from sekisho.cases.types import CaseView
from sekisho.compliance.law import law, laws
from sekisho.compliance.types import Regime
from sekisho.compliance.words import duty_name as duty_of_law
from sekisho.console import compliance_words, desk_words
from sekisho.console.templatetags.console import told
from sekisho.console.words import word
from sekisho.support.messenger.rules.issues import BY_ID
from sekisho.support.messenger.types import Field
from sekisho.support.rules.guide import WAYS

register = template.Library()

_LAWS = {**{one.value: one for one in Regime}, "crd": Regime.EU_CRD}
_CHANNELS = {channel.value: name for channel, name in WAYS.items()}


@register.filter
def duty_name(duty: str) -> str:
    """Return what somebody has to do by when: `{{ clock.duty|duty_name }}`."""
    return word(desk_words.DUTIES, duty) if duty in desk_words.DUTIES else told(duty_of_law(duty))


@register.filter
def law_name(regime: str) -> str:
    """Return the title of the law whose clock runs."""
    return told(law(_LAWS[regime]).title) if regime in _LAWS else regime


@register.filter
def channel_name(channel: str) -> str:
    """Return what a way of getting help is called on the page that lists them."""
    return told(_CHANNELS.get(channel, channel))


@register.filter
def issue_name(issue: str) -> str:
    """Return what somebody picked: in the messenger, on the form of a notice, or of a complaint."""
    if issue in BY_ID:
        return told(BY_ID[issue].title)
    if issue in desk_words.ISSUES:
        return word(desk_words.ISSUES, issue)
    kinds = {kind.id: kind.title for one in laws().values() for kind in one.kinds}
    return told(kinds[issue]) if issue in kinds else word(compliance_words.CATEGORIES, issue)


@register.filter
def details_named(case: CaseView) -> Iterable[tuple[str, str, str]]:
    """Yield each detail of a case: its name, its label, and what was said, of choices by their label."""
    fields = {one.name: one for one in BY_ID[case.issue].fields} if case.issue in BY_ID else {}
    for name, said in case.details.items():
        field = fields.get(name)
        yield name, told(field.label if field else name), told(_chosen(field, said))


def _chosen(field: Field | None, said: str) -> Text | str:
    return next((one.label for one in (field.options if field else ()) if one.value == said), said)
