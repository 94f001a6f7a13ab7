"""Orders of authorities: a sealed queue, with a notice of receipt and of effect (DSA art. 9 and 10, R-SUP-140)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.rules import Permission
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, fixed_clock, system_clock
from sekisho.base.text import Text, as_lang
from sekisho.cases import actions as cases
from sekisho.cases import queries as read
from sekisho.cases.types import Contact, State, Voice
from sekisho.compliance import marks, words
from sekisho.compliance.actions.parts import (
    SYSTEM,
    answered,
    by_a_person,
    found,
    meet,
    opened,
    start_clocks,
    tell_staff,
)
from sekisho.compliance.law import laws
from sekisho.compliance.models import Order
from sekisho.compliance.queries.stated import profile
from sekisho.compliance.rules.profile import applies
from sekisho.compliance.types import Effect, Matter, OrderGiven, OrderKind, Regime, Taken
from sekisho.compliance.words import refusal

READ = Permission.STAFF_ORDER_READ


def take_order(given: OrderGiven, *, clock: Clock = system_clock) -> Taken:
    """Take an order in, in the sealed queue, and call those who may open it.

    Nothing is mailed by itself: a receipt goes out when a person has seen that it is an order (`acknowledge`).
    Raises `SekishoError` (`explanation_missing`) for one without words.
    """
    at = clock()
    if not given.text.strip():
        raise refusal("explanation_missing")
    received = given.received_at or at
    with transaction.atomic():
        case = opened(
            Matter.ORDER,
            f"order {given.submission}",
            given.text,
            Contact(given.email, False, given.language),
            at,
            details={
                "authority": given.authority,
                "country": given.country,
                "legal_basis": given.legal_basis,
            },
            about=given.source,
            region=given.country,
            issue="authority_order",
            received_at=received,
        )
        if not Order.objects.filter(case=case.id).exists():
            _noted(given, case.id, case.reference, received, at)
    return Taken(case.id, case.reference, marks.page_of(case.id, received))


@transaction.atomic
def acknowledge(actor: Viewer, case: str, text: str, *, clock: Clock = system_clock) -> None:
    """Tell the authority that the order was received, and by whom it is handled. Raises as `give_effect`."""
    now, at = by_a_person(actor, READ), clock()
    found(Matter.ORDER, case)
    if not text.strip():
        raise refusal("reasons_missing")
    if not Order.objects.filter(case=case, acknowledged_at=None).update(acknowledged_at=at):
        raise refusal("decided_already")
    meet(case, Matter.ORDER, "acknowledgement", at, now.id)
    cases.write(now, case, Voice.STAFF, text, submission="receipt", clock=fixed_clock(at))
    record(now.id, "order.acknowledged", case)


@transaction.atomic
def give_effect(actor: Viewer, case: str, effect: Effect, text: str, *, clock: Clock = system_clock) -> None:
    """Tell the authority what was done, and when. Raises `NotAllowedError`, `NotFoundError`, and `SekishoError`:
    `not_a_person`, `reasons_missing`, `decided_already`."""
    now, at = by_a_person(actor, READ), clock()
    row = found(Matter.ORDER, case)
    if not text.strip():
        raise refusal("reasons_missing")
    done = {"effect": effect.value, "effected_by": now.id, "effected_at": at}
    if not Order.objects.filter(case=case, effect="").update(**done):
        raise refusal("decided_already")
    Order.objects.filter(case=case, acknowledged_at=None).update(acknowledged_at=at)
    for duty in ("acknowledgement", "effect"):
        meet(case, Matter.ORDER, duty, at, now.id)
    said = words.EFFECTS[effect].in_(as_lang(row.language))
    answered(now, case, f"{said}\n\n{text.strip()}", f"effect {effect}", at)
    record(now.id, "order.effected", case, effect=effect)


@transaction.atomic
def take_from_mailbox(
    actor: Viewer, case: str, kind: OrderKind, authority: str, country: str, *, clock: Clock = system_clock
) -> Taken:
    """Move what an authority wrote to the ordinary mailbox into the sealed queue, with its time of receipt, and settle
    the ordinary case (spec 1.13). Its words are copied; only the sealed side says where it came from."""
    now, at = by_a_person(actor, READ), clock()
    asked = read.case(now, case)
    said = read.messages(SYSTEM, case)
    taken = take_order(
        OrderGiven(
            submission=f"from {case}",
            kind=kind,
            authority=authority,
            country=country,
            text="\n\n".join(one.text for one in said if one.voice is Voice.REQUESTER),
            legal_basis="",
            email=read.case(SYSTEM, case).contact.email,
            language=asked.language,
            received_at=asked.received_at,
            source=case,
        ),
        clock=fixed_clock(at),
    )
    cases.change_state(
        now, case, State.SOLVED, _MOVED.in_(asked.language), tells=False, clock=fixed_clock(at)
    )
    record(now.id, "order.moved_in", taken.case, source=case)
    return taken


def _noted(given: OrderGiven, case: str, reference: str, received: datetime, at: datetime) -> None:
    dsa = Regime.DSA if applies(laws()[Regime.DSA], profile().profile) else Regime.OWN
    Order.objects.create(
        case=case,
        regime=dsa.value,
        by_whom="",
        language=given.language,
        region=given.country,
        received_at=received,
        kind=given.kind.value,
        country=given.country,
    )
    start_clocks(case, Matter.ORDER, dsa, received)
    record("system:compliance", "order.received", case, kind=given.kind, country=given.country)
    link = f"/staff/compliance/orders/{case}"
    body = _BODY.format(reference=reference)
    tell_staff(READ, "order", case, words.SUBJECTS[Matter.ORDER], body, key=f"order {case}", at=at, link=link)


_MOVED = Text("Moved to another queue.", "別の窓口に移しました。")
_BODY = Text(
    "An order of an authority has arrived: {reference}. Only those with the permission can open it.",
    "当局の命令が届きました：{reference}。権限のある担当者だけが開けます。",
)
