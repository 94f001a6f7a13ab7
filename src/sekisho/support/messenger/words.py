"""What the messenger itself says, and what it says when it refuses."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text

REFUSALS: Mapping[str, Text] = {
    "terms_changed": Text(
        "What is agreed to has changed since the page was opened. Read it again, and press “Agree”.",
        "ページを開いたあとに、同意いただく内容が変わりました。もう一度お読みのうえ、「同意する」を押してください。",
    ),
    "nothing_said": Text(
        "The message is empty. Write something first.", "メッセージが空です。内容を入力してください。"
    ),
    "too_long": Text(
        "The message has {count:,} characters, and at most {most:,} are taken. Shorten it; what is longer can be "
        "sent by e-mail afterwards.",
        "メッセージは {count:,} 文字です。{most:,} 文字以内に短くしてください。"
        "長い内容は、後からメールでお送りいただけます。",
    ),
    "too_many": Text(
        "This conversation has become very long. Begin a new one.",
        "会話が長くなりすぎました。新しい会話を始めてください。",
    ),
    "too_often": Text(
        "Many conversations were begun from your network in the last hour. Please try again later.",
        "お使いのネットワークから、この 1 時間に多くの会話が開始されました。しばらくしてからお試しください。",
    ),
    "issue_not_offered": Text(
        "This issue is not open to you here. Choose one from the list.",
        "この用件はここでは選べません。一覧から選んでください。",
    ),
    "details_missing": Text(
        "Some details are missing or not in order.", "入力内容に不足または誤りがあります。"
    ),
    "email_missing": Text(
        "Say to which address the answer should go.", "回答をお送りするメールアドレスを入力してください。"
    ),
    "passcode_refused": Text(
        "This sign-in does not count here any more. Open the new console again from the messenger.",
        "このサインインは、ここでは無効になりました。メッセンジャーから新しいコンソールを開き直してください。",
    ),
}

HANDED_OVER = Text(
    "This is now with our support team, under the reference {reference}. A person answers by e-mail to {address}, by "
    "{due}. You can close this window: nobody waits on the other side, and you need not wait either.",
    "ご用件をサポートチームに引き継ぎました（受付番号 {reference}）。"
    "{due} までに、担当者が {address} 宛てにメールでお答えします。"
    "このウィンドウは閉じていただいて構いません。ここでお待ちいただく必要はありません。",
)
HANDED_OVER_UNPROVEN = Text(
    "This is now with our support team, under the reference {reference}. We sent a link to {address}: open it to "
    "confirm that the address is yours. The answer then comes there by e-mail, by {due}.",
    "ご用件をサポートチームに引き継ぎました（受付番号 {reference}）。{address} に確認用のリンクをお送りしました。"
    "ご本人のアドレスであることをリンクからご確認ください。そのうえで、{due} までにメールでお答えします。",
)
FAILED = Text(
    "The assistant cannot answer right now. Nothing that you wrote is lost. Below are articles that may help, and the "
    "ways onward.",
    "ただいまアシスタントが回答できません。お書きいただいた内容は失われていません。お役に立ちそうな記事と、次にできることを以下に示します。",
)
ABSTAINED = Text(
    "I find no article that answers this, so I will not guess. You can choose what it is about, or go on in one of the "
    "ways below.",
    "お答えできる記事が見つからないため、推測での回答は控えます。ご用件を選ぶか、以下の方法でお進みください。",
)
AGE = Text(
    "If you are under 18, or write for somebody who is: there is a way of its own. Nothing is deleted, and nothing is "
    "asked but an age check.",
    "18 歳未満の方、またはお子さまに代わってお書きの方には、専用の窓口があります。"
    "削除されるものはなく、年齢の確認以外にお聞きすることはありません。",
)
MOVE = Text(
    "You are signed in at the old console, {old}. Before this message is sent, open {new} and sign in there. What you "
    "wrote is kept and sent when you return.",
    "現在、旧コンソール（{old}）にサインインしています。送信の前に {new} を開いてサインインしてください。"
    "お書きいただいた内容は保存され、戻られたときに送信されます。",
)
PICKED = Text("It is about: {title}", "ご用件: {title}")
RELAYED = Text(
    "Your question is with the owners of your organisation. They can answer it, or pass it on to our support team on "
    "your behalf; you are told by e-mail.",
    "ご質問を組織のオーナーにお送りしました。オーナーが回答するか、代わりにサポートチームへ取り次ぎます。"
    "結果はメールでお知らせします。",
)
RATED_YES = Text("Good to know. Thank you.", "お役に立てて何よりです。ありがとうございます。")
RESOURCES = Text(
    "If you are in danger or thinking of harming yourself, please talk to somebody now: an emergency number, or a "
    "crisis line near you.",
    "差し迫った危険がある方、ご自身を傷つけたいお気持ちのある方は、今すぐ緊急通報、またはお近くの相談窓口にご連絡ください。",
)
MIRRORED = Text(
    "The support team has answered. It was sent by e-mail, and stands here too.",
    "サポートチームから回答がありました。メールでお送りした内容を、こちらにも表示しています。",
)


def refusal(code: str, **fields: object) -> SekishoError:
    return SekishoError(code, REFUSALS[code].format(**fields), **fields)
