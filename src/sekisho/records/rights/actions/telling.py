"""What people are told about their requests: in mails and on the page of notices, in both languages."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.queries import addresses_of
from sekisho.base.text import Text, as_lang
from sekisho.notices.actions import tell
from sekisho.notices.links import Purpose, token
from sekisho.notices.types import Address, Organisation, Person, Recipient
from sekisho.records.rights.models import Callback, Request
from sekisho.records.rights.types import Channel, Refusal

EXPORT_PAGE = "/privacy/export"


def ready(row: Request, until: datetime, at: datetime) -> None:
    """Tell the person that their copy can be fetched, and until when. End users are told by their own controller."""
    if not row.person:
        return
    told = _words(_READY, until=f"{until:%Y-%m-%d %H:%M} UTC")
    link = EXPORT_PAGE
    if row.channel == Channel.LOCKED_OUT:
        link = f"/privacy/locked-out/{token(Purpose.RIGHTS, row.id, until)}"
    tell(
        Person(row.person),
        "data_ready",
        row.id,
        _READY_SUBJECT,
        told,
        key=f"rights.ready.{row.id}",
        at=at,
        link=link,
    )


def owner_is_asked(row: Request, at: datetime) -> None:
    """Tell the owners that a member asks, and where to answer (R-DATA-230)."""
    link = f"/o/{row.organisation}/export"
    told = _words(_OWNER, due=f"{row.due_at:%Y-%m-%d}")
    tell(
        Organisation(row.organisation),
        "data_asked",
        row.id,
        _OWNER_SUBJECT,
        told,
        key=f"rights.owner.{row.id}",
        at=at,
        link=link,
    )


def refused(row: Request, at: datetime) -> None:
    if row.person:
        words = _REFUSED[Refusal(row.refusal)]
        tell(
            Person(row.person),
            "data_refused",
            row.id,
            _REFUSED_SUBJECT,
            words,
            key=f"rights.refused.{row.id}",
            at=at,
        )


def asked_from_outside(row: Request, at: datetime) -> None:
    """Tell the account that somebody who could not sign in asked in its name, and how to stop it (R-DATA-231): the
    person in the product and at the address on file, and every other address that they have proven (R-SUP-095)."""
    link = f"/privacy/locked-out/{token(Purpose.RIGHTS, row.id, row.due_at)}"
    told = _words(_OUTSIDE[row.kind == "erasure"], begins=f"{row.begins_at:%Y-%m-%d %H:%M} UTC")
    others = addresses_of(row.person)[1:]
    readers: list[Recipient] = [Person(row.person), *(Address(one, as_lang(row.language)) for one in others)]
    for number, to in enumerate(readers):
        key = f"rights.outside.{row.id}" + (f".{number}" if number else "")
        tell(to, "data_asked", row.id, _OUTSIDE_SUBJECT, told, key=key, at=at, link=link)


def callback_given_up(row: Callback, at: datetime) -> None:
    """Tell the organisation that its address was called in vain, once a request (OpenDSR, section 8.5)."""
    told = _words(_IN_VAIN, external=row.request.external)
    key, link = f"rights.callback.{row.request_id}", f"/o/{row.organisation}/export"
    tell(
        Organisation(row.organisation),
        "callback_failed",
        row.request_id,
        _IN_VAIN_SUBJECT,
        told,
        key=key,
        at=at,
        link=link,
    )


def _words(text: Text, **fields: object) -> Text:
    return text.format(**fields)


_READY_SUBJECT = Text("Your data is ready to be fetched", "データの準備ができました")
_READY = Text(
    "The copy of your data that you asked for is ready. It can be fetched once, until {until}; then it is destroyed."
    "\n\n"
    "If you did not ask for it, change your password and tell support.",
    "ご請求いただいたデータの準備ができました。受け取れるのは一度だけで、期限は {until} です。"
    "その後は破棄されます。\n\n"
    "お心当たりがない場合は、パスワードを変更し、サポートまでご連絡ください。",
)
_OWNER_SUBJECT = Text("A member asks for their data", "メンバーからデータの請求がありました")
_OWNER = Text(
    "A member of your organisation asks for a copy or the erasure of what they wrote. Please answer by {due}.",
    "組織のメンバーから、本人が書いた内容の開示または消去の請求がありました。{due} までにご回答ください。",
)
_REFUSED_SUBJECT = Text("About your request for your data", "データのご請求について")
_REFUSED = {
    Refusal.BY_OWNER: Text(
        "Your organisation has not agreed to give out or erase what you wrote for it. Ask its owner why. You may also "
        "complain to your data protection authority, or go to court.",
        "お書きになった内容の開示または消去に、所属する組織が同意しませんでした。理由は組織のオーナーにお尋ねください。"
        "個人情報保護の監督機関への申立てや、訴訟の提起もできます。",
    ),
    Refusal.UNFOUNDED: Text(
        "We looked at your request and do not act on it, as it repeats what was answered lately or cannot be about "
        "you. You may write to support, complain to your data protection authority, or go to court.",
        "ご請求を確認しましたが、最近お答えした内容の繰り返しであるか、ご本人に関するものと認められないため、"
        "対応いたしません。"
        "サポートへのご連絡のほか、個人情報保護の監督機関への申立てや、訴訟の提起もできます。",
    ),
}
_IN_VAIN_SUBJECT = Text(
    "Your address for callbacks about a data request does not answer",
    "データに関する請求の通知先に届きません",
)
_IN_VAIN = Text(
    "We called an address that you named for the request {external} for a day, without success, and have given up. "
    "The request itself goes on: ask for its state instead.",
    "請求 {external} で指定された通知先に 1 日にわたって通知を試みましたが、届かなかったため中止しました。"
    "請求の処理は続いています。状態は API で確認してください。",
)
_OUTSIDE_SUBJECT = Text(
    "Somebody who cannot sign in asks in your name", "サインインできない方から請求がありました"
)
_OUTSIDE = {
    False: Text(
        "Somebody who cannot sign in, and typed a code from your mail, asks for a copy of your data. It is made after "
        "{begins} and can be fetched by a link to the address on file alone.\n\nIf it was not you, open the link "
        "below and stop it.",
        "サインインできない方が、メールで届いたコードを入力し、あなたのデータの開示を請求しました。"
        "{begins} 以降に準備し、登録アドレスに送るリンクからのみ受け取れます。\n\n"
        "お心当たりがない場合は、下のリンクを開いて取り消してください。",
    ),
    True: Text(
        "Somebody who cannot sign in, and typed a code from your mail, asks that your account be erased. That begins "
        "after {begins}.\n\n"
        "If it was not you, open the link below and stop it.",
        "サインインできない方が、メールで届いたコードを入力し、アカウントの消去を請求しました。"
        "{begins} 以降に始まります。\n\n"
        "お心当たりがない場合は、下のリンクを開いて取り消してください。",
    ),
}
