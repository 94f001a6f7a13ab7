"""Whoever is added to an organisation, given another role or removed is told; so are both when ownership changes hands.

At most one mail a day tells the same person the same of the same organisation: nobody is flooded by being added and
removed in turn. Changes of ownership are each told.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.dispatch import receiver

from sekisho.accounts.events import membership_changed
from sekisho.accounts.queries import organisation_name
from sekisho.accounts.types import Belonging, MemberChange, Role
from sekisho.base.text import Text
from sekisho.notices.actions import tell
from sekisho.notices.types import Organisation, Person

GRAVE = frozenset({Belonging.HANDED_OVER, Belonging.TOOK_OVER, Belonging.LEFT})


@dataclass(frozen=True, slots=True)
class Letter:
    subject: Text
    body: Text
    link: str = "/o/{organisation}/members"


@receiver(membership_changed)
def tell_of(change: MemberChange, **_: object) -> None:
    """Write the notice, in the transaction of the deed. Who leaves knows; their organisation's owners are told."""
    letter = LETTERS[change.what]
    role = ROLES[change.role]
    name = organisation_name(change.organisation_id)
    subject, body = (
        Text(words.en.format(name=name, role=role.en), words.ja.format(name=name, role=role.ja))
        for words in (letter.subject, letter.body)
    )
    has_left = change.what is Belonging.LEFT
    tell(
        Organisation(change.organisation_id) if has_left else Person(change.person_id),
        f"member_{change.what}",
        change.organisation_id,
        subject,
        body,
        key=_key(change),
        at=change.at,
        link=letter.link.format(organisation=change.organisation_id),
    )


def _key(change: MemberChange) -> str:
    when = change.at.isoformat() if change.what in GRAVE else f"{change.at:%Y-%m-%d}"
    return f"member.{change.what}.{change.organisation_id}.{change.person_id}.{change.role}.{when}"


ROLES = {
    Role.MEMBER: Text("member", "メンバー"),
    Role.ADMIN: Text("administrator", "管理者"),
    Role.OWNER: Text("owner", "オーナー"),
    Role.PRIMARY_OWNER: Text("primary owner", "代表オーナー"),
}
LETTERS = {
    Belonging.ADDED: Letter(
        Text("You were added to {name}", "「{name}」に追加されました"),
        Text(
            "You belong to the organisation {name} now. Your role there: {role}.\n\n"
            "Sign in with this address to see it: a code by mail is enough, you need neither a password nor an "
            "invitation.\n\n"
            "If you do not know this organisation, you can leave it on its page Members.",
            "組織「{name}」に追加されました。組織での役割は{role}です。\n\n"
            "このメールアドレスでサインインするとご覧いただけます。メールで届くコードだけでサインインでき、"
            "パスワードも招待状も必要ありません。\n\n"
            "お心当たりのない組織の場合は、その組織の「メンバー」のページから退出できます。",
        ),
    ),
    Belonging.ROLE_CHANGED: Letter(
        Text("Your role in {name} has changed", "「{name}」での役割が変わりました"),
        Text(
            "Your role in the organisation {name} from now on: {role}.\n\n"
            "An administrator or owner of the organisation decided this. Please ask them if it surprises you.",
            "組織「{name}」での役割が変わりました。これからの役割は{role}です。\n\n"
            "この変更は、組織の管理者またはオーナーが行いました。ご不明な点は、組織にお尋ねください。",
        ),
    ),
    Belonging.REMOVED: Letter(
        Text("You no longer belong to {name}", "「{name}」のメンバーではなくなりました"),
        Text(
            "Your membership in the organisation {name} has ended, and its pages no longer open for you.\n\n"
            "Your sign-in, and accounts of your own, are not concerned. Please ask the organisation if it surprises "
            "you.",
            "組織「{name}」への所属が終わりました。組織のページはご覧いただけなくなります。\n\n"
            "サインインの方法や、ご自身のアカウントには影響ありません。ご不明な点は、組織にお尋ねください。",
        ),
        link="",
    ),
    Belonging.LEFT: Letter(
        Text("Somebody has left {name}", "「{name}」から退出した方がいます"),
        Text(
            "A person with the role {role} has left the organisation {name} of their own accord. Who belongs to it "
            "stands under Members.\n\n"
            "Keys stay valid when their maker leaves. Revoke under Keys those that the person knew.",
            "{role}の方が、ご自身の操作で組織「{name}」を退出しました。現在のメンバーは「メンバー」のページでご確認ください。\n\n"
            "キーは、作成した方が離れても有効なままです。その方が知っていたキーは「キー」のページで取り消してください。",
        ),
    ),
    Belonging.HANDED_OVER: Letter(
        Text("You have handed {name} over", "「{name}」の所有権を引き継ぎました"),
        Text(
            "You are no longer the primary owner of the organisation {name}. Your role there from now on: {role}.\n\n"
            "If you did not do this, somebody else is using your account. Change your password, speak to the new "
            "primary owner, and write to support at once.",
            "組織「{name}」の代表オーナーではなくなりました。これからの役割は{role}です。\n\n"
            "お心当たりがない場合は、ほかの方がアカウントを使用しているおそれがあります。パスワードを変更し、"
            "新しい代表オーナーに確認のうえ、ただちにサポートへご連絡ください。",
        ),
    ),
    Belonging.TOOK_OVER: Letter(
        Text("You are the primary owner of {name} now", "「{name}」の代表オーナーになりました"),
        Text(
            "The organisation {name} was handed over to you. You alone may now take all of its data along, have it "
            "erased, and hand it over again.\n\n"
            "We recommend a second step at sign-in, under Security. Who was the primary owner remains as an owner.",
            "組織「{name}」の所有権があなたに引き継がれました。データ全体の持ち出しと消去、次の引き継ぎは、"
            "あなただけが行えます。\n\n"
            "「セキュリティ」のページで二段階認証を設定することをお勧めします。これまでの代表オーナーは、オーナーとして残ります。",
        ),
    ),
}
