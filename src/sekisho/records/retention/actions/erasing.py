"""Erase a conversation, an end user, a member, a person or an organisation: keys first, then table by table, and never
`done` before each was counted and found empty (R-DATA-237).

    asked ──▶ event: hidden at once ──▶ keys die ──▶ each table of the inventory ──▶ counted ──▶ receipt
                    a crash anywhere: the next round goes on where it was      a failure: told, and tried again

A legal hold keeps what it touches: of its subject, all else in content falls at once, and tables follow its release.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.apps import apps
from django.db import transaction
from django.db.models import Q

from sekisho.accounts.types import Role
from sekisho.audit.actions import record
from sekisho.audit.pseudonyms import pseudonym
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.inventory import Erase, Holder, How, Subject
from sekisho.records import registry
from sekisho.records.actions import append
from sekisho.records.actions.history import Circumstances
from sekisho.records.keystore import actions as keystore
from sekisho.records.models import Turn
from sekisho.records.queries import calendar_at
from sekisho.records.registry import Entry
from sekisho.records.retention import queries, tombstones
from sekisho.records.retention.actions.destroying import destroy_due
from sekisho.records.retention.actions.erasing_rows import erase_rows, left
from sekisho.records.retention.facts import receipt
from sekisho.records.retention.models import Erasure, ErasureStep, Fallen
from sekisho.records.retention.types import ErasureState, StepState
from sekisho.records.retention.words import REFUSALS
from sekisho.records.types import Kind

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(days=1)
"""How often rows that stay for now are looked at again."""
AT_ONCE = 20
CONVERSATIONS_AT_ONCE = 500
ACCOUNTS = frozenset({"accounts_person", "accounts_organisation", "accounts_apikey"})
"""Tables that wait until all others are done: by them a later round finds what is left."""


def delete_conversation(
    actor: str,
    organisation: str,
    conversation: str,
    *,
    at: datetime,
    reason: str = "asked",
    surface: str = "api",
) -> str:
    """Delete a conversation and return the erasure's id: hidden with the commit, its key destroyed within a minute, its
    rows gone within a day, with a receipt (R-DATA-123). Who may is the caller's to check."""
    subject = Subject(Holder.CONVERSATION, organisation, conversation=conversation)
    return erase(actor, subject, at=at, reason=reason, surface=surface)


def erase(
    actor: str,
    subject: Subject,
    *,
    at: datetime,
    reason: str = "asked",
    surface: str = "api",
    again: str = "",
) -> str:
    """Ask that the subject be erased, and return the erasure's id. What they said is hidden with the commit; keys and
    rows follow at once, in rounds of the worker. Asking twice is asking once.

    Who may is the caller's to check. Raises `SekishoError` (`owns_organisation`) for a person on whom an organisation
    of others depends.
    """
    _may_go(subject)
    with transaction.atomic():
        asked = Erasure.objects.exclude(state=ErasureState.DONE.value).filter(
            holder=subject.holder, **_fields(subject)
        )
        if (known := asked.first()) is not None:
            return known.id
        row = Erasure(
            holder=subject.holder,
            asked_by=actor,
            reason=reason,
            asked_at=at,
            **_fields(subject),
            **_id(again),
        )
        row.subject = _named(subject)
        row.save()
        _plan(row, queries.with_address(subject), at)
        if subject.holder is not Holder.PERSON:
            _hide(actor, subject, at, surface)
        record(actor, "erasure.asked", row.subject, erasure=row.id, holder=subject.holder.value)
        if subject.holder is Holder.CONVERSATION:
            transaction.on_commit(lambda: _at_once(row.id, at))
    return row.id


