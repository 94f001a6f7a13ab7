"""What time does to answers that wait: reminders, escalation, expiry. It releases nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from sekisho.accounts.queries import viewer as viewer_of
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.enforcement.holds.actions.step import SYSTEM, Step
from sekisho.enforcement.holds.models import OPEN, Hold, Professional
from sekisho.enforcement.holds.queries import matter_of, qualified_people
from sekisho.enforcement.holds.rules import Held, Tick
from sekisho.enforcement.holds.types import DOMAINS, Ended, HoldState
from sekisho.notices.actions import tell
from sekisho.notices.types import Organisation, Person, Recipient

AT_ONCE = 200
"""Holds that one turn of the duty looks at."""
BEFORE_EXPIRY = timedelta(days=30)
"""How long before a licence ends its holder is reminded. Our decision: renewing one takes weeks."""
QUEUE = "/staff/holds"


def tick(clock: Clock = system_clock) -> int:
    """Do what is due, and return how many holds changed. Several workers may do it: each change is made once."""
    at = clock()
    due = Hold.objects.filter(OPEN, Q(lease_until=None) | Q(lease_until__lte=at), due_at__lte=at)
    return sum(
        _told_apart(each, at) for each in due.order_by("due_at").values_list("id", flat=True)[:AT_ONCE]
    )


def _told_apart(hold_id: str, at: datetime) -> bool:
    """As `_ticked`; a hold on which somebody acts at this very moment is left to them, and keeps no other waiting."""
    try:
        return _ticked(hold_id, at)
    except SekishoError:
        return False


@transaction.atomic
def _ticked(hold_id: str, at: datetime) -> bool:
    one = Step(hold_id, SYSTEM, at)
    was, had = one.held, one.row.by
    one.to(Tick())
    if one.held == was:
        return False
    if one.held.state is HoldState.EXPIRED:
        one.row.ended = Ended.TIME.value
        one.end("hold.expired")
        _tell(one.row, "hold_expired", [Organisation(one.row.organisation)], _EXPIRED, at)
    elif one.held.escalated_at != was.escalated_at:
        one.end("hold.escalated")
        people = [Person(each) for each in qualified_people(matter_of(one.row), at)]
        _tell_people(one.row, one.held, people, _ESCALATED, "hold_escalated", at)
        _tell(one.row, "hold_escalated", [Organisation(one.row.organisation)], _LATE, at)
    elif one.held.reminded_at != was.reminded_at:
        one.end("hold.reminded")
        first = (had,) if had else qualified_people(matter_of(one.row), at)
        _tell_people(one.row, one.held, map(Person, first), _REMINDED, "hold_reminded", at)
    else:
        one.end("hold.freed")
    return True


def _tell(row: Hold, kind: str, to: Iterable[Recipient], said: tuple[Text, Text], at: datetime) -> None:
    subject, body = (_filled(text, row) for text in said)
    for each in to:
        link = f"/o/{row.organisation}/holds"
        tell(each, kind, row.id, subject, body, key=f"{kind} {row.id}", at=at, link=link)


def _tell_people(
    row: Hold, held: Held, people: Iterable[Person], said: tuple[Text, Text], kind: str, at: datetime
) -> None:
    """One mail an hour for each person and domain: a hundred late answers need no hundred mails."""
    subject, body = (_filled(text, row) for text in said)
    for each in people:
        key = f"{kind} {each.id} {row.domain} {at:%Y-%m-%dT%H}"
        tell(each, kind, row.id, subject, body, key=key, at=at, link=_desk(each, row))


def _desk(person: Person, row: Hold) -> str:
    """Where the person finds what waits: staff in the queue, an organisation's own professional in its list."""
    if viewer_of(person.id).staff:
        return QUEUE
    return f"/o/{row.organisation}/holds"


def _filled(text: Text, row: Hold) -> Text:
    named = DOMAINS.get(row.domain, _OTHER)
    return Text(
        text.en.format(domain=named.en, id=row.id, until=f"{row.expires_at:%Y-%m-%d %H:%M} UTC"),
        text.ja.format(domain=named.ja, id=row.id, until=f"{row.expires_at:%Y-%m-%d %H:%M} UTC"),
    )


