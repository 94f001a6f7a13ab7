"""A statement of reasons in words: point by point for its page, and in short for the mail that tells of it.

One source for both, so that what somebody reads in the mail is what the page shows. Source of the points: DSA
(Regulation (EU) 2022/2065), art. 17(3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sekisho.base.text import Text
from sekisho.enforcement.types import Measure, RestrictionView, Statement, UnitKind

END_USER, KEY, ORGANISATION = UnitKind.END_USER, UnitKind.KEY, UnitKind.ORGANISATION
THROTTLED, SUSPENDED, TERMINATED = Measure.THROTTLED, Measure.SUSPENDED, Measure.TERMINATED


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a statement has to say."""

    name: str
    """`restriction`, `duration`, `territory`, `facts`, `ground`, `source`, `automation` or `redress`."""
    text: Text


def points(view: RestrictionView, key_name: str = "") -> tuple[Point, ...]:
    """Return everything that the statement says, in the order in which it is read."""
    told = view.statement
    return (
        Point("restriction", restriction(view, key_name)),
        Point("duration", duration(view)),
        Point("territory", territory(told)),
        Point("facts", told.facts),
        Point("ground", ground(told)),
        Point("source", source(told)),
        Point("automation", AUTOMATED if told.was_decided_automatically else BY_PEOPLE),
        Point("redress", told.redress),
    )


def restriction_letter(view: RestrictionView, key_name: str = "") -> tuple[Text, Text]:
    """Return the subject and the body of the notice that a restriction begins; the link stands beneath it."""
    said = [each.text for each in points(view, key_name)]
    bodies = ("\n\n".join(each.in_(lang) for each in (*said, WHERE)) for lang in ("en", "ja"))
    return SUBJECTS[view.measure], Text(*bodies)


def lifted_letter(view: RestrictionView, key_name: str = "") -> tuple[Text, Text]:
    """Return the subject and the body of the notice that a restriction has ended before its time."""
    return LIFTED_SUBJECT, LIFTED[view.unit.kind].format(key=key_name or view.unit.id)


def restriction(view: RestrictionView, key_name: str = "") -> Text:
    """Return what is restricted, and how."""
    said = [RESTRICTIONS[view.unit.kind, view.measure].format(key=key_name or view.unit.id), *_left(view)]
    return Text(" ".join(each.en for each in said), "".join(each.ja for each in said))


def _left(view: RestrictionView) -> Iterator[Text]:
    """What is left to who is throttled."""
    if view.measure is THROTTLED:
        if view.requests_per_minute:
            yield RATE.format(number=view.requests_per_minute)
        if view.models:
            yield Text(
                MODELS.en.format(models=", ".join(view.models)),
                MODELS.ja.format(models="、".join(view.models)),
            )
        if view.tools_off:
            yield NO_TOOLS


def duration(view: RestrictionView) -> Text:
    """Return from when and until when it applies."""
    since = moment(view.since)
    if view.until is None:
        return Text(FOR_GOOD.en.format(since=since.en), FOR_GOOD.ja.format(since=since.ja))
    until = moment(view.until)
    return Text(
        UNTIL.en.format(since=since.en, until=until.en), UNTIL.ja.format(since=since.ja, until=until.ja)
    )


def territory(told: Statement) -> Text:
    return ONLY_IN.format(places=", ".join(told.territory)) if told.territory else EVERYWHERE


def ground(told: Statement) -> Text:
    """Return on what it rests and why: a law, where one is named, else a clause of the policy."""
    if not told.law:
        return told.explanation
    law = BY_LAW.format(law=told.law)
    return Text(f"{law.en} {told.explanation.en}", f"{law.ja}{told.explanation.ja}")


def source(told: Statement) -> Text:
    """Return whose initiative it was, and whether a program found it."""
    return SOURCES[told.is_own_initiative, told.was_detected_automatically]


def moment(at: datetime) -> Text:
    """Return a moment to the minute, UTC."""
    at = at.astimezone(UTC)
    return Text(f"{at:%Y-%m-%d %H:%M} UTC", f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}（UTC）")


