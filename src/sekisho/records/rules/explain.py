"""What is so for one turn, line by line with the requirement that each rests on: what the privacy page, the staff page,
the access export and the receipt all print (design 6.2). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from sekisho.base.text import Text
from sekisho.records.rules.clock import deadline, destroy_at, holds_at
from sekisho.records.rules.consent import touching
from sekisho.records.rules.eligibility import eligible
from sekisho.records.rules.reasons import ENDS, REASONS
from sekisho.records.rules.terms import terms_of
from sekisho.records.types import (
    Calendar,
    Deadline,
    Eligible,
    Event,
    Explanation,
    Ineligible,
    Pinned,
    Terms,
    TurnFacts,
)

Line = tuple[str, Text]


def explain(
    turn: TurnFacts,
    events: Iterable[Event],
    calendar: Calendar,
    at: datetime,
    *,
    untold: Collection[str] = (),
) -> Explanation:
    """Return what is so for the turn at the moment `at`, and why: when it ends, who reads it until then, whether it may
    be used for training. At least three lines, in this order.

    `untold` names legal holds of which the reader must not learn, as the law bars it (R-DATA-117): all is told as if
    they were not there.
    """
    own = tuple(one for one in touching(turn, events) if one.at <= at and one.hold not in untold)
    end = deadline(turn, own, calendar)
    zero = turn.stamp.zero_retention
    destroyed = Pinned(end.at) if zero else destroy_at(end, own)
    training = eligible(turn, own, calendar, at)
    lines = (
        _terms(turn),
        *_end(turn, end, at),
        *_held(own, destroyed, at),
        *_readers(turn, end, at),
        _training(training),
        *_horizon(zero, calendar),
    )
    return Explanation(end, destroyed, training, lines)


def moment(at: datetime) -> Text:
    """Return a moment in words, in UTC to the minute."""
    at = at.astimezone(UTC)
    return Text(f"{at.day} {at:%B %Y, %H:%M} UTC", f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}（UTC）")


def span(length: timedelta) -> Text:
    """Return a length of time in words: whole days, else hours."""
    days, rest = divmod(length, timedelta(days=1))
    hours = length // timedelta(hours=1)
    if rest or days < 3:
        return Text(f"{hours} hours" if hours != 1 else "1 hour", f"{hours} 時間")
    return Text(f"{days} days", f"{days} 日")


def _terms(turn: TurnFacts) -> Line:
    received, plan = moment(turn.stamp.received_at), turn.stamp.plan.value
    if terms_of(turn.stamp.plan) is Terms.CONSUMER:
        en = f"It was received on {received.en}, under consumer terms (plan {plan})."
        ja = f"{received.ja}に、個人向けの規約（プラン: {plan}）のもとで受け付けました。"
    else:
        en = f"It was received on {received.en}, under commercial terms (plan {plan})."
        ja = f"{received.ja}に、法人向けの規約（プラン: {plan}）のもとで受け付けました。"
    return "R-DATA-002", Text(en, ja)


def _end(turn: TurnFacts, end: Deadline, at: datetime) -> list[Line]:
    """When it ends, and why then."""
    why = (end.rule, ENDS[end.rule])
    if turn.stamp.zero_retention:
        return [why]
    when = moment(end.at)
    if at >= end.at:
        told = Text(f"Its content ended on {when.en}.", f"内容は{when.ja}に終わりました。")
        return [("R-DATA-113", told), why]
    told = Text(
        f"Its content becomes unreadable for ever on {when.en}.",
        f"内容は{when.ja}に永久に読めなくなります。",
    )
    return [(end.rule, told), why]


def _held(own: Collection[Event], destroyed: Pinned, at: datetime) -> list[Line]:
    """Whether a legal hold keeps it, and until when as far as that is known."""
    if destroyed.hold and destroyed.at is not None:
        until = moment(destroyed.at)
        en = f"A legal hold kept its key until {until.en}; then it was destroyed."
        return [("R-DATA-118", Text(en, f"法的保全により鍵は{until.ja}まで残され、その後破棄されました。"))]
    if destroyed.hold:
        return [("R-DATA-117", _HELD_PAST)]
    return [("R-DATA-117", _HELD)] if holds_at(own, at) else []


_HELD = Text(
    "A legal hold is on it: until the hold is released, no staff reads it and it is not destroyed.",
    "法的保全の対象です。解除されるまで、スタッフは読むことができず、破棄もされません。",
)
_HELD_PAST = Text(
    "A legal hold is on it: until its end no staff reads it, after its end nobody; it is destroyed once the hold is "
    "released.",
    "法的保全の対象です。上の日時までスタッフは読むことができず、それ以降は誰も読むことができません。解除されしだい破棄されます。",
)


def _readers(turn: TurnFacts, end: Deadline, at: datetime) -> list[Line]:
    """Who reads it until then, where that is not as usual."""
    if turn.stamp.zero_retention or at >= end.at:
        return []
    if end.sealed_at is not None and end.sealed_at <= at:
        since = moment(end.sealed_at)
        en = (
            f"It has been sealed since {since.en}: only the person whose it is can read it, to take it along."
        )
        ja = f"{since.ja}に封印されました。ご本人だけが、持ち出すために読むことができます。"
        return [("R-DATA-109", Text(en, ja))]
    if end.rule == "R-DATA-100":
        return [("R-DATA-102", _PURPOSES)]
    return []


_PURPOSES = Text(
    "It is read for developing models and for security, and for nothing else.",
    "モデルの開発と安全の向上のためだけに読まれ、ほかの目的には使われません。",
)


def _training(answer: Eligible | Ineligible) -> Line:
    match answer:
        case Eligible():
            return answer.rule, REASONS["included" if answer.rule == "R-DATA-016" else "eligible"]
        case Ineligible():
            return answer.rule, REASONS[answer.reason]


def _horizon(zero: bool, calendar: Calendar) -> list[Line]:
    """What is left after the end, and for how long."""
    if zero:
        return []
    rows, content, keys = span(calendar.rows), span(calendar.content_backups), span(calendar.key_backups)
    en = (
        f"At the end its key is destroyed. What remains cannot be read and goes within {rows.en}; "
        f"backups of it go within {content.en}, backups of keys within {keys.en}."
    )
    ja = (
        f"終わりには鍵が破棄されます。残るものは読むことができず、{rows.ja}以内に削除されます。"
        f"内容のバックアップは{content.ja}以内、鍵のバックアップは{keys.ja}以内に消えます。"
    )
    return [("R-DATA-113", Text(en, ja))]
