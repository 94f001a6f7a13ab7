"""Every answer of the routing rules: whether the channel is open, and what the actor is told. Words only."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.text import Text

REASONS: Mapping[str, tuple[bool, Text]] = {
    "docs_everybody": (
        True,
        Text(
            "Articles and search are open to everybody.", "ヘルプ記事と検索は、どなたでもご利用いただけます。"
        ),
    ),
    "bot_everybody": (
        True,
        Text(
            "The support assistant, an AI, answers from the articles that you can read.",
            "サポートアシスタント（AI）が、お読みいただける記事をもとにお答えします。",
        ),
    ),
    "bot_public": (
        True,
        Text(
            "The support assistant, an AI, answers from the public articles, and starts what needs no sign-in.",
            "サポートアシスタント（AI）が、公開記事をもとにお答えし、サインインなしでできる手続きをご案内します。",
        ),
    ),
    "human_visitor": (
        False,
        Text(
            "Sign in: whether the support team can answer depends on your account.",
            "サインインしてください。サポートチームがお答えできるかどうかは、アカウントにより異なります。",
        ),
    ),
    "human_outsider": (
        False,
        Text("You do not belong to this account.", "このアカウントに所属していません。"),
    ),
    "choose_account": (
        False,
        Text(
            "You belong to several accounts. Choose the one that it is about.",
            "複数のアカウントに所属しています。どのアカウントについてのご用件かをお選びください。",
        ),
    ),
    "human_free": (
        False,
        Text(
            "The Free plan comes with articles and the support assistant, and without answers from the support team.",
            "Free プランでは、ヘルプ記事とサポートアシスタントをご利用いただけます。"
            "サポートチームによる回答は含まれません。",
        ),
    ),
    "human_paid": (
        True,
        Text(
            "On your plan the support team answers by e-mail.",
            "ご利用のプランでは、サポートチームがメールでお答えします。",
        ),
    ),
    "human_member": (
        False,
        Text(
            "Your seat does not come with answers from the support team. Your owner or administrator can ask on your "
            "behalf.",
            "お使いの利用枠には、サポートチームによる回答は含まれません。オーナーまたは管理者が、代わりに問い合わせることができます。",
        ),
    ),
    "human_contact": (
        True,
        Text(
            "Your organisation named you as a support contact: the support team answers you by e-mail.",
            "組織のサポート窓口に指定されているため、サポートチームがメールでお答えします。",
        ),
    ),
    "human_owner": (
        True,
        Text(
            "You speak for your organisation: the support team answers you by e-mail.",
            "組織を代表する方として、サポートチームがメールでお答えします。",
        ),
    ),
    "human_restricted": (
        False,
        Text(
            "The account is suspended or closed. Appeals, payments, safety, data protection and deletion stay open.",
            "このアカウントは停止または終了されています。異議申立て、お支払い、安全、データ保護、削除の窓口は引き続きご利用いただけます。",
        ),
    ),
    "human_paused": (
        False,
        Text(
            "The account is paused until the age is settled. The age check, payments, safety, data protection and "
            "deletion stay open.",
            "年齢の確認が済むまで、このアカウントは一時停止中です。年齢の確認、お支払い、安全、データ保護、削除の窓口はご利用いただけます。",
        ),
    ),
    "owner_member": (
        True,
        Text(
            "You can send your question to your owner or administrator, who may pass it on to the support team.",
            "質問をオーナーまたは管理者に送れます。必要に応じて、サポートチームへ取り次がれます。",
        ),
    ),
    "owner_not_needed": (
        False,
        Text(
            "You can ask the support team yourself.", "ご自身でサポートチームに直接お問い合わせいただけます。"
        ),
    ),
    "owner_nobody": (
        False,
        Text(
            "There is no organisation here whose owner could ask for you.",
            "代わりに問い合わせるオーナーのいる組織がありません。",
        ),
    ),
    "owner_restricted": (
        False,
        Text(
            "While the organisation is suspended or closed, questions are not passed on.",
            "組織が停止または終了されているあいだは、質問を取り次げません。",
        ),
    ),
    "form_owner": (
        True,
        Text(
            "Owners of an Enterprise organisation have a form for urgent matters.",
            "Enterprise 組織のオーナーは、緊急のご用件のための専用フォームをご利用いただけます。",
        ),
    ),
    "form_others": (
        False,
        Text(
            "This form is for the primary owner and the owners of an Enterprise organisation.",
            "このフォームは、Enterprise 組織のプライマリオーナーとオーナーのためのものです。",
        ),
    ),
    "form_restricted": (
        False,
        Text(
            "While the organisation is suspended or closed, this form is not available. You can appeal.",
            "組織が停止または終了されているあいだは、このフォームをご利用いただけません。異議申立てはできます。",
        ),
    ),
    "deletion_own": (
        True,
        Text(
            "If you cannot delete your account yourself, people help you with it.",
            "ご自身でアカウントを削除できない場合は、担当者がお手伝いします。",
        ),
    ),
    "deletion_by_code": (
        False,
        Text(
            "If you cannot delete your account yourself, the way for who cannot sign in does it, by a code to your "
            "address.",
            "ご自身で削除できない場合は、サインインできない方のための手続きから、メールで届くコードを使って削除できます。",
        ),
    ),
    "deletion_by_organisation": (
        False,
        Text(
            "Your account belongs to your organisation, which deletes it. Ask your owner or administrator.",
            "このアカウントは組織のもので、削除は組織が行います。オーナーまたは管理者にご相談ください。",
        ),
    ),
    "deletion_sign_in": (
        False,
        Text(
            "Sign in to delete your account, or take the way for who cannot sign in.",
            "アカウントの削除にはサインインしてください。できない場合は、サインインできない方のための手続きをご利用ください。",
        ),
    ),
    "locked_out_everybody": (
        True,
        Text(
            "Whoever cannot sign in can have the account deleted, its data exported, or its subscription looked at.",
            "サインインできない方は、アカウントの削除、データの書き出し、サブスクリプションに関する手続きができます。",
        ),
    ),
    "regulatory_everybody": (
        True,
        Text(
            "Contact points, complaints and data protection are open to everybody, and people answer.",
            "規制に関する窓口、苦情、データ保護のご相談は、どなたでもご利用いただけ、担当者がお答えします。",
        ),
    ),
    "safety_everybody": (
        True,
        Text(
            "Everybody can report what endangers safety, and people read it.",
            "安全に関わる報告は、どなたでもできます。担当者が必ず確認します。",
        ),
    ),
    "appeal_decision": (
        True,
        Text(
            "A decision concerns you, and you can appeal against it. People decide.",
            "あなたに関わる決定があり、異議を申し立てることができます。判断は人が行います。",
        ),
    ),
    "appeal_link": (
        True,
        Text(
            "The link in your notice lets you appeal without signing in. People decide.",
            "お知らせのリンクから、サインインせずに異議を申し立てられます。判断は人が行います。",
        ),
    ),
    "appeal_age": (
        True,
        Text(
            "You can have your age checked, which ends the pause. People decide.",
            "年齢の確認を受けると、一時停止を解除できます。判断は人が行います。",
        ),
    ),
    "appeal_needs_link": (
        False,
        Text(
            "Open the link in the notice that you were sent, or sign in.",
            "お送りしたお知らせのリンクを開くか、サインインしてください。",
        ),
    ),
    "appeal_nothing": (
        False,
        Text(
            "Nothing was decided about this account that could be appealed against. A link in a notice always works.",
            "このアカウントには、異議を申し立てられる決定がありません。お知らせのリンクがあれば、いつでも開けます。",
        ),
    ),
    "billing_payer": (
        True,
        Text(
            "You can ask about payments, and stop paying, also while the account is suspended.",
            "お支払いのご相談やお支払いの停止は、アカウントが停止中でも承ります。",
        ),
    ),
    "billing_free": (
        False,
        Text(
            "A free account pays nothing. If you were charged all the same, take the way for subscriptions that needs "
            "no sign-in.",
            "無料アカウントにはお支払いがありません。請求があった場合は、サインイン不要のサブスクリプションの手続きをご利用ください。",
        ),
    ),
    "billing_organisation": (
        False,
        Text(
            "Your organisation pays. Its owner or administrator can ask about payments.",
            "お支払いは組織が行っています。お支払いについては、オーナーまたは管理者がお問い合わせできます。",
        ),
    ),
    "billing_elsewhere": (
        False,
        Text(
            "The platform by which you came sends your invoices, and answers about them.",
            "請求書は、ご契約のプラットフォームが発行しています。お支払いについてはそちらへお問い合わせください。",
        ),
    ),
    "billing_sign_in": (
        False,
        Text(
            "Sign in to ask about payments, or take the way for subscriptions that needs no sign-in.",
            "お支払いのご相談にはサインインしてください。サインイン不要のサブスクリプションの手続きもあります。",
        ),
    ),
}
"""Rule → whether it opens the channel, and the reason to the actor."""
