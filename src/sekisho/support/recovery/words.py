"""What recovery says to people: refusals, mails and notices, in both languages."""

from __future__ import annotations

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.support.recovery.types import Deed, Wish


def refusal(code: str, **fields: object) -> SekishoError:
    """Return the refusal of this code, its fields filled in."""
    return SekishoError(code, REFUSALS[code].format(**fields), status=STATUS.get(code, 422))


STATUS = {"locked": 429, "too_often": 429, "claim_ended": 410}
REFUSALS = {
    "locked": Text(
        "Something that was entered was wrong three times, so this is locked until {until} UTC. Nobody can "
        "shorten that, us included. For questions about your data you can write to the contact for data "
        "protection at any time.",
        "入力内容が 3 回正しくなかったため、{until} UTC まで手続きを停止しています。当方を含め、誰も短縮できません。"
        "データに関するご相談は、データ保護の窓口でいつでもお受けします。",
    ),
    "too_often": Text(
        "This was asked often today. Please try again tomorrow.",
        "本日はお手続きの回数が多くなっています。明日あらためてお試しください。",
    ),
    "code_wrong": Text(
        "This code is not right, or not good any more. Check the latest mail, or begin anew.",
        "コードが正しくないか、有効期限が切れています。最新のメールを確認するか、最初からやり直してください。",
    ),
    "payment_wrong": Text(
        "What you entered is not that of a payment of this account. Look at an invoice or a bank statement.",
        "入力内容がこのアカウントのお支払いと一致しません。請求書や銀行の明細をご確認ください。",
    ),
    "not_proven_enough": Text(
        "This needs more proof that the account is yours. The page says which.",
        "この手続きには、さらに本人確認が必要です。必要なものはページに表示されています。",
    ),
    "claim_ended": Text(
        "This request has ended, or was stopped. Begin anew if you still need it.",
        "この手続きは終了したか、取り消されています。必要な場合は最初からやり直してください。",
    ),
    "one_change_at_a_time": Text(
        "Another change of this account's address is under way. Wait until it has ended.",
        "このアカウントのメールアドレスは、別の変更手続きが進行中です。終了をお待ちください。",
    ),
    "address_taken": Text(
        "This address belongs to another account. Ask the person for one of their own.",
        "このメールアドレスは別のアカウントで使われています。ご本人に別のアドレスをお尋ねください。",
    ),
    "evidence_unfit": Text(
        "Send one PDF, JPEG or PNG of at most 5 MB. Cover what is not needed, such as numbers and signatures.",
        "5 MB 以下の PDF、JPEG、PNG を 1 つ送信してください。番号や署名など、不要な部分は隠してください。",
    ),
    "too_much_evidence": Text(
        "Three files are enough. Nothing more is taken.",
        "ファイルは 3 つまでです。これ以上は受け取れません。",
    ),
    "payments_unreadable": Text(
        "Line {line} cannot be read: {why}. Nothing was taken in.",
        "{line} 行目を読み取れません: {why}。何も取り込んでいません。",
    ),
    "reason_missing": Text("Say in a few words why.", "理由を簡単にお書きください。"),
    "own_claim": Text(
        "This is about your own account, so somebody else has to decide.",
        "ご自身のアカウントに関する手続きのため、別の担当者が判断します。",
    ),
}