SUBJECTS = {
    THROTTLED: Text(
        "Access is limited: what happened, and what you can do",
        "ご利用の制限について（理由と異議申立てのご案内）",
    ),
    SUSPENDED: Text(
        "Access is suspended: what happened, and what you can do",
        "ご利用の一時停止について（理由と異議申立てのご案内）",
    ),
    TERMINATED: Text(
        "Access has ended: what happened, and what you can do",
        "ご利用の終了について（理由と異議申立てのご案内）",
    ),
}
RESTRICTIONS = {
    (END_USER, THROTTLED): Text("Your requests are limited.", "あなたのリクエストを制限しています。"),
    (END_USER, SUSPENDED): Text(
        "Your requests are suspended: none passes for now.",
        "あなたのリクエストを一時停止しています。現在は受け付けていません。",
    ),
    (END_USER, TERMINATED): Text(
        "Your access has ended: no request passes any more.",
        "あなたの利用を終了しました。今後のリクエストは受け付けません。",
    ),
    (KEY, THROTTLED): Text(
        "Requests with the key “{key}” are limited.", "キー「{key}」によるリクエストを制限しています。"
    ),
    (KEY, SUSPENDED): Text(
        "The key “{key}” is suspended: no request passes with it for now. Your other keys are not concerned.",
        "キー「{key}」を一時停止しています。現在、このキーによるリクエストは受け付けていません。ほかのキーには影響しません。",
    ),
    (KEY, TERMINATED): Text(
        "The key “{key}” has been ended: no request passes with it any more. Your other keys are not concerned.",
        "キー「{key}」の利用を終了しました。今後、このキーによるリクエストは受け付けません。ほかのキーには影響しません。",
    ),
    (ORGANISATION, THROTTLED): Text(
        "All requests of your organisation are limited.", "組織全体のリクエストを制限しています。"
    ),
    (ORGANISATION, SUSPENDED): Text(
        "Your organisation is suspended: none of its requests passes for now.",
        "組織の利用を一時停止しています。現在、組織のリクエストはすべて受け付けていません。",
    ),
    (ORGANISATION, TERMINATED): Text(
        "Your organisation's access has ended: none of its requests passes any more.",
        "組織の利用を終了しました。今後、組織のリクエストは受け付けません。",
    ),
}
RATE = Text("Up to {number} requests pass in a minute.", "1 分あたり {number} 件まで受け付けます。")
MODELS = Text("Only these models answer: {models}.", "利用できるモデルは次のものに限られます：{models}。")
NO_TOOLS = Text(
    "Requests that offer tools to the model are refused.", "モデルにツールを渡すリクエストは受け付けません。"
)
UNTIL = Text(
    "It applies from {since} and ends by itself on {until}.",
    "{since}から適用され、{until}に自動的に終了します。",
)
FOR_GOOD = Text(
    "It applies from {since} until a person lifts it.", "{since}から適用され、担当者が解除するまで続きます。"
)
EVERYWHERE = Text(
    "It applies everywhere the service is offered.", "サービスを提供しているすべての地域で適用されます。"
)
ONLY_IN = Text("It applies in: {places}.", "適用される地域：{places}")
BY_LAW = Text("It rests on the law: {law}.", "法令（{law}）に基づく措置です。")
SOURCES = {
    (True, True): Text(
        "We found it on our own initiative, by automated means.",
        "当方の自主的な確認のなかで、自動処理により検知しました。",
    ),
    (True, False): Text(
        "We found it on our own initiative; a person noticed it.",
        "当方の自主的な確認のなかで、担当者が気づきました。",
    ),
    (False, True): Text(
        "Somebody reported it to us, and automated means confirmed it.",
        "第三者から通報があり、自動処理でも確認しました。",
    ),
    (False, False): Text("Somebody reported it to us.", "第三者から通報がありました。"),
}
BY_PEOPLE = Text("A person decided on this measure.", "この措置は担当者が決定しました。")
AUTOMATED = Text(
    "A program decided on this measure, without a person.",
    "この措置は、人の判断を経ずに自動処理で決定しました。",
)
WHERE = Text(
    "The page below shows this statement and takes your appeal. You need not sign in.",
    "下記のページで、この通知の内容を確認し、異議を申し立てることができます。サインインは必要ありません。",
)
LIFTED_SUBJECT = Text("A restriction was lifted", "制限を解除しました")
LIFTED = {
    END_USER: Text(
        "The restriction on your requests was lifted.", "あなたのリクエストへの制限を解除しました。"
    ),
    KEY: Text("The restriction on the key “{key}” was lifted.", "キー「{key}」への制限を解除しました。"),
    ORGANISATION: Text("The restriction on your organisation was lifted.", "組織への制限を解除しました。"),
}
