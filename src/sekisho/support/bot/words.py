"""What the bot says in its own name: fixed texts, filled by code (R-SUP-030, R-SUP-034)."""

# ruff: noqa: E501 - a sentence reads better whole than broken

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sekisho.base.text import Lang, Text
from sekisho.support.bot.types import Topic
from sekisho.support.types import Channel, Entitlements


@dataclass(frozen=True, slots=True)
class Template:
    """A reply that code fills. No figure stands in it: those are in the articles that it cites, and in rules."""

    text: Text
    slugs: tuple[str, ...]
    """The articles that it stands on, the first of which explains it."""
    issue: str = ""
    """What is proposed, where its way is open."""
    channel: Channel | None = None
    """Whose answer to this actor is said below, as the rules give it."""


TEMPLATES: Mapping[Topic, Template] = {
    Topic.REFUND: Template(
        Text(
            "I cannot decide about money, and I promise none. Whether a payment is refunded is worked out by written "
            "rules that you can read in the article below, and you get the result with its reason. Signed in, ask under "
            "the issue “A refund”; if you cannot sign in, begin at /help/locked-out. Consumers in the EU can withdraw from "
            "a contract at /withdraw.",
            "お金に関する判断は AI にはできず、お約束もいたしません。返金の可否は、下の記事でお読みいただける規則で判定し、"
            "理由を添えて結果をお知らせします。サインイン中の方は「払い戻し」の用件から、サインインできない方は /help/locked-out "
            "からお進みください。EU の消費者の方は /withdraw から契約を撤回できます。",
        ),
        ("refunds", "billing-and-cancel"),
        "refund",
        Channel.BILLING,
    ),
    Topic.CANCELLATION: Template(
        Text(
            "You can stop paying at any time, also while an account is suspended and also without signing in, and nobody "
            "asks for a reason. Signed in, choose the issue about billing; if you cannot sign in, begin at "
            "/help/locked-out. Cancelling a plan deletes nothing.",
            "お支払いはいつでも止められます。アカウントが停止中でも、サインインできなくても可能で、理由はお聞きしません。"
            "サインイン中の方はお支払いに関する用件から、サインインできない方は /help/locked-out からお進みください。"
            "プランを解約しても、データは削除されません。",
        ),
        ("billing-and-cancel", "cannot-sign-in"),
        "billing",
        Channel.BILLING,
    ),
    Topic.DELETION: Template(
        Text(
            "I cannot delete anything myself. You delete your own account under Privacy, at /privacy/delete: first you see "
            "what would go and what stays, and nothing happens before you have confirmed it. If you cannot sign in, begin at "
            "/help/locked-out. If you want your data, take it along first, at /privacy/export.",
            "AI が何かを削除することはできません。ご自身のアカウントは「プライバシー」の /privacy/delete から削除できます。"
            "最初に、削除されるものと残るものをお見せし、確認していただくまで何も起こりません。"
            "サインインできない方は /help/locked-out からお進みください。データが必要な方は、先に /privacy/export で"
            "お受け取りください。",
        ),
        ("delete-account", "cannot-sign-in"),
        "account_deletion",
        Channel.DELETION_HELP,
    ),
    Topic.EXPORT: Template(
        Text(
            "I cannot see your data or send it. Ask for a copy under Privacy, at /privacy/export; if you cannot sign in, begin "
            "at /help/locked-out. What belongs to an organisation is taken along by its primary owner. How long it takes, and "
            "what is in it, the article below says.",
            "AI がお客様のデータを見たりお送りしたりすることはできません。コピーは「プライバシー」の /privacy/export から"
            "ご請求ください。サインインできない方は /help/locked-out からお進みください。"
            "組織のデータは、その代表オーナーが受け取れます。かかる時間と内容は、下の記事をご覧ください。",
        ),
        ("download-your-data", "organisation-data"),
        "data_export",
    ),
    Topic.SUSPENSION: Template(
        Text(
            "I can neither look into a measure nor lift one. The statement of reasons says what is restricted, why, until when, "
            "and how to object; its link is in the mail to the owners and under Notices. An appeal is free of charge and is "
            "decided by people. You can stop paying, take your data along and delete it all the while.",
            "措置の内容を調べたり解除したりすることは、AI にはできません。何が、なぜ、いつまで制限されるのか、"
            "また不服の申し立て方は、理由の説明に記載されています。リンクはオーナー宛てのメールと「お知らせ」にあります。"
            "異議申立ては無料で、人が判断します。その間も、お支払いの停止、データの受け取りと削除はご利用いただけます。",
        ),
        ("suspended", "how-to-appeal", "statement-of-reasons"),
        "appeal",
    ),
    Topic.LEGAL: Template(
        Text(
            "I give no legal advice and receive nothing in legal matters. Orders, notices and complaints go to the contact "
            "points at /contact, which are open to everybody, give you a reference, and always end with a person.",
            "AI は法律上の助言をせず、法的な書面をお受けすることもできません。命令・通知・苦情は、どなたでもご利用いただける "
            "/contact の連絡窓口にお寄せください。受付番号を発行し、必ず人が対応します。",
        ),
        ("contact-points", "complaints", "data-protection"),
        "",
        Channel.REGULATORY,
    ),
}
"""The model may choose among these names, and writes no word of them."""

IDENTITY = Text(
    "I am an AI, not a person. I answer from the articles of this help centre and name them. I see no account and can "
    "change nothing. If you want a person, say so in any words.",
    "私は人間ではなく、AI です。このヘルプセンターの記事をもとに、出典を示してお答えします。"
    "お客様のアカウントを見ることも、何かを変更することもできません。人による対応をご希望でしたら、そうお書きください。",
)
SAFETY = Text(
    "If somebody is in danger, please call the emergency number or a crisis line near you now. You can also tell us through "
    "the safety report: people read it, whatever the plan.",
    "危険が迫っている場合は、今すぐ緊急通報、またはお近くの相談窓口にご連絡ください。"
    "安全に関する報告からもお知らせいただけます。プランを問わず、必ず人が読みます。",
)
PEOPLE = Text(
    "You would like a person to answer. This is what is open to you.",
    "人による対応をご希望ですね。ご利用いただける方法は次のとおりです。",
)
MEANT = Text(
    "I am not sure which of these you mean. Is it one of the articles below, or shall we go by what it is about?",
    "どの件についてのご質問か、判断がつきませんでした。下の記事の中にございますか。それとも、用件の一覧からお選びになりますか。",
)
AGAINST_POLICY = Text(
    "I cannot help with this, because the usage policy does not allow it. The article below says what it allows, and what "
    "to do if you think that this is a mistake.",
    "利用ポリシーで認められていないため、この件にはお答えできません。認められる範囲と、"
    "誤りだと思われる場合の対応は、下の記事をご覧ください。",
)
POLICY_SLUGS = ("usage-policy", "false-alarm")


def filled(template: Template, found: Entitlements, lang: Lang) -> tuple[str, Mapping[str, str]]:
    """Return a template's text for this actor, and what it was filled with."""
    if template.channel is None:
        return template.text.in_(lang), {}
    reason = found.of(template.channel).because.in_(lang)
    return f"{template.text.in_(lang)}\n{reason}", {"reason": reason}