def remind_of_licences(clock: Clock = system_clock) -> int:
    """Tell those whose registration ends within 30 days, once for each end. Return how many were told."""
    at = clock()
    soon = Professional.objects.filter(
        ended_at=None, valid_until__lte=(at + BEFORE_EXPIRY).date(), valid_until__gte=at.date()
    )
    return sum(_reminded(row, at) for row in soon.order_by("id") if row.reminded_for != row.valid_until)


@transaction.atomic
def _reminded(row: Professional, at: datetime) -> bool:
    mine = Professional.objects.filter(id=row.id, valid_until=row.valid_until).exclude(
        reminded_for=row.valid_until
    )
    if not mine.update(reminded_for=row.valid_until):
        return False
    subject, body = (text.format(day=row.valid_until.isoformat()) for text in _LICENCE)
    key = f"licence_expiring {row.id} {row.valid_until}"
    tell(Person(row.person), "licence_expiring", row.id, subject, body, key=key, at=at, link=QUEUE)
    record(
        SYSTEM, "professional.reminded", row.id, person=row.person, valid_until=row.valid_until.isoformat()
    )
    return True


_OTHER = Text("a missing check", "確認処理の不足")
_REMINDED = (
    Text("Answers wait for you: {domain}", "確認待ちの回答があります: {domain}"),
    Text(
        "The answer {id} has been waiting for a decision, and others may be waiting too.\n\n"
        "If nobody decides by {until}, it expires and the person gets no answer. "
        "The queue shows the next deadline first.",
        "回答 {id} が判断を待っています。ほかにも待っている回答があるかもしれません。\n\n"
        "{until} までに判断がない場合は期限切れとなり、利用者に回答は届きません。一覧には期限の近い順に表示されます。",
    ),
)
_ESCALATED = (
    Text("Late: answers wait in {domain}", "至急: {domain} の回答が確認を待っています"),
    Text(
        "Nobody has decided on the answer {id} yet. "
        "Everybody who is qualified is told now, and so is the organisation.\n\n"
        "It expires at {until}.",
        "回答 {id} はまだ判断されていません。資格のある方全員と、組織にお知らせしています。\n\n"
        "{until} に期限切れとなります。",
    ),
)
_LATE = (
    Text("A held answer is late: {domain}", "保留中の回答の確認が遅れています: {domain}"),
    Text(
        "The answer {id} still waits for a professional. We have told everybody who is qualified.\n\n"
        "If nobody decides by {until}, it expires, and your client is told so. Nothing is given without a review.",
        "回答 {id} は、まだ専門家の確認を待っています。資格のある方全員にお知らせしました。\n\n"
        "{until} までに判断がない場合は期限切れとなり、その旨をクライアントにお知らせします。"
        "確認なしにお渡しすることはありません。",
    ),
)
_EXPIRED = (
    Text("A held answer has expired: {domain}", "保留中の回答が期限切れになりました: {domain}"),
    Text(
        "Nobody decided on the answer {id} in time, so it was not given.\n\n"
        "Your client sees this when it asks for the ticket. Ask again, or refer the person to a professional.",
        "回答 {id} は期限までに判断されなかったため、お渡ししませんでした。\n\n"
        "クライアントが受付番号を確認すると、その旨が表示されます。もう一度お問い合わせいただくか、専門家をご案内ください。",
    ),
)
_LICENCE = (
    Text("Your registration as a professional ends on {day}", "専門家としての登録が {day} に期限を迎えます"),
    Text(
        "After {day} you cannot decide on held answers any more.\n\n"
        "Send the policy team the proof that your licence was renewed, and they will renew your registration.",
        "{day} を過ぎると、保留中の回答を判断できなくなります。\n\n"
        "資格を更新したことがわかる資料をポリシー担当にお送りください。登録を更新します。",
    ),
)
