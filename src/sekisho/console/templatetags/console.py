"""What templates need beyond Django's own: words, badges, icons, bars, texts in the reader's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sekisho.base.settings import flag
from sekisho.base.text import Lang, Text, as_lang
from sekisho.compliance import queries as compliance
from sekisho.compliance.types import Point
from sekisho.console import (
    appeal_words,
    charts,
    compliance_words,
    conduct_words,
    desk_words,
    feedback_words,
    icons,
    privacy_words,
    recovery_words,
    review_words,
    rights_words,
    words,
)
from sekisho.detection.card import Interval
from sekisho.detection.evaluation import drawings, writing
from sekisho.policy.agents.types import AgentAction
from sekisho.policy.diff import FieldDiff, Words
from sekisho.policy.types import Clause, Pack

register = template.Library()

_WORDS: dict[str, words.Words] = {
    **appeal_words.OF,
    **review_words.OF,
    **compliance_words.OF,
    **conduct_words.OF,
    **desk_words.OF,
    **privacy_words.OF,
    **feedback_words.OF,
    **recovery_words.OF,
    **rights_words.OF,
    "action": words.ACTIONS,
    "action_meaning": words.ACTION_MEANINGS,
    "audience": words.AUDIENCES,
    "audience_meaning": words.AUDIENCE_MEANINGS,
    "connector_change": words.CONNECTOR_CHANGES,
    "connector_finding": words.CONNECTOR_FINDINGS,
    "connector_problem": words.CONNECTOR_PROBLEMS,
    "detector": words.DETECTORS,
    "diff": words.DIFF_KINDS,
    "exception_state": words.EXCEPTION_STATES,
    "fail": words.FAILS,
    "field": words.FIELDS,
    "desk": words.DESKS,
    "harmful": words.HARMFUL,
    "hold_ended": words.HOLD_ENDED,
    "hold_state": words.HOLD_STATES,
    "speaker": words.SPEAKERS,
    "spoken": words.SPOKEN,
    "harmless": words.HARMLESS,
    "listing": words.LISTINGS,
    "measured_on": words.MEASURED_ON,
    "measured_on_meaning": words.MEASURED_ON_MEANINGS,
    "outcome": words.OUTCOMES,
    "part": words.PARTS,
    "resolution": words.RESOLUTIONS,
    "member_role": words.ROLES,
    "restriction_state": words.RESTRICTION_STATES,
    "scope": words.SCOPES,
    "severity": words.SEVERITIES,
    "shift": words.SHIFTS,
    "stage": words.STAGES,
    "statement_point": words.STATEMENT_POINTS,
    "version_state": words.VERSION_STATES,
    "webhook_kind": words.WEBHOOK_KINDS,
    "endpoint_state": words.ENDPOINT_STATES,
    "delivery_state": words.DELIVERY_STATES,
}


def reader_lang() -> Lang:
    """Return the language the page is being written in."""
    return as_lang(get_language())


@register.filter
def told(text: Text | str | None) -> str:
    """Return a bilingual text in the reader's language."""
    return text.in_(reader_lang()) if isinstance(text, Text) else str(text or "")


@register.filter
def changed_words(field: FieldDiff) -> tuple[Words, ...]:
    """Return a changed text of the policy word by word, in the reader's language."""
    return field.words(reader_lang())


@register.filter
def agent_actions(clause: Clause, pack: Pack) -> tuple[AgentAction, ...]:
    """Return what agents may not do under a clause of the pack, in its order."""
    return tuple(action for action in pack.agents.actions if action.clause == clause.id)


@register.filter
def word(value: object, kind: str) -> str:
    """Return the word for a value: `{{ decision.action|word:"action" }}`."""
    return words.word(_WORDS[kind], value)


@register.filter
def point_page(point: str) -> str:
    """Return the address of a contact point's page."""
    return reverse(f"console:contact-{point}")


@register.simple_tag
def published_points() -> tuple[Point, ...]:
    """Return the contact points that the duty profile publishes, for the foot of every page (R-SUP-130)."""
    return compliance.published_points()


@register.simple_tag
def sign_up_is_open() -> bool:
    """Return whether anybody may make an account."""
    return flag("open_signup")


@register.simple_tag
def icon(name: str) -> SafeString:
    return SafeString(icons.icon(name))


@register.simple_tag
def action_badge(action: str) -> SafeString:
    """Return what was decided as a badge: a shape, a word, and a colour, in this order of weight."""
    return _badge(action, words.word(words.ACTIONS, action))


@register.simple_tag
def badge(tone: str, label: str) -> SafeString:
    """Return a badge; `tone` is the name of an icon, and of a colour where there is one."""
    return _badge(tone, label)


def _badge(name: str, label: str) -> SafeString:
    drawing = SafeString(icons.icon(name if name in icons.PATHS else "quiet"))
    tone = {"active": "allow", "soon": "annotate", "care": "modify"}.get(name, name)
    return format_html('<span class="badge tone-{}">{}{}</span>', tone, drawing, label)


@register.simple_tag
def score_bar(value: float, threshold: float, tone: str = "quiet") -> SafeString:
    label = _("Score %(score).2f, threshold %(threshold).2f") % {"score": value, "threshold": threshold}
    return SafeString(charts.score(value, threshold, label, tone))


@register.simple_tag
def bar(value: float, most: float, tone: str = "quiet") -> SafeString:
    return SafeString(charts.bar(value, most, tone))


@register.simple_tag
def interval_bar(measured: Interval | None, tone: str = "quiet", mark: float | None = None) -> SafeString:
    """Return a share as a bar with a whisker over its interval, and a line at `mark` to hold it against. Decoration
    beside `{{ share|interval }}`."""
    return SafeString(drawings.interval_bar(measured, tone, mark))


@register.filter
def interval(measured: Interval, measure: str = "recall") -> str:
    """Return a figure with its 95 % interval, as its measure is written: `31.2 % (28.0–34.5)`."""
    return f"{writing.number(measured.value, measure)} ({writing.between(measured, measure)})"


@register.simple_tag
def swatch(name: str, tone: str) -> SafeString:
    return SafeString(charts.swatch(name, tone))


@register.filter
def drawn(svg: str) -> SafeString:
    """Let a drawing of `charts.py` through unescaped; it has escaped its words itself."""
    return SafeString(svg)


@register.filter
def own_date(moment: datetime) -> str:
    """Return the day of a moment where it was written, not in UTC: a policy takes effect at a day's beginning."""
    return str(date_format(moment.replace(tzinfo=None), "DATE_FORMAT"))


@register.filter
def own_moment(moment: datetime) -> str:
    """Return day, time and offset of a moment where it was written: `15 September 2025, 00:00 (UTC+09:00)`."""
    return f"{own_date(moment)} {moment:%H:%M} ({moment.tzinfo})"


@register.filter
def milliseconds(microseconds: int) -> str:
    """Return microseconds as `0.42 ms`."""
    return f"{microseconds / 1000:.2f} ms"


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: object) -> str:
    """Return the page's query string with `changes`; a change to the empty string drops the parameter."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query[name] = str(value)
    return "?" + urlencode([(name, value) for name, values in query.lists() for value in values if value])
