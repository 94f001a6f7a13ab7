"""Why rows stay when their subject is erased, in the reader's language. The inventory states it in English, as the docs
print it; a test finds a reason that has no Japanese yet."""

from __future__ import annotations

from sekisho.base.text import Text

_JA = {
    "A professional signed it. It holds digests alone, and their salt is destroyed with the content.": (
        "専門家の署名があります。ダイジェストだけを含み、そのソルトは内容とともに破棄されます。"
    ),
    "A version of the calendar is signed together with who put it in force.": (
        "暦の版は、発効させた担当者とあわせて署名されています。"
    ),
    "An answer that was under way when all was erased may still arrive, and is destroyed by it.": (
        "消去の時点で処理中だった回答が後から届くことがあり、それを破棄するために必要です。"
    ),
    "Days that were credited belong to the accounts, which the law has kept for ten years.": (
        "補填した日数は会計の記録に当たり、法律により 10 年間保存します。"
    ),
    "Decisions cite it (P-070). It holds rules of an organisation, and nothing of a person.": (
        "決定の根拠として参照されます。組織の規則だけを含み、個人に関する内容は含みません。"
    ),
    "It is counted in reports (P-006). It holds clauses and safeguards, and nothing of a person.": (
        "報告書で集計されます。条項と安全策だけを含み、個人に関する内容は含みません。"
    ),
    "It is recalled first, within a minute: or else nobody would know what to take out of the copies.": (
        "先に、1 分以内に回収されます。そうしないと、写しから何を取り除くべきか分からなくなるためです。"
    ),
    "It leads to nobody once the pseudonym is removed from its bearer (P-072).": (
        "対象者の仮名を取り除いたあとは、誰のものか分からなくなります。"
    ),
    "It names nobody: whom it was for is said by its restriction alone, and removed there (P-072).": (
        "誰の名前も含みません。対象者は措置の記録だけに示され、そこから取り除かれます。"
    ),
    "It proves that, when and by whom something was erased; it names the subject by a pseudonym alone.": (
        "消去の事実・時刻・実行者の証拠です。対象者は仮名だけで示されます。"
    ),
    "It proves what was chosen, and when; its ids lead to nobody any more.": (
        "何がいつ選ばれたかの証拠です。含まれる ID からは、もう誰にもたどり着けません。"
    ),
    "It proves why something was kept beyond its time.": "期限を超えて保全された理由の証拠です。",
    "It says what reviewers found in a decision that leads to nobody any more (P-072).": (
        "審査担当者の判断の記録です。元の決定からは、もう誰にもたどり着けません。"
    ),
    "It says which cases belong together, and names nobody.": (
        "どのお問い合わせが互いに関連しているかの記録です。誰の名前も含みません。"
    ),
    "It shows that a duty was met in time, and names nobody.": (
        "義務を期限内に果たしたことを示す記録です。誰の名前も含みません。"
    ),
    "Law may ask about it for six years after it was settled (GDPR, Article 17(3)(b) and (e)).": (
        "解決から 6 年間は、法律に基づく照会に応じる必要があります（GDPR 第17条(3)(b)、(e)）。"
    ),
    "It shows that the request was answered in time (GDPR, Articles 5(2) and 12(3)).": (
        "請求に期限内に回答したことを示します（GDPR 第5条(2)、第12条(3)）。"
    ),
    "Strikes still count. Whose they are is removed when they do no longer.": (
        "違反の記録がまだ有効です。有効でなくなった時点で、誰のものかを取り除きます。"
    ),
    "The chain has to stay whole. Entries hold ids and pseudonyms that lead to nobody any more.": (
        "記録の連鎖を保つ必要があります。含まれる ID と仮名からは、もう誰にもたどり着けません。"
    ),
    "The pause has not ended. Whom it is for is removed when it does.": (
        "受付の休止がまだ続いています。終わった時点で、対象者を取り除きます。"
    ),
    "The restriction is in force. Whom it is for is removed when it ends.": (
        "措置が有効です。終わった時点で、対象者を取り除きます。"
    ),
    "Who decided stays with the decision, without whom it was about (R-SUP-103).": (
        "誰が判断したかは判断とともに残りますが、誰についてのものだったかは残りません（R-SUP-103）。"
    ),
}


def why_kept(reason: str) -> Text:
    """Return a reason of the inventory in both languages."""
    return Text(reason, _JA.get(reason, reason))


def is_told(reason: str) -> bool:
    """Return whether the reason has its Japanese."""
    return reason in _JA