def proceed(erasure: str, clock: Clock = system_clock) -> ErasureState:
    """Go on with an erasure and return where it stands then. Safe to call at any time, and by several workers."""
    at = clock()
    row = Erasure.objects.get(id=erasure)
    subject = queries.with_address(subject_of(row))
    if held := queries.holds_on(subject, at):
        _fall_what_may(subject, at, asked=False)
        Erasure.objects.filter(id=row.id).update(state=ErasureState.HELD.value, held_by=list(held))
        return ErasureState.HELD
    _destroy_keys(row, subject, at)
    for step in row.steps.order_by("number"):
        if step.state != StepState.DONE.value:
            _do(step, subject, at)
    return _close(row, subject, at)


def proceed_all(clock: Clock = system_clock) -> int:
    """Go on with everything that is not done, and look again at rows that stayed for now; return how many erasures were
    looked at. One that fails keeps no other waiting."""
    at = clock()
    waiting = Erasure.objects.exclude(state=ErasureState.DONE.value).order_by("asked_at")
    staying = Erasure.objects.filter(
        state=ErasureState.DONE.value, steps__state=StepState.REMAINS.value, looked_at__lte=at - LOOK_AGAIN
    ).distinct()
    names = [*waiting.values_list("id", flat=True)[:AT_ONCE], *staying.values_list("id", flat=True)[:AT_ONCE]]
    for name in names:
        try:
            proceed(name, clock)
        except Exception as problem:
            log.error("erasure.failed", extra={"problem": type(problem).__name__})
    return len(names)


def subject_of(row: Erasure) -> Subject:
    return Subject(Holder(row.holder), row.organisation, row.end_user, row.person, row.conversation)


def _fields(subject: Subject) -> dict[str, str]:
    names = ("organisation", "end_user", "person", "conversation")
    return {name: getattr(subject, name) for name in names}


def _id(again: str) -> dict[str, str]:
    return {"id": again} if again else {}


def _named(subject: Subject) -> str:
    """Whom it is about, as the log names them. Asked before the key of the name dies."""
    match subject.holder:
        case Holder.END_USER:
            return pseudonym(f"{subject.organisation}/{subject.end_user}")
        case Holder.PERSON:
            return subject.person
        case Holder.MEMBER:
            return f"{subject.organisation} {subject.person}"
    return subject.conversation or subject.organisation


def _may_go(subject: Subject) -> None:
    if subject.holder is not Holder.PERSON:
        return
    memberships = apps.get_model("accounts", "Membership")._default_manager
    owned = memberships.filter(person=subject.person, role=Role.PRIMARY_OWNER.value).values("organisation")
    if memberships.filter(organisation__in=owned).exclude(person=subject.person).exists():
        raise SekishoError("owns_organisation", REFUSALS["owns_organisation"])


def _plan(row: Erasure, subject: Subject, at: datetime) -> None:
    """Write down each table on which the erasure acts, with what is there now and what of it stays."""
    steps = []
    for number, entry in enumerate(registry.walk()):
        erase = entry.data.erasing(subject.holder)
        if erase is None or entry.data.reach is None or entry.data.reach.of(subject.holder) is None:
            continue
        steps.append(
            ErasureStep(
                erasure=row,
                number=number,
                table=entry.table,
                how=erase.how.value,
                found=registry.rows(entry, subject, at).count(),
            )
        )
    ErasureStep.objects.bulk_create(steps)


def _hide(actor: str, subject: Subject, at: datetime, surface: str) -> None:
    """What was said up to now is over: every reader asks the events, and the sweeper the deadline."""
    append(Kind.DELETED, queries.scope_of(subject), Circumstances(actor, surface), at=at)
    past = queries.turns_of(subject).filter(received_at__lte=at)
    past.filter(Q(deadline_at__gt=at) | Q(deadline_at=None)).update(deadline_at=at, sealed_at=at)


def _fall_what_may(subject: Subject, at: datetime, *, asked: bool) -> list[str]:
    """Destroy what no hold needs of the subject's content, turn by turn, and return the ids of the keys."""
    past = queries.turns_of(subject).filter(deadline_at__lte=at)
    names = sorted({str(name) for name in past.values_list("conversation", flat=True).distinct() if name})
    pages = (
        names[start : start + CONVERSATIONS_AT_ONCE] for start in range(0, len(names), CONVERSATIONS_AT_ONCE)
    )
    return [key for page in pages for key in destroy_due(page, at, asked=asked).key_ids]


