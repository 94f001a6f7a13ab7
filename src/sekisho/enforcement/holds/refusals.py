"""Why something may not be done with a held answer, in words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.text import Text

UNQUALIFIED: Mapping[str, Text] = {
    "not_registered": Text(
        "You are not registered as a professional, so you cannot decide on held answers. Ask the policy team to "
        "register your licence.",
        "専門家として登録されていないため、保留中の回答を判断できません。資格の登録をポリシー担当にご依頼ください。",
    ),
    "licence_expired": Text(
        "Your registration for this domain has expired. Ask the policy team to renew it; then you can decide again.",
        "この分野の登録は有効期限が切れています。ポリシー担当に更新をご依頼ください。更新後に判断できます。",
    ),
    "other_domain": Text(
        "You are registered for other domains. Leave this answer to somebody who is qualified in its domain.",
        "ご登録の分野が異なります。この分野の資格を持つ方にお任せください。",
    ),
    "other_jurisdiction": Text(
        "Your licence is for another place than the organisation demands. Leave it to somebody licensed there.",
        "組織が求める地域の資格ではありません。その地域の資格を持つ方にお任せください。",
    ),
    "other_organisation": Text(
        "You are registered for the answers of another organisation. Leave this one to somebody else.",
        "別の組織の回答についてのみ登録されています。この回答はほかの方にお任せください。",
    ),
    "not_reviewer": Text(
        "This answer waits because a check was missing, and a reviewer has to look at it.",
        "確認処理ができなかったために保留された回答です。審査担当者が確認する必要があります。",
    ),
}
"""Codes of `rules.Unqualified`."""

REFUSALS: Mapping[str, Text] = {
    "decided_already": Text(
        "Somebody has decided on this answer already. Nothing was changed; open it again to see the decision.",
        "この回答はすでに判断済みです。変更は行われていません。開き直すと結果を確認できます。",
    ),
    "expired_already": Text(
        "The time for this answer is over, and the client was told. Nothing can be released any more.",
        "この回答は期限を過ぎ、利用者にはお知らせ済みです。今からお渡しすることはできません。",
    ),
    "claimed_by_other": Text(
        "Somebody else has claimed this answer. Take the next one, or come back when their 30 minutes are over.",
        "この回答はほかの方が担当中です。次の回答に進むか、30 分の担当時間が過ぎてからお試しください。",
    ),
    "not_claimed": Text(
        "Claim the answer first: nobody decides on what they have not read.",
        "先に担当を引き受けてください。内容を確認せずに判断することはできません。",
    ),
    "lease_ended": Text(
        "Your 30 minutes are over. Claim the answer again and go on; what you wrote is still in the form.",
        "担当時間の 30 分が過ぎました。もう一度引き受けてから続けてください。入力した内容はフォームに残っています。",
    ),
    "not_agreed": Text(
        "Read the statement and agree to it: without your attestation nothing is released.",
        "文面を読み、同意してください。確認書がなければ回答はお渡しできません。",
    ),
    "facts_not_asked": Text(
        "No question is open about this answer. Ask for its state, and answer when a question comes.",
        "この回答について確認中の質問はありません。状態を取得し、質問が届いたらお答えください。",
    ),
    "facts_awaited": Text(
        "The client was asked something and has not answered yet. It comes back to the queue when they do.",
        "利用者に確認中で、まだ返答がありません。返答が届くと一覧に戻ります。",
    ),
    "asked_too_often": Text(
        "Facts were asked for five times. Release the answer, or reject it and say what is missing.",
        "確認は 5 回までです。回答をお渡しするか、不足している点を添えて却下してください。",
    ),
    "changed_meanwhile": Text(
        "Somebody else has just acted on this answer, so nothing of yours was done. Open it again.",
        "ほかの方が同時に操作したため、今回の操作は行われていません。開き直してください。",
    ),
    "erased": Text(
        "The conversation was erased, so nothing is left to decide on.",
        "会話が消去されたため、判断する内容が残っていません。",
    ),
    "text_missing": Text("Write something first.", "内容を入力してください。"),
}
"""Codes of `rules.Refused`, and of what is asked beside the rules."""