CODE_SUBJECT = Text("Your one-time code", "確認コードのお知らせ")
"""Without the code: a subject is shown on locked screens."""
CODE = Text(
    "Somebody who cannot sign in, and says that this address is theirs, asked at {place}.\n\n"
    "Code: {code}\n\n"
    "It is good for 15 minutes, once. Type it on the page on which you asked, and nowhere else. Nobody of us ever asks "
    "for it.\n\n"
    "If it was not you, do nothing: without the code nothing happens.",
    "サインインできない方が、このメールアドレスの持ち主として {place} で手続きを始めました。\n\n"
    "コード: {code}\n\n"
    "有効期限は 15 分、使えるのは一度だけです。手続きを始めたページ以外では入力しないでください。"
    "担当者がこのコードをお尋ねすることはありません。\n\n"
    "お心当たりがない場合は、何もする必要はありません。コードがなければ何も起こりません。",
)
LOCKED_SUBJECT = Text("Somebody tried to get at your account", "アカウントへの不審な手続きがありました")
LOCKED = Text(
    "Somebody who says that they cannot sign in entered something wrong three times for your account. We have "
    "locked that way until {until} UTC. Your account is as it was, and you can sign in as always.\n\n"
    "If it was not you, check that only you can read your mail.",
    "サインインできないという方が、あなたのアカウントについて 3 回誤った内容を入力しました。{until} UTC まで"
    "この手続きを停止しています。アカウントに変わりはなく、通常どおりサインインできます。\n\n"
    "お心当たりがない場合は、メールをご本人だけが読める状態か、お確かめください。",
)
CHANGE_ASKED_SUBJECT = Text(
    "Somebody asks to change the address of your account",
    "アカウントのメールアドレスの変更が申請されました",
)
CHANGE_ASKED = Text(
    "Somebody says that they cannot read mail to this address any more, and asks that another be put in its "
    "place. People look at their proof first, and nothing happens for 72 hours after that.\n\n"
    "If it was not you, open the link below and stop it.",
    "このメールアドレスを読めなくなったという方から、別のアドレスへの変更が申請されました。まず担当者が本人確認を行い、"
    "承認後も 72 時間は何も変わりません。\n\n"
    "お心当たりがない場合は、下のリンクを開いて取り消してください。",
)
CHANGE_SOON_SUBJECT = Text(
    "The address of your account will be changed", "アカウントのメールアドレスが変更されます"
)
CHANGE_SOON = Text(
    "Two of us have looked at the proof of whoever asked. On {begins} UTC the address of your account is "
    "changed, everybody who is signed in is signed out, and keys made by you stop working.\n\n"
    "If it was not you, open the link below and stop it. That is all it takes.",
    "担当者 2 名が申請者の本人確認を終えました。{begins} UTC にメールアドレスを変更し、サインイン中の端末は"
    "すべてサインアウトされ、作成された API キーは失効します。\n\n"
    "お心当たりがない場合は、下のリンクを開いて取り消してください。それだけで止まります。",
)
CHANGED_SUBJECT = Text("The address of your account was changed", "アカウントのメールアドレスを変更しました")
CHANGED = Text(
    "The address of your account was changed, as two of us had decided and nobody had stopped. Whoever was "
    "signed in is signed out, keys are revoked, and no copy of data is given out for seven days. Sign in "
    "with the new address.",
    "担当者 2 名の承認後、取り消しがなかったため、アカウントのメールアドレスを変更しました。サインイン中の端末は"
    "サインアウトされ、API キーは失効しました。7 日間はデータの控えをお渡ししません。"
    "新しいアドレスでサインインしてください。",
)
ENDED_SUBJECT = Text("Your subscription was ended", "サブスクリプションを解約しました")
ENDED = {
    True: Text(
        "Somebody who showed that the account is theirs ended the subscription, from now on. Nothing more is "
        "charged.\n\n"
        "If it was not you, sign in and subscribe again, and tell support.",
        "アカウントの本人確認を済ませた方が、サブスクリプションを即時に解約しました。今後の請求はありません。\n\n"
        "お心当たりがない場合は、サインインして再度お申し込みのうえ、サポートまでご連絡ください。",
    ),
    False: Text(
        "Somebody who showed that the account is theirs ended the renewal of the subscription. It goes on until "
        "the end of what was paid.\n\nIf it was not you, sign in and renew it, and tell support.",
        "アカウントの本人確認を済ませた方が、サブスクリプションの自動更新を停止しました。お支払い済みの期間までは"
        "引き続きご利用いただけます。\n\nお心当たりがない場合は、サインインして更新を再開し、サポートまでご連絡ください。",
    ),
}
OWNER_SUBJECT = Text(
    "A member has lost their mailbox: is it so?", "メンバーがメールを読めなくなったとのことです"
)
OWNER = Text(
    "Somebody says that they are a member of your organisation and cannot read their mail any more. Ask them by "
    "a way that you trust, such as in person, and then say whether it is so. Nothing follows from your word alone.",
    "組織のメンバーを名乗る方から、メールを読めなくなったとの申請がありました。直接会うなど、確実な方法でご本人に確認してから"
    "お答えください。お答えだけで変更が行われることはありません。",
)
CASE_SUBJECT = {
    Wish.DELETION: Text("Cannot sign in: delete the account", "サインインできない: アカウントの削除"),
    Wish.EXPORT: Text("Cannot sign in: copy of the data", "サインインできない: データの控え"),
    Wish.SUBSCRIPTION: Text("Cannot sign in: subscription", "サインインできない: サブスクリプション"),
    None: Text("Cannot sign in: mailbox lost", "サインインできない: メールを読めない"),
}
CASE_TEXT = Text(
    "Asked at /help/locked-out and shown by a code.", "/help/locked-out で受け付け、コードで確認しました。"
)
DEEDS = {
    Deed.DELETE: Text("Deletion of the account is planned.", "アカウントの削除を予定しました。"),
    Deed.EXPORT: Text("A copy of the data is planned.", "データの控えの準備を予定しました。"),
    Deed.CANCEL_RENEWAL: ENDED_SUBJECT,
    Deed.CANCEL_NOW: ENDED_SUBJECT,
}
WITHDRAWN_SUBJECT = Text(
    "We have received your withdrawal {reference}", "契約撤回を受け付けました {reference}"
)
WITHDRAWN = Text(
    "We have received your withdrawal from a contract on {at} UTC. It counts from that moment.\n\n"
    "Reference: {reference}\nName: {name}\nContract: {contract}\n\n"
    "Money that is owed goes back by {repay_by} by the means by which it was paid.\n\n"
    "The whole acknowledgement, to keep, and the place to say that this address is yours so that we may answer here:",
    "契約の撤回を {at} UTC に受け付けました。撤回はこの時点で効力を生じます。\n\n"
    "受付番号: {reference}\nお名前: {name}\n契約: {contract}\n\n"
    "返金がある場合は、{repay_by} までに、お支払いに使われた方法で行います。\n\n"
    "受付内容の全文（保存用）と、このアドレス宛てにお返事するための確認はこちらです:",
)
WITHDRAWAL_CASE = Text("Withdrawal from a contract", "契約の撤回")
