"""What comes back: attached to the delivery that it concerns, and remembered of the address (R-SUP-076)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from sekisho.accounts.queries import people_who
from sekisho.accounts.rules import Permission
from sekisho.audit.actions import record
from sekisho.base.listening import PASSED, TAKEN
from sekisho.base.text import Text
from sekisho.cases.mail import templates
from sekisho.cases.mail.actions.keeping import keep_apart
from sekisho.cases.mail.models import Inbound, Pause, Undeliverable
from sekisho.cases.mail.rules import bounces
from sekisho.cases.mail.rules.bounces import Force
from sekisho.cases.mail.rules.caps import SOFT, STORM_WITHIN, is_storm
from sekisho.cases.mail.types import Fate, Letter
from sekisho.cases.models import Delivery
from sekisho.cases.rules.masking import mask_address
from sekisho.cases.types import DeliveryStatus, Queue
from sekisho.notices.actions import tell
from sekisho.notices.rules import rest_after
from sekisho.notices.types import Person

_OPEN = (
    DeliveryStatus.SENDING.value,
    DeliveryStatus.DELIVERED.value,
    DeliveryStatus.TEMPORARY_FAILURE.value,
)
"""How far a delivery may have come of which a bounce still tells something new."""
WHERE_ADDRESSES_ARE = "/accounts/email/"
"""Where somebody with an account confirms another address."""


def take_bounce(row: Inbound, raw: bytes, letter: Letter, delivery_id: str, at: datetime) -> str:
    """Take in what came to a delivery's own return path. Only the server that we handed it to knows that address, so
    nobody can make an address undeliverable by writing a bounce."""
    delivery = Delivery.objects.filter(id=delivery_id).first()
    found = bounces.read(letter.report)
    if delivery is None or not found:  # an out-of-office answer goes there too (RFC 3834, section 4)
        keep_apart(row, raw, Fate.PASSED_OVER, "automatic", Queue.SUPPORT.value)
        return PASSED
    row.delivery, force = delivery.id, bounces.force(found)
    status = next((one.status for one in found if one.status), "")
    keep_apart(row, raw, Fate.BOUNCED, force.value, delivery.case.queue)
    _follow(delivery, force, bounces.code_of(status), at)
    _look_for_storm(at)
    return TAKEN


def _follow(delivery: Delivery, force: Force, code: str, at: datetime) -> None:
    is_over = force is Force.SOFT and _soft_before(delivery) >= SOFT
    match force:
        case Force.HARD:
            mark_undeliverable(delivery, code, at)
        case Force.REFUSED:
            _failed(delivery, DeliveryStatus.PERMANENT_FAILURE, code, at)
        case Force.SOFT if is_over:
            _failed(delivery, DeliveryStatus.PERMANENT_FAILURE, code, at)
        case Force.SOFT:
            again = at + rest_after(delivery.attempts)
            _failed(delivery, DeliveryStatus.TEMPORARY_FAILURE, code, at, next_at=again)
        case Force.NONE:
            pass


def mark_undeliverable(delivery: Delivery, code: str, at: datetime) -> None:
    """Give a delivery up whose address is none, and send nothing there again. The address is the delivery's own: what
    the bounce names as one is not asked."""
    _failed(delivery, DeliveryStatus.PERMANENT_FAILURE, code, at)
    row = Undeliverable(email=delivery.email, since=at, code=code, delivery=delivery.id)
    if not Undeliverable.objects.filter(email=row.email).exists():
        with transaction.atomic():
            Undeliverable.objects.bulk_create([row], ignore_conflicts=True)
            record("system:mail", "mail.undeliverable", delivery.case_id, delivery=delivery.id, code=code)
            _tell_owner(delivery, at)


def _tell_owner(delivery: Delivery, at: datetime) -> None:
    """Tell whoever has an account where they look: in the product, and by mail only where their account's own address
    is another than the one that mail came back from."""
    if not delivery.person:
        return
    said = {"reference": delivery.case.reference, "address": mask_address(delivery.email)}
    tell(
        Person(delivery.person),
        "address_undeliverable",
        delivery.case_id,
        *templates.pair("undeliverable", **said),
        key=f"undeliverable:{delivery.id}",
        at=at,
        link=WHERE_ADDRESSES_ARE,
        not_to=delivery.email,
    )


def _failed(
    delivery: Delivery, status: DeliveryStatus, code: str, at: datetime, next_at: datetime | None = None
) -> None:
    Delivery.objects.filter(id=delivery.id, status__in=_OPEN).update(
        status=status.value, code=code, status_at=at, next_at=next_at, claimed_until=None
    )


def _soft_before(delivery: Delivery) -> int:
    soft = Inbound.objects.filter(fate=Fate.BOUNCED.value, delivery=delivery.id, because=Force.SOFT.value)
    return soft.count()


def _look_for_storm(at: datetime) -> None:
    """Pause what goes out when too much comes back, and call the operators, once for each pause."""
    recent = Inbound.objects.filter(fate=Fate.BOUNCED.value, received_at__gt=at - STORM_WITHIN).count()
    if not is_storm(recent) or Pause.objects.filter(is_on=True).exists():
        return
    try:
        with transaction.atomic():
            pause = Pause.objects.create(at=at, bounces=recent)
    except IntegrityError:
        return
    record("system:mail", "mail.paused", pause.id, bounces=recent)
    body = _PAUSED_BODY.format(bounces=recent)
    for person in people_who(Permission.STAFF_HEALTH_READ):
        key = f"{pause.id}:{person}"
        tell(
            Person(person),
            "mail_paused",
            pause.id,
            _PAUSED,
            body,
            key=key,
            at=at,
            link="/staff/desk/quarantine",
        )


_PAUSED = Text("The desk's mail is paused", "サポート窓口のメール送信を停止しました")
_PAUSED_BODY = Text(
    "{bounces} mails of the desk came back within a minute, so nothing goes out for now. Look at what came back, put "
    "the cause right, and let mail go on from the page of the quarantine.",
    "サポート窓口のメールが 1 分間に {bounces} 通差し戻されたため、送信を一時停止しました。"
    "差し戻しの内容を確認して原因を取り除き、隔離メールのページから送信を再開してください。",
)