def _destroy_keys(row: Erasure, subject: Subject, at: datetime) -> None:
    """Destroy the subject's keys, with a tombstone before it. Repeated in each round: what arrived meanwhile
    goes too."""
    if not row.tombstone:  # also where there is no key: what was erased must not come back with a backup
        row.tombstone = tombstones.bury(tombstones.Kind.ERASURE, _tombstone(row, subject), at)
        with transaction.atomic():
            tombstones.known(row.tombstone, at)
            Erasure.objects.filter(id=row.id).update(tombstone=row.tombstone)
    by_turn = subject.holder is Holder.MEMBER  # shares keys with others
    fell = _fall_what_may(subject, at, asked=True) if by_turn else _destroyed(subject, at)
    if subject.holder is Holder.CONVERSATION:
        _note_fallen(subject, at)
    if new := [key for key in fell if key not in row.key_ids]:
        row.key_ids = [*row.key_ids, *new]
        row.keys = len(row.key_ids)
        row.save(update_fields=["key_ids", "keys"])


def _note_fallen(subject: Subject, at: datetime) -> None:
    """Its turns can be read no more; their rows go with the next sweep where they have not gone already."""
    turns = Turn.objects.filter(conversation=subject.conversation, has_content=True, received_at__lte=at)
    if (last := turns.order_by("-received_at").values_list("received_at", flat=True).first()) is not None:
        fields = {"organisation": subject.organisation, "through": last, "at": at, "whole": True}
        Fallen.objects.update_or_create(conversation=subject.conversation, defaults=fields)


def _keys_of(subject: Subject) -> list[str]:
    return [str(key) for model in ("ConversationKey", "PurposeKey") for key in _below(model, subject)]


def _below(model: str, subject: Subject) -> Sequence[str]:
    """Return the ids of living keys of the subject's."""
    rows = apps.get_model("keystore", model)._default_manager.filter(destroyed_at=None)
    match subject.holder:
        case Holder.ORGANISATION:
            rows = rows.filter(subject_key__subject__startswith=f"{subject.organisation}/")
        case Holder.END_USER:
            rows = rows.filter(subject_key__subject=f"{subject.organisation}/{subject.end_user}")
        case Holder.CONVERSATION if model == "ConversationKey":
            rows = rows.filter(conversation=subject.conversation)
        case _:
            return []
    return list(rows.values_list("id", flat=True))


def _destroyed(subject: Subject, at: datetime) -> list[str]:
    keys = apps.get_model("keystore", "SubjectKey")._default_manager.filter(destroyed_at=None)
    match subject.holder:
        case Holder.ORGANISATION:
            mine = keys.filter(subject__startswith=f"{subject.organisation}/")
        case Holder.END_USER:
            mine = keys.filter(subject=f"{subject.organisation}/{subject.end_user}")
        case Holder.CONVERSATION:
            return keystore.destroy_conversation_keys([subject.conversation], at)
        case _:
            return []
    names = sorted(set(mine.values_list("subject", flat=True)))
    return [key for name in names for key in keystore.destroy_subject_keys(name, at)]


def _tombstone(row: Erasure, subject: Subject) -> dict[str, object]:
    """What a restored database must be told to erase the same again. An end user is named by a digest alone."""
    mark = tombstones.mark_of(subject.organisation, subject.end_user) if subject.end_user else ""
    return {
        "erasure": row.id,
        "holder": subject.holder.value,
        "organisation": subject.organisation,
        "person": subject.person,
        "conversation": subject.conversation,
        "mark": mark,
        "keys": _keys_of(subject),
        "by": row.asked_by,
        "asked_at": row.asked_at.isoformat(),
    }


