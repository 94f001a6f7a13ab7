"""Reads of what people chose for themselves, and of their receipts: each sees their own."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Max, Min

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import CONSUMER_PLANS
from sekisho.accounts.types import Viewer
from sekisho.audit.receipts import document
from sekisho.notices.queries import told_of
from sekisho.records.consent.models import ChoiceRow, Participation, ReceiptRow
from sekisho.records.consent.rules import current_holder, may_allow, must_choose
from sekisho.records.consent.rules.partner import may_join
from sekisho.records.consent.types import Answer, Choice, Movable, Purpose, Receipt
from sekisho.records.models import Turn
from sekisho.records.queries import calendar_at, events_of
from sekisho.records.types import Kind


def choice(
    viewer: Viewer, account: str, at: datetime, purpose: Purpose = Purpose.MODEL_IMPROVEMENT
) -> Choice:
    """Return what the viewer chose last for an account of their own. Raises `NotFoundError` for another's."""
    held = next(iter(accounts.account_facts([account])), None)
    if held is None or viewer.id not in held.people:
        raise accounts.not_found("account_not_found")
    row = ChoiceRow.objects.filter(account=account, person=viewer.id, purpose=purpose.value).first()
    answer = Answer(row.answer) if row else Answer.UNSET
    return Choice(
        account,
        purpose,
        answer,
        may_allow(held, viewer.id),
        must_choose(held, answer, calendar_at(at), at),
        row.at if row else None,
    )


def own_accounts(viewer: Viewer) -> tuple[str, ...]:
    """Return the consumer accounts that the viewer belongs to, by id; most people have one or none."""
    facts = accounts.account_facts(viewer.roles)
    return tuple(one.id for one in facts if one.plan in CONSUMER_PLANS)


def movable(viewer: Viewer, account: str, at: datetime) -> tuple[Movable, ...]:
    """Return the conversations of the viewer's own account that are kept and were not moved before, newest first.
    Raises `NotFoundError` for an account that is not theirs alone."""
    facts = next(iter(accounts.account_facts([account])), None)
    if facts is None or set(facts.people) != {viewer.id}:
        raise accounts.not_found("account_not_found")
    gone = {one.scope.conversation for one in events_of(account) if one.kind in (Kind.MOVED, Kind.DELETED)}
    rows = Turn.objects.filter(organisation=account, has_content=True).exclude(deadline_at__lte=at)
    found = (
        rows.exclude(conversation__in=gone - {""})
        .exclude(conversation=None)
        .values("conversation")
        .annotate(began=Min("received_at"), last=Max("received_at"), turns=Count("id"))
        .order_by("-last", "conversation")
    )
    return tuple(Movable(row["conversation"], row["began"], row["last"], row["turns"]) for row in found)


def waits_for_choice(viewer: Viewer, at: datetime) -> str:
    """Return the account for which the viewer's next session waits for an answer (R-DATA-019); empty for none."""
    own = own_accounts(viewer)
    return next((one for one in own if choice(viewer, one, at).must_choose), "")


def receipts(viewer: Viewer) -> tuple[Receipt, ...]:
    """Return the receipts of everything that the viewer ever chose, newest first."""
    rows = ReceiptRow.objects.filter(person=viewer.id).exclude(person="")
    return tuple(map(_receipt, rows.order_by("-at", "-id")))


def receipt(viewer: Viewer, receipt_id: str) -> Receipt:
    """Return one of them. Raises `NotFoundError` for another's."""
    row = ReceiptRow.objects.filter(id=receipt_id, person=viewer.id).exclude(person="").first()
    if row is None:
        raise accounts.not_found("receipt_not_found")
    return _receipt(row)


def receipt_document(viewer: Viewer, receipt_id: str) -> dict[str, object]:
    """Return the receipt as a document that anybody can check without us: a consent record after ISO/IEC TS 27560:2023
    (`rules.records`), signed, with the proof that the audit log holds it. Raises `NotFoundError` for another's."""
    return document(receipt(viewer, receipt_id).id)


# --- for gateways and rules: the system itself asks ----------------------------------------------------------
def consents_for_gateway(at: datetime) -> dict[str, int]:
    """Return the consent epoch that is open at the moment `at`, by account, for every account whose turns may be used
    for training; for the snapshot: no viewer.

    A personal account's begins with its person's choice, an organisation's with joining the partner program. What was
    allowed and could not be allowed today, as somebody has joined the account, is not among them.
    """
    return _of_people() | _of_partners(at)


def _of_people() -> dict[str, int]:
    held, ended = _held(), set(no_longer_held())
    return {account: epoch for account, epoch in held.items() if account not in ended}


def _of_partners(at: datetime) -> dict[str, int]:
    rows = Participation.objects.filter(ended_at=None, lapses_at__gt=at)
    epochs = dict(rows.values_list("organisation", "event"))
    return {one.id: epochs[one.id] for one in accounts.account_facts(epochs) if may_join(one) is None}


def no_longer_held() -> tuple[str, ...]:
    """Return the accounts whose consent nobody may hold any more, and which has not been ended yet; for duties."""
    rows = ChoiceRow.objects.filter(epoch__gt=0).values_list("account", "person")
    people = dict(rows)
    holders = {one.id: current_holder(one) for one in accounts.account_facts(people)}
    return tuple(sorted(account for account, person in people.items() if holders.get(account) != person))


def _held() -> dict[str, int]:
    rows = ChoiceRow.objects.filter(epoch__gt=0, purpose=Purpose.MODEL_IMPROVEMENT.value)
    return dict(rows.values_list("account", "epoch"))


def undecided(at: datetime) -> tuple[tuple[str, str], ...]:
    """Return account and person of everybody who had an account before the programme, has not chosen by the deadline,
    and was not told so yet; for the duty that tells them: no viewer."""
    calendar = calendar_at(at)
    if at < calendar.choice_deadline:
        return ()
    existing = accounts.accounts_opened_before(calendar.programme_start, CONSUMER_PLANS)
    rows = ChoiceRow.objects.filter(purpose=Purpose.MODEL_IMPROVEMENT.value)
    done = {*rows.values_list("account", flat=True), *told_of("choice_due")}
    waiting = accounts.account_facts(one for one in existing if one not in done)
    return tuple((one.id, person) for one in waiting for person in one.people)


def _receipt(row: ReceiptRow) -> Receipt:
    return Receipt(
        row.id,
        row.account,
        Purpose(row.purpose),
        Answer(row.answer),
        Answer(row.previous),
        row.at,
        row.surface,
        row.notice,
        row.language,
    )
