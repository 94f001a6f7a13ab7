"""What holds for a message that somebody would send now, line by line with reason and source: the first thing that the
privacy page shows (design 6.9).

Nothing here decides: the lines are what the clock and eligibility say of a turn received at that moment, so that the
page cannot promise what the clock does not do. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sekisho.accounts.types import AccountFacts
from sekisho.base.text import Text
from sekisho.records.rules import ENDS, REASONS, deadline, eligible, moment, span, terms_of
from sekisho.records.rules.calendar_time import years_after
from sekisho.records.types import (
    Calendar,
    Eligible,
    Event,
    Ineligible,
    Kind,
    Product,
    Stamp,
    Terms,
    TurnFacts,
    Upstream,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the policy in force for somebody."""

    topic: str
    """`terms`, `training`, `kept`, `afterwards` or `backups`."""
    value: Text
    reason: Text
    source: Text
    """What it rests on: a choice with its date, the plan, the organisation's settings, the calendar."""
    rule: str


def effective(
    account: AccountFacts, person: str, events: Sequence[Event], calendar: Calendar, at: datetime
) -> tuple[Line, ...]:
    """Return what holds for a turn that the person sends through this account at the moment `at`. Legal holds are left
    out: they say something of what is stored, and the law may bar telling of them (R-DATA-117)."""
    turn, events = _turn(account, person, at), [one for one in events if not one.hold]
    return (
        _terms(account),
        _training(turn, events, calendar, at),
        _kept(turn, events, calendar),
        *([] if account.zero_retention else [_afterwards(turn, calendar), _backups(calendar)]),
    )


def _turn(account: AccountFacts, person: str, at: datetime) -> TurnFacts:
    stamp = Stamp(
        account.plan,
        "",
        account.zero_retention,
        at,
        upstream=Upstream.FIRST_PARTY,
        product=Product.CODING,
        member=person,
    )
    return TurnFacts("", account.id, stamp, completed_at=at)


def _terms(account: AccountFacts) -> Line:
    is_consumer = terms_of(account.plan) is Terms.CONSUMER
    value = (
        Text("Consumer terms", "個人向けの規約")
        if is_consumer
        else Text("Commercial terms", "法人向けの規約")
    )
    reason = Text(
        "The key or account that is used decides, not the person.",
        "どなたが使うかではなく、使われるキーまたはアカウントによって決まります。",
    )
    plan = account.plan.value
    return Line("terms", value, reason, Text(f"Plan: {plan}", f"プラン: {plan}"), "R-DATA-002")


def _training(turn: TurnFacts, events: Sequence[Event], calendar: Calendar, at: datetime) -> Line:
    answer = eligible(turn, events, calendar, at)
    source = _decided_by(turn, answer, events)
    if isinstance(answer, Ineligible):
        return Line("training", _NOT_USED, REASONS[answer.reason], source, answer.rule)
    is_consumer = terms_of(turn.stamp.plan) is Terms.CONSUMER
    return Line(
        "training", _MAY_BE_USED, REASONS["eligible"] if is_consumer else _PARTNER, source, answer.rule
    )


def _decided_by(turn: TurnFacts, answer: Eligible | Ineligible, events: Sequence[Event]) -> Text:
    """What the answer about training rests on."""
    if turn.stamp.zero_retention:
        return _SETTINGS
    if terms_of(turn.stamp.plan) is Terms.CONSUMER:
        return _last(events, Kind.ALLOWED, Kind.DENIED) or _UNCHOSEN
    if answer.rule == "R-DATA-047":
        own = [one for one in events if one.scope.member == turn.stamp.member]
        return _last(own, Kind.MEMBER_OBJECTED) or _DEFAULT
    return _last(events, Kind.PARTNER_JOINED, Kind.PARTNER_LEFT) or _DEFAULT


def _last(events: Sequence[Event], *kinds: Kind) -> Text | None:
    found = [one for one in events if one.kind in kinds]
    if not found:
        return None
    when, whose = moment(found[-1].at), _WHOSE[found[-1].kind]
    return Text(whose.en.format(when=when.en), whose.ja.format(when=when.ja))


def _kept(turn: TurnFacts, events: Sequence[Event], calendar: Calendar) -> Line:
    end = deadline(turn, events, calendar)
    received = turn.stamp.received_at
    if turn.stamp.zero_retention:
        value = Text("Not kept", "保管されません")
    elif end.at == years_after(received, calendar.allowed_years):
        years = calendar.allowed_years
        value = Text(f"{years} years", f"{years} 年")
    else:
        value = span(end.at - received)
    is_own = any(one.kind is Kind.RETENTION_SET for one in events) or turn.stamp.zero_retention
    source = _SETTINGS if is_own else _of(calendar)
    return Line("kept", value, ENDS[end.rule], source, end.rule)


def _afterwards(turn: TurnFacts, calendar: Calendar) -> Line:
    """How soon what was kept goes after a withdrawal or a deletion."""
    if terms_of(turn.stamp.plan) is Terms.CONSUMER:
        reason = Text(
            f"What was kept longer is sealed as soon as you no longer allow it, and gone {span(calendar.grace).en} "
            "later.",
            f"許可を取り消すと、長く保管されていたものは直ちに封印され、{span(calendar.grace).ja}後に破棄されます。",
        )
        return Line("afterwards", span(calendar.grace), reason, _of(calendar), "R-DATA-109")
    reason = Text(
        "What is kept is sealed as soon as zero retention is switched on, and destroyed within that time.",
        "ゼロデータ保持を有効にすると、保管されているものは直ちに封印され、この時間内に破棄されます。",
    )
    return Line("afterwards", span(calendar.backlog), reason, _of(calendar), "R-DATA-139")


def _backups(calendar: Calendar) -> Line:
    content, keys = span(calendar.content_backups), span(calendar.key_backups)
    reason = Text(
        f"Backups of content hold ciphertext alone. Without the keys, whose own backups go within {keys.en}, nobody "
        "reads it.",
        f"内容のバックアップは暗号文だけです。鍵のバックアップは{keys.ja}以内に消え、鍵がなければ誰にも読めません。",
    )
    return Line("backups", content, reason, _of(calendar), "R-DATA-113")


def _of(calendar: Calendar) -> Text:
    return Text(f"Calendar of data use {calendar.version}", f"データ利用の暦 {calendar.version}")


_MAY_BE_USED = Text("May be used", "使われることがあります")
_NOT_USED = Text("Not used", "使われません")
_PARTNER = Text(
    "Prompts and answers of coding clients that the provider's own service answered may be used for training.",
    "コーディング用クライアントのプロンプトと、提供元自身のサービスによる回答は、学習に使われることがあります。",
)
_SETTINGS = Text("Data settings of the organisation", "組織のデータ設定")
_DEFAULT = Text("The default for organisations", "組織の既定値")
_UNCHOSEN = Text(
    "You have not chosen yet, which is the same as no", "まだ選択されていません（許可しない場合と同じです）"
)
_WHOSE = {
    Kind.ALLOWED: Text("Your choice of {when}", "{when}のご本人の選択"),
    Kind.DENIED: Text("Your choice of {when}", "{when}のご本人の選択"),
    Kind.MEMBER_OBJECTED: Text("Your objection of {when}", "{when}のご本人の異議"),
    Kind.PARTNER_JOINED: Text("The organisation's decision of {when}", "{when}の組織の決定"),
    Kind.PARTNER_LEFT: Text("The organisation's decision of {when}", "{when}の組織の決定"),
}
