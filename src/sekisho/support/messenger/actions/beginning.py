"""Beginning a conversation, taking it along when one signs in, ending it."""

from __future__ import annotations

import secrets

from django.db import transaction

from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.ids import ALPHABET, new_id
from sekisho.support.messenger import vault
from sekisho.support.messenger.actions.parts import add, locked
from sekisho.support.messenger.models import Agreement
from sekisho.support.messenger.models import Conversation as Row
from sekisho.support.messenger.queries import digest, view
from sekisho.support.messenger.rules.terms import TERMS
from sekisho.support.messenger.types import Asker, Conversation, EventKind, State, Voice
from sekisho.support.messenger.words import refusal

PURPOSE = "support_conversation"
"""Under which agreements are recorded: no purpose of training, and no word about one (R-DATA-233)."""


def agree(asker: Asker, version: str, *, clock: Clock = system_clock) -> Conversation:
    """Begin a conversation: nothing is stored before, and nothing when somebody declines (R-SUP-018).

    `version` is that of the terms which were shown. Raises `SekishoError` (`terms_changed`) for another, and
    `ValueError` for an asker by whom it could not be found again.
    """
    if version != TERMS.version:
        raise refusal("terms_changed")
    if not asker.viewer.id and not asker.visitor:
        raise ValueError("Without a person and without a browser's secret nobody could come back to it.")
    at, conversation_id = clock(), new_id("cnv")
    key = vault.new_key(conversation_id, asker.viewer.id, asker.organisation, at)
    with transaction.atomic():
        row = Row.objects.create(
            id=conversation_id,
            reference=_reference(),
            surface=asker.surface.value,
            organisation=asker.organisation,
            person=asker.viewer.id,
            visitor="" if asker.viewer.id else digest(asker.visitor),
            language=asker.language,
            key=key.id,
            started_at=at,
            last_at=at,
        )
        Agreement.objects.create(
            conversation=row,
            purpose=PURPOSE,
            version=version,
            person=row.person,
            language=asker.language,
            surface=row.surface,
            at=at,
        )
        add(row, EventKind.AGREED, Voice.DESK, TERMS.text, {"version": version}, at=at)
        facts = {"purpose": PURPOSE, "version": version, "surface": row.surface}
        record(row.person or "public", "conversation.agreed", row.id, organisation=row.organisation, **facts)
    return view(row)


@transaction.atomic
def claim(asker: Asker, conversation_id: str, *, clock: Clock = system_clock) -> Conversation:
    """Let a conversation that was begun in this browser without signing in belong to who has signed in now, about the
    account that they chose. From then on only they can open it."""
    row = locked(asker, conversation_id)
    if row.person or not asker.viewer.id:
        return view(row)
    row.person, row.visitor, row.organisation = asker.viewer.id, "", asker.organisation
    row.save()
    Agreement.objects.filter(conversation=row).update(person=row.person)
    record(row.person, "conversation.claimed", row.id, organisation=row.organisation)
    return view(row)


@transaction.atomic
def pass_on(before: Asker, after: Asker, conversation_id: str) -> Conversation:
    """Let a conversation of somebody who is signed in at the old host go on as who signed in at the new one. Both are
    the same browser: the caller holds the proof of each."""
    row = locked(before, conversation_id)
    row.person, row.visitor, row.organisation = after.viewer.id, "", after.organisation
    row.save()
    record(
        row.person, "conversation.passed_on", row.id, organisation=row.organisation, before=before.viewer.id
    )
    return view(row)


@transaction.atomic
def end(asker: Asker, conversation_id: str) -> None:
    """End a conversation, so that the next message begins another. What was said stays until its time is over."""
    row = locked(asker, conversation_id)
    row.state, row.draft, row.answering = State.ENDED.value, b"", 0
    row.save()
    record(row.person or "public", "conversation.ended", row.id, organisation=row.organisation)


def _reference() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8)).upper()
    return f"{letters[:4]}-{letters[4:]}"
