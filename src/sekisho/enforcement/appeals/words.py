"""What refusals of this room say, and what people are told of their appeals. Whole sentences, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.text import Text
from sekisho.enforcement.appeals.types import About, Outcome

REFUSALS: Mapping[str, Text] = {
    # making one
    "window_closed": Text(
        "The six months in which one can appeal against this have passed. Write to support, and a person will look.",
        "異議を申し立てることができる6か月の期間を過ぎています。サポートへご連絡いただければ、担当者が確認します。",
    ),
    "appealed_already": Text(
        "You have appealed against this already. Follow it by the link that you received; nothing is lost.",
        "この件については、すでに異議申立てを受け付けています。お送りしたリンクから状況を確認できます。",
    ),
    "answered_already": Text(
        "Your appeal against this has been answered. The answer names courts and bodies to which you can go on.",
        "この件の異議申立てには、すでに結果をお伝えしています。その先の裁判所や機関は、結果の中で案内しています。",
    ),
    "too_many_appeals": Text(
        "Several appeals against this arrived today. Come back tomorrow; the six months go on.",
        "本日、この件について複数の異議申立てを受け付けました。明日以降にあらためてお送りください。"
        "6か月の期間はまだ続きます。",
    ),
    "text_missing": Text(
        "Write in your own words why this was wrong. One sentence is enough.",
        "どこが誤っていたかを、ご自身の言葉で書いてください。一文でも構いません。",
    ),
    "text_too_long": Text(
        "The text is longer than 10,000 characters. Shorten it, or attach the rest as a file.",
        "文章が 10,000 文字を超えています。短くするか、残りをファイルで添付してください。",
    ),
    "too_many_files": Text(
        "There are more than five files. Choose the five that matter most.",
        "添付できるのは 5 件までです。特に大切な 5 件を選んでください。",
    ),
    "file_empty": Text("“{name}” is empty. Choose it again.", "「{name}」は空です。選び直してください。"),
    "file_too_large": Text(
        "“{name}” is larger than 5 MB. Send a smaller picture or fewer pages.",
        "「{name}」は 5 MB を超えています。画像を小さくするか、ページを減らしてください。",
    ),
    "files_too_large": Text(
        "The files are larger than 10 MB together. Send fewer or smaller ones.",
        "添付ファイルの合計が 10 MB を超えています。数を減らすか、小さくしてください。",
    ),
    "file_type": Text(
        "“{name}” is none of the kinds that we can open safely. Send a PDF, a picture (PNG, JPEG, WebP) or plain text.",
        "「{name}」は安全に開ける形式ではありません。PDF、画像（PNG・JPEG・WebP）、テキストのいずれかでお送りください。",
    ),
    "file_active": Text(
        "“{name}” is a PDF that acts by itself or carries other files. Print it to a new PDF, and send that.",
        "「{name}」は、動作するしくみや他のファイルを含む PDF です。"
        "新しい PDF として印刷し直したものをお送りください。",
    ),
    # hearing one
    "not_a_person": Text(
        "Automation does not decide on appeals. A person of the appeals desk has to.",
        "異議申立ては自動処理では決定できません。異議申立ての担当者が判断してください。",
    ),
    "not_the_desk": Text(
        "Only the appeals desk decides on appeals. Ask one of its people.",
        "異議申立てを決定できるのは担当者だけです。担当者にご依頼ください。",
    ),
    "took_part": Text(
        "You took part in what this appeal is against, or in an earlier appeal against it. Somebody else hears it.",
        "この申立ての対象となった決定、または以前の申立てにあなたが関わっています。別の担当者が確認します。",
    ),
    "own_matter": Text(
        "This concerns you, or an organisation of yours. Somebody else hears it.",
        "あなたご自身、またはあなたの組織に関わる件です。別の担当者が確認します。",
    ),
    "proposed_it": Text(
        "You proposed to uphold this termination. It takes a second person to say the same.",
        "利用終了の維持を提案したのはあなたです。確定には別の担当者の同意が必要です。",
    ),
    "needs_training": Text(
        "Appeals of minors are heard by people who were trained for it. Leave it to one of them.",
        "未成年者の申立ては、研修を受けた担当者が確認します。該当する担当者に任せてください。",
    ),
    "held_by_other": Text(
        "Somebody else has this appeal on the desk. Take another, or wait until theirs ends.",
        "この申立ては別の担当者が確認中です。ほかの申立てを選ぶか、確認が終わるまでお待ちください。",
    ),
    "not_held": Text(
        "You do not have this appeal on the desk any more. Take it again, and check what has changed.",
        "この申立ての確認の担当が外れています。もう一度担当し、変わった点を確かめてください。",
    ),
    "decided_already": Text(
        "This appeal has been decided. Reload the page to read the outcome.",
        "この申立てはすでに決定済みです。ページを再読み込みして結果を確認してください。",
    ),
    "rests": Text(
        "This appeal waits until a pause has ended. It comes into the queue by itself.",
        "この申立ては休止期間が終わるまで待機中です。終了後に自動で待ち行列に入ります。",
    ),
    "reasons_missing": Text(
        "Write the reasons in both languages: the person reads them as they stand.",
        "理由を両方の言語で書いてください。本人はその文章をそのまま読みます。",
    ),
    "outcome_impossible": Text(
        "This kind of appeal is either upheld or reversed. Choose one of the two.",
        "この種類の申立ては、維持か取消しのどちらかです。いずれかを選んでください。",
    ),
    "not_milder": Text(
        "What takes its place has to be milder, and to have an end in the future. Choose a lower measure, or an "
        "earlier end.",
        "変更後の措置は、より軽く、終了日時が将来のものでなければなりません。軽い措置か、早い終了日時を選んでください。",
    ),
    # the channel
    "no_misuse": Text(
        "There is no ground for this: a warning takes three manifestly unfounded appeals in a year, a pause two more "
        "after the warning.",
        "その措置の要件を満たしていません。警告は 1 年間に明らかに根拠のない申立てが 3 件、"
        "休止は警告後さらに 2 件あることが必要です。",
    ),
}

RECEIVED_SUBJECT = Text("We have received your appeal", "異議申立てを受け付けました")
RECEIVED = Text(
    "Your appeal has arrived. Its reference is {reference}.\n\nA person who had no part in the decision will look at "
    "it. You will have an answer by {day}. It costs you nothing.\n\nFollow it by the link below; keep the link to "
    "yourself.",
    "異議申立てを受け付けました。受付番号は {reference} です。\n\n決定に関わっていない担当者が確認します。"
    "{day} までに結果をお伝えします。費用はかかりません。\n\n下のリンクから状況を確認できます。"
    "リンクは他の人に見せないでください。",
)
RECEIVED_MINOR = Text(
    "We got your message. Its number is {reference}.\n\nA grown-up who is trained to help young people will read it. "
    "They were not the one who decided before. You will get an answer by {day}. It costs nothing.\n\nThe link below "
    "shows how it is going. Do not show it to others, except your parents or someone you trust.",
    "メッセージを受け取りました。番号は {reference} です。\n\n若い人を助ける研修を受けた大人が読みます。"
    "前に決めた人とは別の人です。{day} までに返事をします。お金はかかりません。\n\n"
    "下のリンクで、今どうなっているかを見ることができます。おうちの人や信頼できる人のほかには見せないでください。",
)
RESTS = Text(
    "\n\nBecause many earlier appeals had no ground, we look at new ones only from {day} on. We had warned of this.",
    "\n\nこれまでに根拠のない申立てが多かったため、新しい申立ての確認は {day} から始めます。"
    "このことは事前に警告でお伝えしています。",
)

DECIDED_SUBJECT = Text("Your appeal has been decided", "異議申立ての結果をお知らせします")
OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.UPHELD: Text("The decision stands.", "決定は変わりません。"),
    Outcome.REVERSED: Text(
        "You were right. The decision is taken back, as if it had never been made.",
        "ご指摘のとおりでした。決定を取り消し、なかったものとして元に戻しました。",
    ),
    Outcome.CHANGED: Text(
        "The decision was too hard. A milder one takes its place.",
        "決定は重すぎました。より軽いものに変更しました。",
    ),
}
TO_DO: Mapping[tuple[About, Outcome], Text] = {
    (About.HOLD, Outcome.REVERSED): Text(
        "You were right. Send the request once more, and it is looked at anew.",
        "ご指摘のとおりでした。もう一度リクエストを送っていただければ、あらためて確認します。",
    ),
    (About.DECISION, Outcome.REVERSED): Text(
        "You were right. The decision is taken back, and nothing counts against you. You can send the request again.",
        "ご指摘のとおりでした。決定を取り消し、不利に数えられるものはなくなりました。もう一度リクエストを送れます。",
    ),
    (About.REPORT, Outcome.REVERSED): Text(
        "You were right. Somebody who has not seen your report looks at it now, and you will hear of it.",
        "ご指摘のとおりでした。まだ見ていない担当者があらためて通報を確認し、結果をお知らせします。",
    ),
}
DECIDED = Text(
    "Your appeal {reference} has been decided. {outcome}\n\nReasons: {reasons}\n\n{redress}",
    "異議申立て {reference} の結果をお知らせします。{outcome}\n\n理由：{reasons}\n\n{redress}",
)

DECIDED_MINOR = Text(
    "We have an answer to your message {reference}. {outcome}\n\nThis is why: {reasons}\n\nIf you do not think that "
    "this is right, talk about it with your parents or someone you trust. They can help you with the next step.\n\n"
    "{redress}",
    "{reference} への返事です。{outcome}\n\nその理由：{reasons}\n\n"
    "それでも違うと思うときは、おうちの人や信頼できる人に相談してください。次にできることを手伝ってもらえます。\n\n{redress}",
)

WARNED_SUBJECT = Text("Please use appeals with care", "異議申立ての利用についてのお願い")
WARNED = Text(
    "In the last year {unfounded} of your {decided} appeals that were decided had manifestly no ground.\n\nIf this "
    "goes on, we will look at new ones only after a pause of up to 30 days. We would judge by how many there are, by "
    "their share, by how grave the misuse is and by what is meant. Appeals with a ground are welcome as ever.",
    "この1年間に決定した異議申立て {decided} 件のうち {unfounded} 件は、明らかに根拠のないものでした。\n\n"
    "この状態が続く場合、新しい申立ての確認を最長30日間休止することがあります。"
    "件数、割合、重大さ、意図をもとに判断します。根拠のある申立てはこれまでどおり受け付けます。",
)
PAUSED_SUBJECT = Text("New appeals wait until {day}", "新しい異議申立ての確認は {day} からになります")
PAUSED = Text(
    "After our warning more of your appeals had manifestly no ground: {unfounded} of {decided} in the last year.\n\n"
    "Until {day} we take in what you send, and look at it afterwards. Nothing is lost. You can write to support "
    "about this.",
    "警告の後も、明らかに根拠のない申立てが続きました（この1年間で {decided} 件のうち {unfounded} 件）。\n\n"
    "{day} までにお送りいただいた申立ては受け付けたうえで、その後に確認します。失われることはありません。"
    "この件についてはサポートへご連絡ください。",
)


def outcome_of(about: About, outcome: Outcome) -> Text:
    """Return an outcome in words, with what the person can do now where something is left to do."""
    return TO_DO.get((about, outcome), OUTCOMES[outcome])


def joined(form: Text, reference: str, outcome: Text, reasons: Text, redress: Text) -> Text:
    """Return the letter of an outcome, each language with its own words."""
    return Text(
        form.en.format(reference=reference, outcome=outcome.en, reasons=reasons.en, redress=redress.en),
        form.ja.format(reference=reference, outcome=outcome.ja, reasons=reasons.ja, redress=redress.ja),
    )
