"""Every claim that somebody has shown anything for is a case, too: people see it, and answer there."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.queries import account_facts, person_to_tell
from sekisho.accounts.types import system
from sekisho.base.clock import fixed_clock
from sekisho.base.text import Text, as_lang
from sekisho.cases import actions as cases
from sekisho.cases.types import Contact, Kind, Opening, Queue, Reach, Voice
from sekisho.support.recovery.models import Claim
from sekisho.support.recovery.types import Wish
from sekisho.support.recovery.words import CASE_SUBJECT, CASE_TEXT
from sekisho.support.types import Surface

QUEUES = {Wish.SUBSCRIPTION: Queue.BILLING}
SYSTEM = system("recovery")


def open_case(row: Claim, contact: str, at: datetime) -> None:
    """Open the case of a claim whose contact has been proven by a code, and note it on the row."""
    wish, lang = Wish(row.wish) if row.wish else None, as_lang(row.language)
    facts = next(iter(account_facts([row.organisation])), None) if row.organisation else None
    opened = cases.open_case(
        Opening(
            kind=Kind.LOCKED_OUT,
            queue=QUEUES.get(wish, Queue.IDENTITY) if wish else Queue.IDENTITY,
            submission=row.id,
            subject=CASE_SUBJECT[wish].in_(lang),
            text=CASE_TEXT.in_(lang),
            contact=Contact(contact, is_proven=True, language=lang),
            surface=Surface.HELP_CENTRE.value,
            # who could not read the address on file is nobody yet: the account does not see what they write
            requester=row.person if wish else "",
            organisation=row.organisation if wish else "",
            plan=facts.plan if facts and wish else None,
            issue="cannot_sign_in",
            about=row.id,
        ),
        clock=fixed_clock(at),
    )
    row.case, row.reference = opened.id, opened.reference
    row.save(update_fields=["case", "reference"])


def note(row: Claim, words: Text, what: str, at: datetime, *, for_staff: bool = False) -> None:
    """Say in the case what was done; to the requester too, unless it is for staff alone."""
    if not row.case:
        return
    cases.write(
        SYSTEM,
        row.case,
        Voice.SYSTEM,
        words.in_(as_lang(row.language)),
        reach=Reach.STAFF if for_staff else Reach.EVERYBODY,
        submission=f"{row.id}.{what}",
        clock=fixed_clock(at),
    )


def address_on_file(row: Claim) -> str:
    """Return the address on file of the claim's account; empty for none."""
    return next((one.email for one in person_to_tell(row.person)), "") if row.person else ""
