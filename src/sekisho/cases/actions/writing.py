"""Saying something in a case. The mails that follow from it are rows of the same transaction: what is committed will be
sent, and what was rolled back never is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Lang, as_lang
from sekisho.cases.actions.clocks import met, started
from sekisho.cases.actions.parts import for_reader, noted, put_in_place
from sekisho.cases.events import message_written
from sekisho.cases.models import Case, Delivery, Enclosure, Message
from sekisho.cases.models import Clock as ClockRow
from sekisho.cases.queries.office import promise
from sekisho.cases.queries.rows import message_view, plan_of, reader_of, requester_footing
from sekisho.cases.rules.cards import mask_cards
from sekisho.cases.rules.reading import Footing, Reader
from sekisho.cases.rules.states import SETTLED, after_reply, reopens
from sekisho.cases.rules.targets import NEXT_REPLY, TARGETS
from sekisho.cases.types import Contact, DeliveryKind, Impact, Kind, MessageView, Reach, State, Voice
from sekisho.cases.types import Enclosure as File
from sekisho.cases.vault import key_of, shut, shut_text
from sekisho.cases.words import refusal
from sekisho.records.keystore.queries import OpenKey

MAX_CHARS = 200_000
"""Longest text of a message. What comes by mail and is longer is enclosed whole."""
_OURS = frozenset({Voice.STAFF, Voice.BOT, Voice.SYSTEM})


def write(
    actor: Viewer,
    case_id: str,
    voice: Voice,
    text: str,
    *,
    reach: Reach = Reach.EVERYBODY,
    to: Sequence[Contact] = (),
    cited: Sequence[str] = (),
    enclosures: Sequence[File] = (),
    submission: str,
    entitlements: Mapping[str, object] | None = None,
    translated_from: Lang | None = None,
    clock: Clock = system_clock,
) -> MessageView:
    """Say something in a case, and return the message. The same `submission` says it once.

    Of what staff, bot and system say, one `Delivery` is made for each address that may have it: those in `to`, or when
    none is named the requester's and the sponsor's (and the owners', once whoever spoke for them does so no more).
    `entitlements` is the snapshot at this disclosure. Raises `NotFoundError` for who does not see the case, and
    `SekishoError`: `not_your_voice`, `nothing_said`, `too_long`, `settled_long_ago`, `not_a_contact`, `unreadable`.
    """
    try:
        with transaction.atomic():
            return _write(
                actor, case_id, voice, text, reach, to, cited, enclosures, submission, entitlements or {},
                translated_from, clock(),
            )  # fmt: skip
    except IntegrityError:
        now = accounts.as_of_now(actor)
        if (row := Message.objects.filter(case_id=case_id, submission=submission).first()) is None:
            raise
        return _view(row, now)


def _write(
    actor: Viewer,
    case_id: str,
    voice: Voice,
    text: str,
    reach: Reach,
    to: Sequence[Contact],
    cited: Sequence[str],
    enclosures: Sequence[File],
    submission: str,
    entitlements: Mapping[str, object],
    translated_from: Lang | None,
    at: datetime,
) -> MessageView:
    now, row, reader = for_reader(actor, case_id)
    if before := Message.objects.filter(case=row, submission=submission).first():
        return message_view(before, key_of(row.key), reader, masked=False)
    reach = _checked(now, row, reader, voice, text, reach, enclosures, at)
    made = said(
        row, voice, text, by=now.id, reach=reach, cited=cited, enclosures=enclosures, submission=submission,
        entitlements=entitlements, translated_from=translated_from, at=at,
    )  # fmt: skip
    if voice in _OURS and reach is not Reach.STAFF:
        post(row, DeliveryKind.REPLY, _addressees(row, made, to), at, message=made)
    follow(row, voice, reach, now.id, at)
    return message_view(made, key_of(row.key), reader, made.enclosures.all(), masked=False)


def _view(row: Message, viewer: Viewer) -> MessageView:
    return message_view(row, key_of(row.case.key), Reader(viewer.id), row.enclosures.all(), masked=False)


def _checked(
    actor: Viewer,
    row: Case,
    reader: Reader,
    voice: Voice,
    text: str,
    reach: Reach,
    enclosures: Sequence[File],
    at: datetime,
) -> Reach:
    """Return how far the message reaches, or raise why it is not taken."""
    may = {
        Voice.REQUESTER: reader.is_requester or actor.is_system,
        Voice.SPONSOR: reader.speaks or actor.is_system,
        Voice.STAFF: reader.is_staff and not actor.is_system,
        Voice.BOT: actor.is_system,
        Voice.SYSTEM: actor.is_system,
    }
    if not may[voice]:
        raise refusal("not_your_voice")
    if not text.strip() and not enclosures:
        raise refusal("nothing_said")
    if len(text) > MAX_CHARS:
        raise refusal("too_long", most=MAX_CHARS)
    if voice not in _OURS and State(row.state) in SETTLED and not reopens(row.settled_at, at):
        raise refusal("settled_long_ago")
    return reaching(row, voice, reach)


def reaching(row: Case, voice: Voice, reach: Reach = Reach.EVERYBODY) -> Reach:
    """Return how far a message goes. Where answers do not go to the requester, neither does what the sponsor says to
    them (R-SUP-056); what the requester says, everybody reads."""
    if voice is Voice.REQUESTER:
        return Reach.EVERYBODY
    return Reach.SPONSOR if reach is Reach.EVERYBODY and not row.reaches_requester else reach


def said(
    row: Case,
    voice: Voice,
    text: str,
    *,
    by: str,
    reach: Reach = Reach.EVERYBODY,
    cited: Sequence[str] = (),
    enclosures: Sequence[File] = (),
    submission: str,
    entitlements: Mapping[str, object] | None = None,
    translated_from: Lang | None = None,
    at: datetime,
    key: OpenKey | None = None,
) -> Message:
    """Store a message with its files, and record it. Numbers of cards are masked first (R-SUP-094)."""
    if (key := key or key_of(row.key)) is None:
        raise refusal("unreadable")
    made = Message(
        case=row,
        at=at,
        voice=voice.value,
        by=by,
        reach=reach.value,
        requester_was=requester_footing(row).value,
        submission=submission,
        cited=list(cited),
        entitlements=dict(entitlements or {}),
        translated_from=translated_from or "",
    )
    made.text = shut_text(key, row.id, f"message {made.id}", mask_cards(text))
    made.save(force_insert=True)
    for file in enclosures:
        _enclose(row, made, file, key)
    facts = {"voice": voice, "reach": reach, "files": len(enclosures), "organisation": row.organisation}
    record(by or "public", "case.message_written", row.id, message=made.id, **facts)
    told = {"case_id": row.id, "message_id": made.id, "voice": voice}
    transaction.on_commit(lambda: message_written.send(sender=None, **told))
    return made


def _enclose(row: Case, message: Message, file: File, key: OpenKey) -> None:
    kept = Enclosure(case=row, message=message, media_type=file.media_type[:100], bytes=len(file.content))
    kept.name = shut_text(key, row.id, f"name {kept.id}", mask_cards(file.name))
    kept.content = shut(key, row.id, f"content {kept.id}", file.content)
    kept.save(force_insert=True)


def follow(row: Case, voice: Voice, reach: Reach, by: str, at: datetime) -> None:
    """Let state and clocks follow what was said. An answer of staff meets our promise, one of a machine does not."""
    held = State(row.state)
    if voice in _OURS:
        if voice is Voice.STAFF and reach is not Reach.STAFF:
            met(row, TARGETS, at)
            _become(row, State.OPEN if held is State.NEW else held, by, at)
    else:
        if not ClockRow.objects.filter(case=row, met_at=None, duty__in=TARGETS).exists():
            due = promise(plan_of(row), at, kind=Kind(row.kind), impact=Impact(row.impact), duty=NEXT_REPLY)
            started(row, NEXT_REPLY, at, due)
        _become(row, after_reply(held), by, at)
    put_in_place(row, at)


def _become(row: Case, wanted: State, by: str, at: datetime) -> None:
    if (held := State(row.state)) is not wanted:
        row.state, row.settled_at = wanted.value, None
        noted(row, by, "state", held.value, wanted.value, "", at)


def post(
    row: Case,
    kind: DeliveryKind,
    to: Iterable[tuple[str, Contact]],
    at: datetime,
    *,
    message: Message | None = None,
) -> None:
    """Put a mail to each of these people into the outbox, once for each address."""
    addressees = {one.email.strip().lower(): (person, one) for person, one in to if one.email}
    Delivery.objects.bulk_create(
        [
            Delivery(
                case=row,
                message=message,
                kind=kind.value,
                person=person,
                email=email,
                language=one.language,
                created_at=at,
            )
            for email, (person, one) in addressees.items()
        ]
    )


def requester_contact(row: Case) -> Contact:
    return Contact(row.email, row.is_proven, as_lang(row.language))


def _addressees(row: Case, made: Message, to: Sequence[Contact]) -> list[tuple[str, Contact]]:
    """Return who gets it: only who may read it, and only at addresses that were proven (R-SUP-053, R-SUP-078)."""
    if to:
        if not all(one.is_proven for one in to):
            raise refusal("not_a_contact")
        return [("", one) for one in to]
    was = Footing(made.requester_was)
    entitled = {Footing.OWN, Footing.SPEAKER} | (
        {Footing.MEMBER} if made.reach == Reach.EVERYBODY else set[Footing]()
    )
    found = [(row.requester, requester_contact(row))] if row.is_proven and was in entitled else []
    if row.sponsor and reader_of(accounts.viewer(row.sponsor), row).speaks:
        found += _of_people([row.sponsor])
    elif row.sponsor or (row.footing == Footing.SPEAKER and was is not Footing.SPEAKER):
        found += _of_people(one.id for one in accounts.holders_of(row.organisation))
    return found


def _of_people(people: Iterable[str]) -> list[tuple[str, Contact]]:
    known = (one for person in people for one in accounts.person_to_tell(person))
    return [(one.id, Contact(one.email, True, one.language)) for one in known]
