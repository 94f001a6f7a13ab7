"""How to get support, worked out of the routing rules themselves: text and behaviour cannot drift apart (R-SUP-009).

Every actor that there can be is asked about, put with their like, and what is open to all of them is what the page says
of them; what is open to some is said with "depending on your account". Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import product

from sekisho.accounts.types import Plan, Role
from sekisho.base.text import Lang, Text
from sekisho.support.rules.routing import DEFAULT, Seat, entitlements, seat_of
from sekisho.support.types import Actor, Channel, Situation, Standing, SupportPolicy

CONCERNED = Situation(has_decision=True, has_signed_link=True)
"""The page tells of appeals as of somebody whom a decision concerns."""


class Group(StrEnum):
    """People for whom the same is said, in the order of the page."""

    PAID = "paid"
    OWNERS = "owners"
    ENTERPRISE_OWNERS = "enterprise_owners"
    PLATFORM = "platform"
    CONTACTS = "contacts"
    MEMBERS = "members"
    FREE = "free"
    VISITORS = "visitors"
    RESTRICTED = "restricted"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Section:
    """What the page says of one group."""

    group: Group
    always: tuple[Channel, ...]
    """Open to everybody of the group, in the order of `Channel`."""
    some: tuple[Channel, ...]
    """Open to some of them, depending on plan and role."""
    no_people: Text | None
    """Why the support team does not answer them; None where it does."""


TITLE = Text("How to get support", "サポートを受ける方法")
LEAD = Text(
    "What is open to you depends on your plan and your role. This page is made from the rules that decide it.",
    "ご利用いただける窓口は、プランと役割によって異なります。このページは、実際の判定ルールから作成されています。",
)
NO_TELEPHONE = Text(
    "There is no telephone and no live chat. People of the support team answer by e-mail.",
    "電話とライブチャットによるサポートはありません。サポートチームはメールでお答えします。",
)
DEPENDING = Text("depending on your account", "アカウントによります")
EVERYBODY = Text(
    "For everybody, on every plan, also without an account",
    "すべての方（アカウントのない方を含む）",
)
NOTHING_MORE = Text("What is open to everybody.", "すべての方向けの窓口をご利用いただけます。")
STEPS_TITLE = Text("How to ask", "問い合わせの手順")
STEPS: tuple[Text, ...] = (
    Text(
        "Sign in, press your initials or name at the bottom left, and choose “Get help”. In the help centre, press the "
        "icon at the bottom right.",
        "サインインし、左下のイニシャルまたは名前を押して「ヘルプを表示」を選びます。ヘルプセンターでは右下のアイコンを押します。",
    ),
    Text(
        "Search the articles, or send a message to the support assistant, which is an AI.",
        "記事を検索するか、サポートアシスタント（AI）にメッセージを送ります。",
    ),
    Text(
        "Agree to how the conversation is used, and pick what it is about. Only what is open to you is listed.",
        "会話の取り扱いに同意し、ご用件を選びます。ご利用いただける項目だけが表示されます。",
    ),
    Text(
        "Where a person has to look, the conversation is handed over, and the answer comes by e-mail.",
        "担当者の確認が必要な場合は会話が引き継がれ、メールで回答が届きます。",
    ),
)
CANNOT_SIGN_IN = Text(
    "If you cannot sign in, open the help centre, press the icon at the bottom right, and choose “I cannot sign in”: "
    "the account can be deleted, its data exported, and its subscription looked at.",
    "サインインできない場合は、ヘルプセンターで右下のアイコンを押し、「ログインできません」を選んでください。"
    "アカウントの削除、データの書き出し、サブスクリプションの手続きができます。",
)
GROUPS: Mapping[Group, Text] = {
    Group.PAID: Text("Pro and Max", "Pro・Max プラン"),
    Group.OWNERS: Text(
        "Owners of organisations, and administrators of the console", "組織のオーナー、コンソールの管理者"
    ),
    Group.ENTERPRISE_OWNERS: Text("Owners of Enterprise organisations", "Enterprise 組織のオーナー"),
    Group.PLATFORM: Text(
        "Administrators who came by another platform", "他のプラットフォーム経由でご契約の管理者"
    ),
    Group.CONTACTS: Text("Support contacts of Enterprise organisations", "Enterprise 組織のサポート窓口"),
    Group.MEMBERS: Text(
        "Members who do not speak for their organisation", "組織のメンバー（オーナー・管理者以外）"
    ),
    Group.FREE: Text(
        "Free, and people without an account of their own",
        "Free プラン、アカウントをお持ちでない方（サインイン済み）",
    ),
    Group.VISITORS: Text("Without signing in", "サインインしていない方"),
    Group.RESTRICTED: Text("Suspended and closed accounts", "停止・終了されたアカウント"),
    Group.PAUSED: Text("Accounts that are paused for age", "年齢確認のため一時停止中のアカウント"),
}
WAYS: Mapping[Channel, Text] = {
    Channel.DOCS: Text("Articles and search", "ヘルプ記事と検索"),
    Channel.BOT: Text("The support assistant, an AI", "サポートアシスタント（AI）"),
    Channel.HUMAN: Text("The support team, by e-mail", "サポートチームによるメール回答"),
    Channel.OWNER: Text(
        "Asking your owner or administrator to ask for you", "オーナーまたは管理者への取り次ぎ依頼"
    ),
    Channel.ENTERPRISE_FORM: Text("The form for urgent Enterprise requests", "Enterprise 緊急フォーム"),
    Channel.DELETION_HELP: Text(
        "Help with deleting your account, when you cannot do it yourself",
        "ご自身で削除できない場合のアカウント削除の支援",
    ),
    Channel.LOCKED_OUT: Text(
        "Deletion, export and subscription without signing in",
        "サインインなしでの削除・書き出し・サブスクリプション手続き",
    ),
    Channel.REGULATORY: Text(
        "Regulators' contact points, complaints, data protection", "規制上の窓口、苦情、データ保護の相談"
    ),
    Channel.SAFETY: Text("Reporting what endangers safety", "安全に関わる報告"),
    Channel.APPEAL: Text("Appeals against decisions that concern you", "ご自身に関わる決定への異議申立て"),
    Channel.BILLING: Text("Questions about payments, and stopping to pay", "お支払いの相談、お支払いの停止"),
}


def group_of(actor: Actor, policy: SupportPolicy = DEFAULT) -> Group:
    """Return the part of the page that is about this actor."""
    seat = seat_of(actor, policy)
    if seat in (Seat.VISITOR, Seat.OUTSIDER, Seat.UNDECIDED):
        return Group.VISITORS
    if actor.standing is not Standing.GOOD:
        return Group.PAUSED if actor.standing is Standing.PAUSED_FOR_AGE else Group.RESTRICTED
    if seat is not Seat.OWNER:
        return _OF_SEAT[seat]
    if actor.plan is Plan.THIRD_PARTY:
        return Group.PLATFORM
    has_form = entitlements(actor, CONCERNED, policy).of(Channel.ENTERPRISE_FORM).is_open
    return Group.ENTERPRISE_OWNERS if has_form else Group.OWNERS


@cache
def guide(policy: SupportPolicy = DEFAULT) -> tuple[Section, ...]:
    """Return what the page says under this policy, group by group; groups to which nobody belongs are left out."""
    answers: dict[Group, list[frozenset[Channel]]] = {}
    reasons: dict[Group, Text] = {}
    for actor in everybody():
        found, group = entitlements(actor, CONCERNED, policy), group_of(actor, policy)
        answers.setdefault(group, []).append(found.open)
        reasons.setdefault(group, found.of(Channel.HUMAN).because)
    return tuple(_section(group, answers[group], reasons[group]) for group in Group if group in answers)


def common(policy: SupportPolicy = DEFAULT) -> tuple[Channel, ...]:
    """Return what is open to everybody there is; the page says it once."""
    each = [frozenset(section.always) for section in guide(policy)]
    return tuple(one for one in Channel if one in frozenset.intersection(*each))


def everybody() -> Iterator[Actor]:
    """Yield one actor of every kind that there can be."""
    yield Actor()
    yield Actor("usr_somebody")
    for plan, role, standing, named in product(Plan, Role, Standing, (False, True)):
        yield Actor("usr_somebody", "org_some", plan, role, standing, is_support_contact=named)


def as_markdown(policy: SupportPolicy, lang: Lang) -> str:
    """Return the page as Markdown (R-SUP-010)."""
    lines = [f"# {TITLE.in_(lang)}", LEAD.in_(lang), NO_TELEPHONE.in_(lang), f"## {EVERYBODY.in_(lang)}"]
    lines.append("\n".join(f"- {WAYS[one].in_(lang)}" for one in common(policy)))
    for section in guide(policy):
        lines.append(f"## {GROUPS[section.group].in_(lang)}")
        lines.append("\n".join(f"- {words.in_(lang)}" for words in told(section, policy)))
        lines += [section.no_people.in_(lang)] if section.no_people else []
    lines.append(f"## {STEPS_TITLE.in_(lang)}")
    lines.append("\n".join(f"{number}. {step.in_(lang)}" for number, step in enumerate(STEPS, 1)))
    lines.append(CANNOT_SIGN_IN.in_(lang))
    return "\n\n".join(lines) + "\n"


def told(section: Section, policy: SupportPolicy = DEFAULT) -> tuple[Text, ...]:
    """Return the section's lines: one for each way that is not open to everybody anyway; never empty."""
    more = [WAYS[one] for one in section.always if one not in common(policy)]
    some = [
        Text(f"{WAYS[one].en} ({DEPENDING.en})", f"{WAYS[one].ja}（{DEPENDING.ja}）") for one in section.some
    ]
    return (*more, *some) or (NOTHING_MORE,)


_OF_SEAT: Mapping[Seat, Group] = {
    Seat.FREE: Group.FREE,
    Seat.PAID: Group.PAID,
    Seat.MEMBER: Group.MEMBERS,
    Seat.CONTACT: Group.CONTACTS,
}


def _section(group: Group, answers: list[frozenset[Channel]], because: Text) -> Section:
    always, some = frozenset.intersection(*answers), frozenset.union(*answers)
    return Section(
        group,
        tuple(one for one in Channel if one in always),
        tuple(one for one in Channel if one in some - always),
        None if Channel.HUMAN in some else because,
    )
