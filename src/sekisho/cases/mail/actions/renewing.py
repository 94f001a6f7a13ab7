"""What follows when somebody has just proven that they read an address (R-SUP-076)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from sekisho.accounts.types import system
from sekisho.base.clock import fixed_clock
from sekisho.base.text import as_lang
from sekisho.cases import actions as cases
from sekisho.cases.mail.actions.looking import prove_again
from sekisho.cases.mail.models import Undeliverable
from sekisho.cases.mail.rules.addresses import plain
from sekisho.cases.models import Case
from sekisho.cases.rules.states import REOPENS
from sekisho.cases.types import Contact

_SYSTEM = system("mail")


@transaction.atomic
def renew(person: str, email: str, at: datetime) -> int:
    """Take the address for good again, and let answers go there that went where mail came back from: in each case of
    the person that is open, or that a reply still opens. Return how many cases that were."""
    prove_again(email, at)
    alive = Q(settled_at=None) | Q(settled_at__gte=at - REOPENS)
    dead = Undeliverable.objects.values("email")
    rows = list(Case.objects.filter(alive, requester=person, words_ended_at=None, email__in=dead))
    for row in rows:
        contact = Contact(plain(email), True, as_lang(row.language))
        cases.set_contact(_SYSTEM, row.id, contact, clock=fixed_clock(at))
    return len(rows)
