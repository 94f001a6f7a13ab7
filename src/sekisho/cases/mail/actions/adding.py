"""A mail made part of a case: what it says anew, its files, and the mail itself beside them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sekisho.accounts.types import system
from sekisho.base.text import Lang, as_lang
from sekisho.cases import actions as cases
from sekisho.cases.mail import templates
from sekisho.cases.mail.actions.keeping import keep_with
from sekisho.cases.mail.models import Inbound
from sekisho.cases.mail.rules import files, quoting
from sekisho.cases.mail.types import Fate, Letter, Piece, Seal
from sekisho.cases.models import Case, Message
from sekisho.cases.types import Contact, Enclosure, Kind, Opening, Queue, Reach, Voice
from sekisho.detection.language import language_of

SYSTEM = system("mail")
_KINDS = {Queue.SAFETY: Kind.SAFETY, Queue.IDENTITY: Kind.LOCKED_OUT, Queue.AUTHORITY: Kind.AUTHORITY}
_NOTHING = "(…)"
"""Stands for a mail without words."""


def add(
    row: Inbound, raw: bytes, letter: Letter, case: Case, voice: Voice, by: str, fate: Fate, at: datetime
) -> str:
    """Add the mail to a case, and return the id of the case that it became part of: a later one where that was settled
    long ago."""
    kept, left_out = enclosures(letter.pieces, letter.left_out)
    taken = cases.take_inbound(
        case.id, words(letter), submission=row.id, voice=voice, by=by, enclosures=kept, clock=lambda: at
    )
    into = case if taken.case == case.id else Case.objects.get(id=taken.case)
    keep_with(row, raw, into, taken.message, fate)
    _remark(into, letter, left_out, row.id, at)
    return into.id


def open_from(
    row: Inbound,
    raw: bytes,
    letter: Letter,
    queue: Queue,
    contact: Contact,
    at: datetime,
    **known: object,
) -> str:
    """Open a case from a mail, and return its id. It counts as received when the mail came in (R-SUP-137)."""
    kept, left_out = enclosures(letter.pieces, letter.left_out)
    opening = Opening(
        kind=_KINDS.get(queue, Kind.SUPPORT),
        queue=queue,
        submission=row.id,
        subject=letter.subject or _NOTHING,
        text=words(letter),
        contact=contact,
        surface="mail",
        received_at=row.received_at,
        enclosures=kept,
        **known,  # type: ignore[arg-type]
    )
    made = cases.open_case(opening, clock=lambda: at)
    case = Case.objects.get(id=made.id)
    first = Message.objects.filter(case=case).order_by("at", "id").values_list("id", flat=True)[0]
    keep_with(row, raw, case, first, Fate.OPENED)
    _remark(case, letter, left_out, row.id, at)
    return case.id


def words(letter: Letter) -> str:
    """Return what the mail says anew, for the case; something, also where it says nothing."""
    return quoting.said(letter.text) or letter.subject or _NOTHING


def language(letter: Letter) -> Lang:
    return as_lang(letter.language or language_of(letter.text or letter.subject))


def enclosures(
    pieces: Iterable[Piece], left_out: Iterable[str]
) -> tuple[tuple[Enclosure, ...], tuple[str, ...]]:
    """Return the files that are kept beside the mail, and a line for each that is not."""
    judged = files.judged(tuple(pieces))
    kept = tuple(
        Enclosure(one.name, one.media_type, one.content) for one in judged if isinstance(one, files.Kept)
    )
    refused = [f"{one.name} ({one.because})" for one in judged if isinstance(one, files.Refused)]
    return kept, (*refused, *(f"{files.safe_name(name)} (too_many)" for name in left_out))


def _remark(case: Case, letter: Letter, left_out: tuple[str, ...], mail: str, at: datetime) -> None:
    """Say in the case what its reader has to know: to staff, which files were not kept; to everybody, that a mail was
    encrypted. Nothing is said to who has not proven their address."""
    if left_out:
        listed = "\n".join(f"- {name}" for name in left_out)
        note = f"Not kept / 保存しなかったファイル:\n{listed}"
        cases.write(
            SYSTEM,
            case.id,
            Voice.SYSTEM,
            note,
            reach=Reach.STAFF,
            submission=f"files {mail}",
            clock=lambda: at,
        )
    if letter.seal is not Seal.NONE:
        text = templates.ENCRYPTED.in_(as_lang(case.language))
        cases.write(SYSTEM, case.id, Voice.SYSTEM, text, submission=f"sealed {mail}", clock=lambda: at)
