"""What an organisation is told when its endpoints fail."""

from __future__ import annotations

from datetime import datetime

from sekisho.base.text import Text
from sekisho.notices.actions import tell
from sekisho.notices.types import Organisation
from sekisho.webhooks.models import Endpoint
from sekisho.webhooks.rules.retries import PROBLEMS
from sekisho.webhooks.types import Attempt


def failing(endpoint: Endpoint, last: Attempt, at: datetime) -> None:
    why = PROBLEMS.get(last.problem, PROBLEMS["refused"])
    body = Text(
        _FAILING_BODY.en.format(url=endpoint.url, why=why.en, status=last.status or "–"),
        _FAILING_BODY.ja.format(url=endpoint.url, why=why.ja, status=last.status or "–"),
    )
    _tell(endpoint, "webhook_failing", _FAILING, body, at)


def gone(endpoint: Endpoint, at: datetime) -> None:
    _tell(endpoint, "webhook_disabled", _GONE, _GONE_BODY.format(url=endpoint.url), at)


def _tell(endpoint: Endpoint, kind: str, subject: Text, body: Text, at: datetime) -> None:
    tell(
        Organisation(endpoint.organisation),
        kind,
        endpoint.id,
        subject,
        body,
        key=f"{kind} {endpoint.id} {at.isoformat()}",
        at=at,
        link=f"/o/{endpoint.organisation}/webhooks/{endpoint.id}",
    )


_FAILING = Text("A webhook does not get through", "Webhook を配信できません")
_FAILING_BODY = Text(
    "For more than a day, a webhook could not be delivered to {url}.\n\n"
    "{why} (status: {status})\n\n"
    "Nothing is lost: what happened can be fetched from the API, and you can send each message again. New events are "
    "still sent; as soon as one gets through, all is well again.",
    "{url} への Webhook を 1 日以上配信できませんでした。\n\n"
    "{why}（ステータス：{status}）\n\n"
    "失われた情報はありません。内容は API から取得でき、各メッセージは再送できます。新しいイベントの送信は続けており、"
    "1 件でも届けば正常に戻ります。",
)
_GONE = Text("A webhook was disabled", "Webhook を無効にしました")
_GONE_BODY = Text(
    "{url} answered that it is gone for good (status 410), so nothing is sent there any more.\n\n"
    "If that was a mistake, enable the endpoint again.",
    "{url} から、宛先が恒久的になくなったという応答（ステータス 410）があったため、送信を停止しました。\n\n"
    "誤りの場合は、エンドポイントを再び有効にしてください。",
)
