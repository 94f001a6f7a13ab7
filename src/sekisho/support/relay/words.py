"""What people are told of questions to owners."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text

ASKED_SUBJECT = Text("A member has a question", "メンバーから質問が届いています")
ASKED = Text(
    "A member of {organisation} asks you something that the support assistant could not settle.\n\n"
    "You can pass it on to the support team on their behalf, answer it yourself, or decline.",
    "{organisation} のメンバーから、サポートアシスタントでは解決しなかった質問が届いています。\n\n"
    "代わりにサポートチームへ取り次ぐ、ご自身で答える、見送る、のいずれかをお選びください。",
)
REMINDED_SUBJECT = Text("A member's question still waits", "メンバーの質問が回答を待っています")
FORWARDED_SUBJECT = Text("Your question was passed on", "質問がサポートチームに取り次がれました")
FORWARDED = Text(
    "Who speaks for {organisation} has passed your question on to the support team.\n\n"
    "The team answers both of you by e-mail.",
    "{organisation} の代表者が、あなたの質問をサポートチームへ取り次ぎました。\n\n"
    "サポートチームから、おふたりにメールでお答えします。",
)
FORWARDED_ALONE = Text(
    "Who speaks for {organisation} has passed your question on to the support team.\n\n"
    "The team answers them by e-mail; they tell you what comes of it.",
    "{organisation} の代表者が、あなたの質問をサポートチームへ取り次ぎました。\n\n"
    "サポートチームは代表者にメールで回答します。結果は代表者からお聞きください。",
)
ANSWERED_SUBJECT = Text("Your question was answered", "質問に回答がありました")
ANSWERED = Text(
    "Who speaks for {organisation} has answered your question. Read the answer on its page.",
    "{organisation} の代表者が、あなたの質問に回答しました。回答はページでご覧ください。",
)
DECLINED_SUBJECT = Text("Your question was not passed on", "質問は取り次がれませんでした")
DECLINED = Text(
    "Who speaks for {organisation} does not pass your question on to the support team.\n\n"
    "Articles and the support assistant stay open to you. Safety, data protection, complaints and appeals never need "
    "anybody's leave.",
    "{organisation} の代表者は、あなたの質問をサポートチームへ取り次がないことにしました。\n\n"
    "ヘルプ記事とサポートアシスタントは引き続きご利用いただけます。安全、データ保護、苦情、異議申立てには、誰の許可も要りません。",
)
RECOVERY_SUBJECT = Text(
    "Nobody who speaks for the organisation can be reached", "組織の代表者に連絡がつきません"
)
RECOVERY = Text(
    "Nobody who could decide on your question can be reached: those who speak for {organisation} have left, or their "
    "mail comes back. The support team now looks for somebody who may own it, and answers you by e-mail.",
    "あなたの質問について決められる方に連絡がつきません。"
    "{organisation} の代表者が退職したか、メールが届かない状態です。"
    "サポートチームが新しいオーナーの確認を進め、メールでご連絡します。",
)
RECOVERY_CASE = Text(
    "Nobody who speaks for the organisation can be reached. A member asked:\n\n{question}",
    "組織を代表する方に連絡がつきません。メンバーからの質問は次のとおりです。\n\n{question}",
)

REFUSALS: Mapping[str, Text] = {
    "question_empty": Text(
        "Write what you would like to know. One sentence is enough.",
        "お知りになりたいことをお書きください。一文でも構いません。",
    ),
    "question_too_long": Text(
        "The question is longer than 8,000 characters. Shorten it; the conversation can go along by itself.",
        "質問が 8,000 文字を超えています。短くしてください。会話の記録は別に添えられます。",
    ),
    "questions_waiting": Text(
        "Five of your questions wait already. Your owner or administrator answers them first.",
        "回答待ちの質問がすでに 5 件あります。先にオーナーまたは管理者の回答をお待ちください。",
    ),
    "answer_missing": Text(
        "Write the answer, in 1 to 8,000 characters.", "回答を 1〜8,000 文字で入力してください。"
    ),
    "question_settled": Text(
        "Somebody decided on this question already. Load the page again to see how.",
        "この質問はすでに対応済みです。ページを再読み込みしてご確認ください。",
    ),
    "asker_gone": Text(
        "Whoever asked no longer belongs to the organisation, so nothing can be passed on for them. You can decline.",
        "質問した方はすでに組織を離れているため、取り次ぐことができません。見送ることはできます。",
    ),
    "question_unreadable": Text(
        "The words of this question were erased. There is nothing left to pass on.",
        "この質問の本文は消去されています。取り次ぐ内容がありません。",
    ),
}


def refusal(code: str) -> SekishoError:
    return SekishoError(code, REFUSALS[code])


def closed(because: Text, rule: str) -> NotAllowedError:
    """Return the refusal by a rule of routing, in the rule's own words."""
    return NotAllowedError(rule, because)
