"""A person chooses whether their own turns may be used for training. Nobody else does it for them, and nothing else
does it for anybody (R-DATA-037): there is no other way to an `allowed` event."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import Viewer
from sekisho.audit.receipts import issue
from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import Lang, Text
from sekisho.notices import actions as notices
from sekisho.notices.types import Person
from sekisho.records.actions import append
from sekisho.records.actions.history import Circumstances
from sekisho.records.consent import letters, queries
from sekisho.records.consent.models import ChoiceRow, ReceiptRow
from sekisho.records.consent.rules import current_holder
from sekisho.records.consent.rules.records import record_of
from sekisho.records.consent.types import Answer, MayNot, Purpose, Surface, Words
from sekisho.records.consent.why import WHY_NOT
from sekisho.records.consent.wording import current_words
from sekisho.records.consent.wording import words as words_of
from sekisho.records.queries import calendar_at
from sekisho.records.types import Kind, Scope

ENDED_BY_SYSTEM = "system"


@transaction.atomic
def choose(
    actor: Viewer,
    account: str,
    allow: bool,
    *,
    surface: Surface,
    notice: str,
    language: Lang,
    at: datetime,
    purpose: Purpose = Purpose.MODEL_IMPROVEMENT,
) -> str:
    """Note what the person chose, and return the id of the receipt. It is in force at once, in every gateway.

    `notice` and `language` are the version of the words that they had before them; an old version is refused, so that
    nobody agrees to what they did not read (`notice_changed`). The person is the one who signed in, and chooses for
    their own account alone. Whoever may not allow is told why (`cannot_allow`); everybody may say no. Choosing the same
    again is a choice too, and gets its receipt; an epoch that is open stays the same.
    """
    read = _read(notice, language, purpose)
    queries.choice(actor, account, at, purpose)  # not theirs: not found, before anything is written
    row = _locked(account, actor.id, purpose, at)
    before = queries.choice(actor, account, at, purpose)
    if isinstance(before.may_allow, MayNot) and (allow or before.may_allow.code == "organisation"):
        raise SekishoError("cannot_allow", WHY_NOT[before.may_allow.code], why=before.may_allow.code)
    answer = Answer.ALLOW if allow else Answer.DONT_ALLOW
    event = append(
        Kind.ALLOWED if allow else Kind.DENIED,
        Scope(organisation=account, member=actor.id),
        Circumstances(actor.id, surface.value, read.version, read.digest, language, before.answer.value),
        at=at,
    )
    row.epoch = (row.epoch or event.seq) if allow else 0
    row.answer, row.at = answer.value, at
    row.save(update_fields=["answer", "epoch", "at"])
    return _receipt(actor.id, account, purpose, answer, before.answer, surface, read, event.seq, at)


def end_where_nobody_may_hold(account: str, at: datetime) -> bool:
    """End the consent of an account for which nobody may hold one any more: somebody joined it, its person turned out
    to be a minor, it changed hands. Return whether there was one. It never begins again by itself."""
    with transaction.atomic():
        facts = next(iter(accounts.account_facts([account])), None)
        holder = current_holder(facts) if facts else ""
        held = ChoiceRow.objects.select_for_update().filter(account=account, epoch__gt=0)
        ended = list(held.exclude(person=holder))
        for row in ended:
            circumstances = Circumstances(
                "system:consent", ENDED_BY_SYSTEM, previous=Answer(row.answer).value
            )
            append(Kind.DENIED, Scope(organisation=account, member=row.person), circumstances, at=at)
            ChoiceRow.objects.filter(id=row.pk).update(answer=Answer.DONT_ALLOW.value, epoch=0, at=at)
            _tell(row, at)
    return bool(ended)


def _tell(row: ChoiceRow, at: datetime) -> None:
    subject, body = letters.ended()
    key = f"consent_ended:{row.account}:{row.epoch}"
    notices.tell(
        Person(row.person), "consent_ended", row.account, subject, body, key=key, at=at, link="/privacy"
    )


def _read(notice: str, language: Lang, purpose: Purpose) -> Words:
    found = words_of(notice, language)
    if found is None or found != current_words(purpose, language):
        raise SekishoError("notice_changed", _NOTICE_CHANGED)
    return found


def _locked(account: str, person: str, purpose: Purpose, at: datetime) -> ChoiceRow:
    """The row of the choice, locked: of two tabs in which somebody chooses at once, one comes after the other, in the
    events as in the row."""
    unset = {"answer": Answer.UNSET.value, "at": at}
    row, _ = ChoiceRow.objects.select_for_update().get_or_create(
        account=account, person=person, purpose=purpose.value, defaults=unset
    )
    return row


def _receipt(
    person: str,
    account: str,
    purpose: Purpose,
    answer: Answer,
    previous: Answer,
    surface: Surface,
    read: Words,
    event: int,
    at: datetime,
) -> str:
    facts = record_of(
        person=person,
        account=account,
        controller=settings.text("public_url").rstrip("/"),
        purpose=purpose,
        answer=answer,
        previous=previous,
        surface=surface.value,
        words=read,
        calendar=calendar_at(at),
        at=at,
        event=event,
    )
    made = issue("consent", f"{account}/{person}", facts, at=at, actor=person)
    ReceiptRow.objects.create(
        id=made,
        account=account,
        person=person,
        purpose=purpose.value,
        answer=answer.value,
        previous=previous.value,
        surface=surface.value,
        notice=read.version,
        language=read.language,
        event=event,
        at=at,
    )
    return made


_NOTICE_CHANGED = Text(
    "The words have changed since you opened this page. Read them once more, then choose.",
    "このページを開いた後に説明の内容が変わりました。もう一度お読みいただいてから、お選びください。",
)
