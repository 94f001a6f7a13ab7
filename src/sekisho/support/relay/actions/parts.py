"""What the actions share: who is told, and under which key."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.queries import organisation_name, person_to_tell
from sekisho.base.text import Text
from sekisho.cases.rules.cards import mask_cards
from sekisho.cases.types import Contact
from sekisho.notices.actions import tell
from sekisho.notices.types import Person
from sekisho.records.keystore.queries import OpenKey
from sekisho.support.relay.models import Question
from sekisho.support.relay.vault import shut


def sealed(key: OpenKey, row: Question, what: str, text: str) -> bytes:
    """Return the text as it is stored: numbers of cards are masked first (R-SUP-094)."""
    return shut(key, row.id, what, mask_cards(text))


def inform(row: Question, person: str, kind: str, subject: Text, body: Text, at: datetime) -> None:
    """Tell somebody by notice and mail, with a link to the question. Words of people are in neither."""
    said = body.format(organisation=organisation_name(row.organisation))
    link = f"/o/{row.organisation}/support/questions/{row.id}"
    tell(Person(person), kind, row.id, subject, said, key=f"{kind}:{row.id}:{person}", at=at, link=link)


def contact_of(person: str) -> Contact:
    """Return where answers to somebody with an account go; an empty contact once the account is closed."""
    known = next(iter(person_to_tell(person)), None)
    return Contact(known.email, True, known.language) if known else Contact()
