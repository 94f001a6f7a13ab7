"""From the old console to the new: the draft is kept, and a sign-in there counts here by a code (R-SUP-087, 088)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from sekisho.accounts.queries import viewer
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.cases.rules.cards import mask_cards
from sekisho.support.messenger import vault
from sekisho.support.messenger.actions.parts import add, locked
from sekisho.support.messenger.actions.saying import say
from sekisho.support.messenger.models import Conversation as Row
from sekisho.support.messenger.models import Passcode
from sekisho.support.messenger.queries import view
from sekisho.support.messenger.rules.messages import CHARS, cleaned
from sekisho.support.messenger.types import Asker, Conversation, EventKind, Said, Voice
from sekisho.support.messenger.words import MOVE, refusal

LIFE = timedelta(seconds=60)
"""How long a code counts. Source: RFC 6749, section 4.1.2 allows ten minutes at most; a redirect takes a second."""


@transaction.atomic
def keep_draft(
    asker: Asker, conversation_id: str, text: str, *, old: str, new: str, clock: Clock = system_clock
) -> Conversation:
    """Keep what was to be sent, sealed like everything else, and say where to sign in first. Nothing is sent.

    Raises `SekishoError`: `nothing_said`, `too_long`.
    """
    row, said = locked(asker, conversation_id), mask_cards(cleaned(text))
    if not said:
        raise refusal("nothing_said")
    if len(said) > CHARS:
        raise refusal("too_long", count=len(said), most=CHARS)
    key = vault.keys_of([row.key]).get(row.key)
    row.draft = vault.shut_draft(key, row.id, said) if key else b""
    facts = {"old": old, "new": new, "offers": ["move"]}
    add(row, EventKind.MOVE, Voice.DESK, MOVE.format(old=old, new=new), facts, at=clock())
    return view(row)


def send_kept(asker: Asker, conversation_id: str, *, clock: Clock = system_clock) -> Said | None:
    """Send what was kept, once; None for nothing."""
    row = Row.objects.filter(id=locked_id(asker, conversation_id)).get()
    kept = vault.open_draft(vault.keys_of([row.key]).get(row.key), row.id, bytes(row.draft))
    if not kept:
        return None
    mark = hashlib.sha256(bytes(row.draft)).hexdigest()[:32]
    return say(asker, conversation_id, kept, submission=f"kept {mark}", clock=clock)


@transaction.atomic
def locked_id(asker: Asker, conversation_id: str) -> str:
    return locked(asker, conversation_id).id


@transaction.atomic
def make_passcode(actor: Viewer, audience: str, state: str, *, clock: Clock = system_clock) -> str:
    """Return a code by which the sign-in of `actor` counts once at the origin `audience`, in the browser that holds
    what `state` is the digest of. Only the code's digest is stored. Codes whose time is over go by the sweeper."""
    at, code = clock(), secrets.token_urlsafe(32)
    Passcode.objects.create(
        digest=_digest(code),
        person=actor.id,
        audience=audience,
        state=state,
        made_at=at,
        expires_at=at + LIFE,
    )
    record(actor.id, "messenger.passcode_made", actor.id, audience=audience[:200])
    return code


@transaction.atomic
def redeem(code: str, audience: str, secret: str, *, clock: Clock = system_clock) -> Viewer:
    """Return who signed in at the new host. Raises `SekishoError` (`passcode_refused`) for a code that was used, is too
    old, was made for another origin, or is brought by another browser than the one that asked: which of these it was is
    not said."""
    at = clock()
    wanted = {"digest": _digest(code), "audience": audience, "state": state_of(secret)}
    usable = Passcode.objects.filter(**wanted, used_at=None, expires_at__gt=at)
    if not secret or not usable.update(used_at=at):
        raise refusal("passcode_refused")
    person = viewer(Passcode.objects.get(digest=_digest(code)).person)
    if not person.id:
        raise refusal("passcode_refused")
    record(person.id, "messenger.passcode_used", person.id, audience=audience[:200])
    return person


def state_of(secret: str) -> str:
    """Return what goes along to the new host in place of the browser's secret."""
    return hashlib.sha256(f"messenger state {secret}".encode()).hexdigest()


def _digest(code: str) -> str:
    return hashlib.sha256(f"messenger passcode {code}".encode()).hexdigest()
