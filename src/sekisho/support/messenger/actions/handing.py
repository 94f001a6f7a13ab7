"""Handing over: a state of the conversation and a case, never a sentence alone (R-SUP-036, R-SUP-070)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import person_to_tell
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Text, as_lang
from sekisho.cases.actions import open_case
from sekisho.cases.queries import office
from sekisho.cases.rules.masking import mask_address
from sekisho.cases.types import CaseView, Contact, Impact, Opening
from sekisho.support.messenger.actions.parts import add, asked_as, locked, sent_before
from sekisho.support.messenger.models import Conversation as Row
from sekisho.support.messenger.queries import since, view
from sekisho.support.messenger.rules.issues import BY_ID
from sekisho.support.messenger.rules.messages import transcript
from sekisho.support.messenger.rules.ways import may_reach_people, ways
from sekisho.support.messenger.types import Asker, Conversation, Event, EventKind, Issue, State, Voice
from sekisho.support.messenger.waiting import ASKED
from sekisho.support.messenger.words import HANDED_OVER, HANDED_OVER_UNPROVEN, RATED_YES, RELAYED, refusal
from sekisho.support.queries import entitlements_of
from sekisho.support.relay import actions as relay
from sekisho.support.rules.routing import snapshot
from sekisho.support.types import Surface

FALLBACK = "something_else"
"""The issue of a conversation in which none was picked."""


@transaction.atomic
def hand_over(
    asker: Asker, conversation_id: str, *, email: str = "", submission: str = "", clock: Clock = system_clock
) -> Conversation:
    """Hand the conversation to people, if that is open to the asker at this moment; else show what is (R-SUP-052, 054).

    `email` is where the answer goes for who has not signed in. Raises `SekishoError` (`email_missing`).
    """
    row = locked(asker, conversation_id)
    if not sent_before(row, submission):
        handed(asker, row, email, clock)
    return view(row)


@transaction.atomic
def ask_owner(asker: Asker, conversation_id: str, *, clock: Clock = system_clock) -> Conversation:
    """Send what was asked to those who speak for the organisation, without what the bot said (R-SUP-055). Once for a
    conversation; raises what `relay.actions.ask_owner` raises."""
    row = locked(asker, conversation_id)
    issue = BY_ID.get(row.issue) or BY_ID[FALLBACK]
    text = _question(since({row.id: 0})[row.id], issue, row)
    asked = relay.ask_owner(
        asker.viewer,
        row.organisation,
        text,
        surface=Surface(row.surface),
        submission=f"talk {row.id}",
        clock=clock,
    )
    mark = f"{ASKED}{asked.id}"
    if not sent_before(row, mark):
        facts = {"question": asked.id}
        add(row, EventKind.RELAYED, Voice.DESK, RELAYED, facts, at=clock(), submission=mark)
    return view(row)


@transaction.atomic
def rate(
    asker: Asker, conversation_id: str, helped: bool, *, submission: str, clock: Clock = system_clock
) -> Conversation:
    """Say whether it was answered. A no brings people in where they may come, and else shows what is open."""
    row, at = locked(asker, conversation_id), clock()
    if sent_before(row, submission):
        return view(row)
    word = "yes" if helped else "no"
    text = RATED_YES if helped else ""
    add(row, EventKind.RATED, Voice.DESK, text, {"helped": helped}, at=at, answer=word, submission=submission)
    if not helped:
        to_people_or_ways(asker, row, clock)
    return view(row)


def to_people_or_ways(asker: Asker, row: Row, clock: Clock) -> None:
    """Hand over where that is open and we know where to answer; else show the ways."""
    if row.state == State.OPEN and _proven_contact(asker, row).email and _may(asker, row, clock()):
        handed(asker, row, "", clock)
    else:
        show_ways(asker, row, clock())


def show_ways(asker: Asker, row: Row, at: datetime) -> None:
    """Tell the truth about what is open to the asker now, and let them press it (R-SUP-035)."""
    known = asked_as(asker, row)
    _, found = entitlements_of(known.viewer, known.organisation, known.surface, at=at)
    shown = ways(found, BY_ID.get(row.issue), is_signed_in=bool(known.viewer.id))
    add(row, EventKind.OPTIONS, Voice.DESK, shown.text, {"offers": [str(one) for one in shown.offers]}, at=at)


def handed(asker: Asker, row: Row, email: str, clock: Clock) -> None:
    """Hand the kept row over, or show the ways. Again it changes nothing."""
    at = clock()
    if row.case:
        return
    if not _may(asker, row, at):
        show_ways(asker, row, at)
        return
    contact = _proven_contact(asker, row)
    if not contact.email:
        contact = Contact(_address(email), False, as_lang(row.language))
    case = open_case(_opening(asker, row, contact, at), clock=clock)
    row.case, row.case_reference, row.state = case.id, case.reference, State.HANDED_OVER.value
    due = case.due or at
    text = HANDED_OVER if contact.is_proven else HANDED_OVER_UNPROVEN
    said = _filled(text, case, contact, due)
    facts: dict[str, object] = {
        "case": case.id,
        "reference": case.reference,
        "address": mask_address(contact.email),
    }
    facts |= {"due": due.isoformat(), "is_proven": contact.is_proven}
    add(row, EventKind.HANDED_OVER, Voice.DESK, said, facts, at=at)


def _may(asker: Asker, row: Row, at: datetime) -> bool:
    known = asked_as(asker, row)
    _, found = entitlements_of(known.viewer, known.organisation, known.surface, at=at)
    return may_reach_people(found, BY_ID.get(row.issue))


def _opening(asker: Asker, row: Row, contact: Contact, at: datetime) -> Opening:
    """Return all that the hand-over takes along (R-SUP-070)."""
    known, events = asked_as(asker, row), since({row.id: 0})[row.id]
    actor, found = entitlements_of(known.viewer, known.organisation, known.surface, at=at)
    issue = BY_ID.get(row.issue) or BY_ID[FALLBACK]
    details = _details(events)
    return Opening(
        kind=issue.kind,
        queue=issue.queue,
        submission=f"messenger {row.id}",
        subject=issue.title.in_(as_lang(row.language)),
        text=_question(events, issue, row),
        contact=contact,
        surface=row.surface,
        requester=row.person,
        organisation=row.organisation,
        issue=issue.id,
        details=details,
        region=_region(details),
        plan=actor.plan,
        impact=_impact(details),
        entitlements=snapshot(found, actor),
        transcript=transcript(events, as_lang(row.language)),
        cited=_cited(events),
    )


def _question(events: Iterable[Event], issue: Issue, row: Row) -> str:
    """Return what the person themselves said: the details, and what was written freely."""
    own = [one.text for one in events if one.kind in (EventKind.SAID, EventKind.DETAILED) and one.text]
    return "\n\n".join(own) or issue.title.in_(as_lang(row.language))


def _details(events: Iterable[Event]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in events:
        details = one.facts.get("details")
        if one.kind is EventKind.DETAILED and isinstance(details, dict):
            found |= {str(name): str(value) for name, value in details.items()}
    return found


def _cited(events: Iterable[Event]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in events:
        citations = one.facts.get("citations")
        if isinstance(citations, list):
            found |= {str(each["version"]): None for each in citations}
    return tuple(found)


def _impact(details: dict[str, str]) -> Impact:
    word = details.get("impact", "")
    return Impact(word) if word in {one.value for one in Impact} else Impact.NONE


def _region(details: dict[str, str]) -> str:
    word = details.get("region", "").strip()
    return word.upper() if len(word) == 2 and word.isascii() else ""


def _proven_contact(asker: Asker, row: Row) -> Contact:
    """Return the verified address of who has signed in; empty for a visitor."""
    person = asker.viewer.id if row.person == asker.viewer.id else ""
    known = next(iter(person_to_tell(person)), None) if person else None
    return (
        Contact(known.email, True, as_lang(row.language))
        if known
        else Contact(language=as_lang(row.language))
    )


def _address(email: str) -> str:
    said = email.strip()
    if not (3 <= len(said) <= 254 and said.count("@") == 1 and "." in said.rpartition("@")[2]) or " " in said:
        raise refusal("email_missing")
    return said


def _filled(text: Text, case: CaseView, contact: Contact, due: datetime) -> Text:
    shown = due.astimezone(office().zone)
    zone = shown.tzname() or "UTC"
    fields = {"reference": case.reference, "address": mask_address(contact.email)}
    return Text(
        text.en.format(**fields, due=f"{shown:%Y-%m-%d %H:%M} ({zone})"),
        text.ja.format(**fields, due=f"{shown:%Y}年{shown.month}月{shown.day}日 {shown:%H:%M}（{zone}）"),
    )
