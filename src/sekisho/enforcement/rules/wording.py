"""What people are told of strikes and rungs, from clauses, counts and days. Never from content. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sekisho.base.text import Text
from sekisho.enforcement.types import Rung, Standing, UnitKind

Titles = Mapping[str, Text]
"""Titles of clauses, by id."""
MOST_NAMED = 3
"""Clauses that are named one by one; the others are in the count."""


def facts_of(standing: Standing, titles: Titles) -> Text:
    """Return what happened: how many requests, under which clauses, between which days."""
    counted = [each.strike for each in standing.because if each.strike.clause]
    if not counted:
        return _UNITS.format(units=standing.units)
    days = [strike.at.astimezone(UTC) for strike in counted]
    named = _named([strike.clause for strike in counted], titles)
    words = _ONE_DAY if min(days).date() == max(days).date() else _DAYS
    count, first, last = len(counted), _day(min(days)), _day(max(days))
    requests = "one request was" if count == 1 else f"{count} requests were"
    return Text(
        words.en.format(requests=requests, first=first.en, last=last.en, clauses=named.en),
        words.ja.format(count=count, first=first.ja, last=last.ja, clauses=named.ja),
    )


def letter(rung: Rung, kind: UnitKind, standing: Standing, titles: Titles, name: str) -> tuple[Text, Text]:
    """Return subject and body of a notice or a warning: what happened, what follows, when it is over."""
    whom = _WHOM[kind].format(name=name)
    follows = _FOLLOWS[rung, kind is UnitKind.ORGANISATION]
    parts = (facts_of(standing, titles), whom, follows, recovery(standing), _WRONG)
    return _SUBJECTS[rung], _paragraphs(*parts)


def recovered_letter(standing: Standing, kind: UnitKind, name: str) -> tuple[Text, Text]:
    """Return subject and body of the message that a rung has fallen by itself."""
    whom = _WHOM[kind].format(name=name)
    if standing.rung is Rung.GOOD:
        return _GOOD_SUBJECT, _paragraphs(_GOOD, whom)
    now = _NOW[standing.rung]
    return _FALLEN_SUBJECT, _paragraphs(now, whom, recovery(standing))


def longer_letter(until: datetime, kind: UnitKind, name: str) -> tuple[Text, Text]:
    """Return subject and body of the message that further violations have put off the end of a limit."""
    day = _moment(until)
    later = Text(_LATER.en.format(until=day.en), _LATER.ja.format(until=day.ja))
    return _LATER_SUBJECT, _paragraphs(later, _WHOM[kind].format(name=name), _WRONG)


def call_letter(unit: str, clause: str, due_at: datetime) -> tuple[Text, Text]:
    """Return subject and body of what reviewers are told when automation suspended at once."""
    due = _moment(due_at)
    body = Text(
        _CALL.en.format(unit=unit, clause=clause, due=due.en),
        _CALL.ja.format(unit=unit, clause=clause, due=due.ja),
    )
    return _CALL_SUBJECT, body


def stopped_letter(today: int) -> tuple[Text, Text]:
    """Return subject and body of what reviewers are told when automation has reached its bounds."""
    return _STOPPED_SUBJECT, _STOPPED.format(today=today)


def recovery(standing: Standing) -> Text:
    """Return when it gets better by itself."""
    if standing.recovers_at is None:
        return _GOOD
    when = _moment(standing.recovers_at)
    return Text(_RECOVERS.en.format(when=when.en), _RECOVERS.ja.format(when=when.ja))


def _named(clauses: list[str], titles: Titles) -> Text:
    order = sorted(set(clauses), key=lambda one: (-clauses.count(one), one))[:MOST_NAMED]
    words = [titles.get(one) or Text(one, one) for one in order]
    en = ", ".join(f"“{word.en}” ({clauses.count(one)})" for one, word in zip(order, words, strict=True))
    ja = "、".join(
        f"「{word.ja}」（{clauses.count(one)} 件）" for one, word in zip(order, words, strict=True)
    )
    return Text(en, ja)


def _paragraphs(*texts: Text) -> Text:
    return Text("\n\n".join(text.en for text in texts), "\n\n".join(text.ja for text in texts))


def _day(at: datetime) -> Text:
    return Text(f"{at:%Y-%m-%d}", f"{at.year}年{at.month}月{at.day}日")


def _moment(at: datetime) -> Text:
    at = at.astimezone(UTC)
    day = _day(at)
    return Text(f"{day.en} {at:%H:%M} UTC", f"{day.ja} {at:%H:%M}（UTC）")


RUNGS = {
    Rung.GOOD: Text("good standing", "通常"),
    Rung.NOTICE: Text("notice", "お知らせ"),
    Rung.WARNING: Text("warning", "警告"),
    Rung.THROTTLE: Text("throttle", "制限"),
    Rung.SUSPENSION: Text("suspension", "一時停止"),
    Rung.TERMINATION: Text("termination", "終了"),
}
"""What the rungs are called, on every page and by every command."""
_ONE_DAY = Text(
    "On {first} (UTC), {requests} found to violate the usage policy: {clauses}.",
    "{first}（UTC）、{count} 件のリクエストが利用ポリシーに反すると判断されました。該当する条項：{clauses}。",
)
_DAYS = Text(
    "Between {first} and {last} (UTC), {requests} found to violate the usage policy: {clauses}.",
    "{first}から{last}まで（UTC）に、{count} 件のリクエストが利用ポリシーに反すると判断されました。"
    "該当する条項：{clauses}。",
)
_UNITS = Text(
    "{units} end users and keys of the organisation stand at a warning or worse, because of repeated violations "
    "of the usage policy.",
    "利用ポリシーへの違反が繰り返されたため、組織のエンドユーザーとキーのうち {units} 件が警告以上の状態にあります。",
)
_WHOM = {
    UnitKind.END_USER: Text(
        "This concerns your use of this product alone.",
        "これは、この製品におけるあなたのご利用だけに関するものです。",
    ),
    UnitKind.KEY: Text(
        "This concerns the key “{name}”. Other keys are not concerned.",
        "これはキー「{name}」に関するものです。ほかのキーには影響しません。",
    ),
    UnitKind.ORGANISATION: Text("This concerns your organisation.", "これは組織全体に関するものです。"),
}
_SUBJECTS = {
    Rung.NOTICE: Text(
        "Notice: a request violated the usage policy", "お知らせ：利用ポリシーに反するリクエストがありました"
    ),
    Rung.WARNING: Text(
        "Warning: repeated violations of the usage policy", "警告：利用ポリシーへの違反が続いています"
    ),
}
_FOLLOWS = {
    (Rung.NOTICE, False): Text(
        "Nothing is restricted. Should more follow, there will be a warning, and then a limit on requests.",
        "現時点でご利用の制限はありません。違反が続いた場合は、警告のうえ、リクエストを制限することがあります。",
    ),
    (Rung.WARNING, False): Text(
        "Nothing is restricted yet. Should more follow, requests will be limited, and after that access can be "
        "suspended.",
        "現時点でご利用の制限はありません。今後も違反が続いた場合は、リクエストを制限し、その後は利用を停止することが"
        "あります。",
    ),
    (Rung.NOTICE, True): Text(
        "Nothing is restricted for the organisation. The page on your standing shows whose conduct it is, so that you "
        "can act on it.",
        "組織全体への制限はありません。「利用資格の状態」のページで該当するエンドユーザーやキーを確認し、対応をご検討ください。",
    ),
    (Rung.WARNING, True): Text(
        "Nothing is restricted for the organisation yet. Should it go on, a person will decide whether the "
        "organisation as a whole is restricted. The page on your standing shows whose conduct it is.",
        "現時点で組織全体への制限はありません。今後も続く場合は、組織全体を制限するかどうかを担当者が判断します。"
        "「利用資格の状態」のページで該当するエンドユーザーやキーをご確認ください。",
    ),
}
_RECOVERS = Text(
    "If nothing is added, this gets better by itself on {when}.",
    "新たな違反がなければ、{when}に自動的に改善します。",
)
_WRONG = Text(
    "If you think that this is wrong, tell us: a person will look at it.",
    "この判断が誤りだと思われる場合は、お知らせください。担当者が確認します。",
)
_GOOD_SUBJECT = Text("You are in good standing again", "利用資格の状態が通常に戻りました")
_GOOD = Text("Nothing counts against you any more.", "現在、違反として数えられているものはありません。")
_FALLEN_SUBJECT = Text("Your standing has improved", "利用資格の状態が改善しました")
_NOW = {
    Rung.NOTICE: Text(
        "The warning is over. A notice still stands, and restricts nothing.",
        "警告の期間が終わりました。お知らせの段階は続きますが、制限はありません。",
    ),
    Rung.WARNING: Text(
        "The restriction that automation had imposed is over. The warning still stands.",
        "自動処理による制限は終了しました。警告の段階は続いています。",
    ),
    Rung.THROTTLE: Text(
        "The suspension that automation had imposed is over. Requests are still limited.",
        "自動処理による一時停止は終了しました。リクエストの制限は続いています。",
    ),
}
_LATER_SUBJECT = Text("The limit on requests lasts longer", "リクエストの制限が延長されました")
_LATER = Text(
    "Further requests violated the usage policy while requests were limited. The limit now ends on {until}, if "
    "nothing is added.",
    "制限中にも利用ポリシーに反するリクエストがありました。新たな違反がなければ、制限は{until}に終了します。",
)
_CALL_SUBJECT = Text("A suspension waits for a person", "一時停止の確認が必要です")
_CALL = Text(
    "Automation suspended {unit} under the hard clause {clause}. A person has to look by {due}.",
    "厳格な条項「{clause}」に基づき、自動処理が {unit} を一時停止しました。{due}までに担当者が確認してください。",
)
_STOPPED_SUBJECT = Text("Automation has stopped imposing sanctions", "自動処理による措置を停止しました")
_STOPPED = Text(
    "Automation has imposed {today} sanctions today, and imposes no more. What it would have done waits for people. "
    "Please find out what has changed.",
    "自動処理による措置が本日 {today} 件となったため、以後の自動措置を停止しました。対象となる件は担当者の判断を"
    "待っています。何が変わったのかをご確認ください。",
)