def _do(step: ErasureStep, subject: Subject, at: datetime) -> None:
    """Erase one table, count it, and write down what came of it."""
    entry = _entry(step.table)
    erase = entry.data.erasing(subject.holder) if entry else None
    if entry is None or erase is None:
        _note(step, StepState.FAILED, problem="the inventory no longer knows this table")
        return
    if step.table in ACCOUNTS and _others_wait(step):
        _note(step, StepState.WAITING)
        return
    try:
        gone = erase_rows(entry, erase, subject, at)
    except Exception as problem:
        log.error("erasure.step_failed", extra={"table": step.table, "problem": type(problem).__name__})
        _note(step, StepState.FAILED, problem=type(problem).__name__)
        return
    step.found = max(step.found, gone)
    _counted(step, entry, erase, subject, at)


def _counted(step: ErasureStep, entry: Entry, erase: Erase, subject: Subject, at: datetime) -> None:
    if number := left(entry, erase, subject, at).count():
        _note(step, StepState.FAILED, problem=f"{number} rows are still there")
        return
    if erase.how is How.KEEP:
        step.kept = registry.rows(entry, subject, at).count() or step.found
    elif erase.unless is not None:
        step.kept = registry.kept(entry, erase, subject, at).count()
    step.reason = erase.reason[:300] if step.kept else ""
    remains = bool(step.kept) and erase.how is not How.KEEP
    _note(step, StepState.REMAINS if remains else StepState.DONE, at=at)


def _note(step: ErasureStep, state: StepState, *, problem: str = "", at: datetime | None = None) -> None:
    step.state, step.problem, step.done_at, step.tries = state.value, problem[:120], at, step.tries + 1
    step.save()


def _entry(table: str) -> Entry | None:
    return next((one for one in registry.walk() if one.table == table), None)


def _others_wait(step: ErasureStep) -> bool:
    done = (StepState.DONE.value, StepState.REMAINS.value)
    before = ErasureStep.objects.filter(erasure=step.erasure_id, number__lt=step.number)
    return before.exclude(state__in=done).exists()


def _close(row: Erasure, subject: Subject, at: datetime) -> ErasureState:
    """Say `done`, with a receipt, once every step is; and forget whom it was about once nothing stays for now."""
    states = set(row.steps.values_list("state", flat=True))
    if not states <= {StepState.DONE.value, StepState.REMAINS.value} or _keys_of(subject):
        Erasure.objects.filter(id=row.id).update(state=ErasureState.IN_PROGRESS.value, held_by=[])
        return ErasureState.IN_PROGRESS
    with transaction.atomic():
        fields: dict[str, object] = {"state": ErasureState.DONE.value, "looked_at": at, "held_by": []}
        if StepState.REMAINS.value not in states:
            fields["end_user"] = ""
        if not Erasure.objects.exclude(state=ErasureState.DONE.value).filter(id=row.id).update(**fields):
            Erasure.objects.filter(id=row.id).update(**fields)
            return ErasureState.DONE
        row.refresh_from_db()
        Erasure.objects.filter(id=row.id).update(done_at=at, receipt=_receipt(row, subject, at))
    return ErasureState.DONE


def _receipt(row: Erasure, subject: Subject, at: datetime) -> str:
    steps = list(row.steps.order_by("number"))
    return receipt(
        "deletion" if subject.holder is Holder.CONVERSATION else "erasure",
        row.subject,
        subject.holder.value,
        counts={step.table: step.found - step.kept for step in steps if step.found > step.kept},
        keys=row.key_ids,
        kept={step.table: step.reason for step in steps if step.kept},
        calendar=calendar_at(at),
        at=at,
    )


def _at_once(erasure: str, at: datetime) -> None:
    """Do it right after the commit; what fails is the worker's, within a minute."""
    try:
        proceed(erasure)
    except Exception as problem:
        log.error("erasure.failed", extra={"problem": type(problem).__name__})
