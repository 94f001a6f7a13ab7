"""Saying something: picking the issue, giving its details, writing freely."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import person_to_tell
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Lang, Text
from sekisho.cases.actions import take_inbound
from sekisho.cases.rules.cards import mask_cards
from sekisho.policy.queries import version_at
from sekisho.support.messenger.actions.handing import handed, show_ways
from sekisho.support.messenger.actions.parts import add, asked_as, locked, sent_before
from sekisho.support.messenger.models import Conversation as Row
from sekisho.support.messenger.queries import issues, view
from sekisho.support.messenger.rules.issues import BY_ID, Faulty, asked, checked
from sekisho.support.messenger.rules.messages import CHARS, cleaned
from sekisho.support.messenger.rules.minors import hints_at_minor
from sekisho.support.messenger.types import (
    Asker,
    Conversation,
    EventKind,
    FieldKind,
    Issue,
    Known,
    Said,
    State,
    Voice,
)
from sekisho.support.messenger.words import AGE, PICKED, RESOURCES, refusal
from sekisho.support.rules.crises import is_crisis
from sekisho.support.rules.wishes import wants_people

CRISIS = "crisis"
"""Name of the text in a policy pack that says where to turn (P-012)."""


@transaction.atomic
def pick_issue(
    asker: Asker, conversation_id: str, issue_id: str, *, submission: str = "", clock: Clock = system_clock
) -> Conversation:
    """Say what it is about. Raises `SekishoError` (`issue_not_offered`) for what is not open to the asker now."""
    row, at = locked(asker, conversation_id), clock()
    if sent_before(row, submission):
        return view(row)
    issue = next((one for one in issues(asked_as(asker, row), at) if one.id == issue_id), None)
    if issue is None:
        raise refusal("issue_not_offered")
    row.issue, row.failures = issue.id, 0
    text = PICKED.format(title="{title}")
    said = Text(text.en.format(title=issue.title.en), text.ja.format(title=issue.title.ja))
    add(row, EventKind.PICKED, Voice.PERSON, said, {"issue": issue.id}, at=at, submission=submission or None)
    return view(row)


@transaction.atomic
def give_details(
    asker: Asker,
    conversation_id: str,
    values: Mapping[str, str],
    *,
    email: str = "",
    submission: str,
    clock: Clock = system_clock,
) -> Said:
    """Give what the issue asks for. It goes to people at once where the issue says so, and else to the bot.

    Raises `SekishoError`: `issue_not_offered` while none is picked, `details_missing` with `problems` by field.
    """
    row, at = locked(asker, conversation_id), clock()
    issue = BY_ID.get(row.issue)
    if issue is None:
        raise refusal("issue_not_offered")
    if sent_before(row, submission):
        return Said(view(row), row.answering)
    fields = asked(issue, known_of(asker))
    details = checked(fields, {name: mask_cards(cleaned(value)) for name, value in values.items()})
    if isinstance(details, Faulty):
        error = refusal("details_missing")
        raise type(error)(error.code, error.message, problems=details.problems)
    text = _told(issue, details.values, asker.language)
    facts = {"issue": issue.id, "details": dict(details.values)}
    number = add(row, EventKind.DETAILED, Voice.PERSON, text, facts, at=at, submission=submission)
    if row.case or issue.to_people_at_once:
        _to_the_case(row, number, text, clock)
        handed(asker, row, email, clock)
        return Said(view(row))
    # where nothing was asked for or said, the question is still to come
    return Said(view(row), _for_the_bot(row, number, at) if details.values else 0)


@transaction.atomic
def say(
    asker: Asker, conversation_id: str, text: str, *, submission: str, clock: Clock = system_clock
) -> Said:
    """Say something. Card numbers are masked before anything is stored (R-SUP-094); the same `submission` is said once.

    A crisis, a hint at a minor and the wish for a person are answered here, without the bot (R-SUP-035, 042, 145).
    After a hand-over all of it goes to the case. Else the bot is to answer. Raises `SekishoError`: `nothing_said`,
    `too_long`, `too_many`.
    """
    row, at, said = locked(asker, conversation_id), clock(), mask_cards(cleaned(text))
    if not said:
        raise refusal("nothing_said")
    if len(said) > CHARS:
        raise refusal("too_long", count=len(said), most=CHARS)
    if sent_before(row, submission):
        return Said(view(row), row.answering)
    row.state, row.draft = (State.HANDED_OVER if row.case else State.OPEN).value, b""
    number = add(row, EventKind.SAID, Voice.PERSON, said, at=at, submission=submission)
    _to_the_case(row, number, said, clock)
    if is_crisis(said):
        add(row, EventKind.RESOURCES, Voice.DESK, _resources(at), {"offers": ["safety_report"]}, at=at)
    elif row.case:
        return Said(view(row))
    elif wants_people(said):
        row.asked_for_people += 1
        show_ways(asker, row, at)
    elif hints_at_minor(said, _address(asker)) and row.issue != "age_check":
        add(row, EventKind.AGE, Voice.DESK, AGE, {"offers": ["age_check"]}, at=at)
    else:
        return Said(view(row), _for_the_bot(row, number, at))
    return Said(view(row))


def _to_the_case(row: Row, number: int, text: str, clock: Clock) -> None:
    """Put what was said after a hand-over before the people who have the case: also of a visitor, whose proof is that
    the conversation is theirs. A case that was settled long ago is followed by another, so that nothing is lost."""
    if row.case:
        taken = take_inbound(row.case, text, submission=f"{row.id} {number}", by=row.person, clock=clock)
        row.case, row.case_reference = taken.case, taken.reference
        row.save(update_fields=["case", "case_reference"])


def known_of(asker: Asker) -> frozenset[Known]:
    """Return what the session knows, and is therefore not asked for (R-SUP-020)."""
    signed_in = {Known.EMAIL} if asker.viewer.id else set()
    return frozenset(signed_in | ({Known.ORGANISATION, Known.PLAN} if asker.organisation else set()))


def _for_the_bot(row: Row, number: int, at: datetime) -> int:
    Row.objects.filter(id=row.id).update(answering=number, answering_since=at)
    row.answering = number
    return number


def _told(issue: Issue, values: Mapping[str, str], lang: Lang) -> str:
    """Return the details as lines to be read: the label of each field, and what was said."""
    lines = []
    for field in issue.fields:
        value = values.get(field.name, "")
        if not value:
            continue
        chosen = next((one.label.in_(lang) for one in field.options if one.value == value), value)
        shown = "✓" if field.kind is FieldKind.TICK else chosen
        lines.append(f"{field.label.in_(lang)} — {shown}")
    return "\n".join(lines) or issue.title.in_(lang)


def _resources(at: datetime) -> Text:
    """Return where to turn, as the policy in force says it, else in general words."""
    pack = version_at(at)
    return pack.resources.get(CRISIS, RESOURCES) if pack else RESOURCES


def _address(asker: Asker) -> str:
    return next((one.email for one in person_to_tell(asker.viewer.id)), "") if asker.viewer.id else ""
