"""`sekisho people`: the first administrator, staff roles, organisations."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from sekisho.accounts.types import Plan, Role, StaffRole, system
from sekisho.base.text import LANGS, Lang, Text
from sekisho.cli import bilingual, reader_language
from sekisho.cli.control_plane import data_dir_option, migrate, set_up
from sekisho.cli.output import say

CLI = system("cli")
ROLE = Text("ROLE", "役割")
ROLES = ", ".join(role.value for role in StaffRole)


class StaffRoleName(click.Choice[str]):
    """One of the staff roles. They are too many for a placeholder; the help names them."""

    def __init__(self) -> None:
        super().__init__([role.value for role in StaffRole])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        return None


language_option = bilingual.option(
    "--language",
    type=click.Choice(LANGS),
    help=Text("Language. Default: your terminal's.", "言語。省略すると端末の言語です。"),
)


@bilingual.group(
    "people",
    help=Text(
        "Create people and organisations, and appoint staff. Whoever may run this may do anything.",
        "利用者と組織を作成し、担当者を任命します。このコマンドを実行できる人は、何でもできます。",
    ),
)
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    migrate()


@command.command(
    "create",
    help=Text(
        "Create a person and print a password, this one time. They can also sign in by e-mail code.",
        "利用者を作成し、パスワードを一度だけ表示します。メールで届くコードでもサインインできます。",
    ),
)
@bilingual.argument("email", Text("EMAIL", "メールアドレス"))
@bilingual.option("--name", default="", help=Text("What people call them.", "表示名。"))
@bilingual.option(
    "--staff",
    multiple=True,
    metavar=ROLE,
    type=StaffRoleName(),
    help=Text(
        f"A role on the staff: {ROLES}. Repeatable.",
        f"担当者としての役割（{ROLES}）。繰り返し指定できます。",
    ),
)
@language_option
def create(email: str, name: str, staff: tuple[str, ...], language: Lang | None) -> None:
    from sekisho.accounts import actions

    password = secrets.token_urlsafe(15)
    person = actions.create_person(CLI, email, password, name=name, language=language or reader_language())
    for role in staff:
        actions.grant_staff_role(CLI, person, StaffRole(role))
    click.echo(password)
    say(
        f"{person} can sign in with this password. It is not stored; keep it now.",
        f"{person} はこのパスワードでサインインできます。保存はされませんので、今すぐ控えてください。",
        err=True,
    )


@command.command(
    "appoint",
    help=Text(
        f"Give a person a staff role: {ROLES}.",
        f"利用者に担当者の役割（{ROLES}）を与えます。",
    ),
)
@bilingual.argument("email", Text("EMAIL", "メールアドレス"))
@bilingual.argument("role", ROLE, type=StaffRoleName())
def appoint(email: str, role: str) -> None:
    from sekisho.accounts import actions
    from sekisho.accounts.queries import viewer_at

    actions.grant_staff_role(CLI, viewer_at(email).id, StaffRole(role))
    say(f"{email} is {role} now.", f"{email} に {role} の役割を与えました。")


@command.command(
    "organisation", help=Text("Create an organisation and print its id.", "組織を作成し、ID を表示します。")
)
@bilingual.argument("name", Text("NAME", "名前"))
@bilingual.option(
    "--owner",
    required=True,
    metavar=Text("EMAIL", "メールアドレス"),
    help=Text(
        "Its primary owner; need not have an account yet.",
        "代表オーナー。アカウントはまだなくてもかまいません。",
    ),
)
@bilingual.option(
    "--plan",
    type=click.Choice([plan.value for plan in Plan]),
    default="api",
    show_default=True,
    help=Text("Its plan.", "契約プラン。"),
)
@language_option
def organisation(name: str, owner: str, plan: str, language: Lang | None) -> None:
    from sekisho.accounts import actions

    made = actions.create_organisation(
        CLI, name, Plan(plan), owner_email=owner, language=language or reader_language()
    )
    click.echo(made)


@command.command(
    "member",
    help=Text("Add a person to an organisation and print their id.", "組織に利用者を加え、ID を表示します。"),
)
@bilingual.argument("organisation", Text("ORGANISATION", "組織"))
@bilingual.argument("email", Text("EMAIL", "メールアドレス"))
@bilingual.option(
    "--role",
    type=click.Choice([role.value for role in Role if role is not Role.PRIMARY_OWNER]),
    default=Role.MEMBER.value,
    show_default=True,
    help=Text("What they may do there.", "組織での役割。"),
)
@bilingual.option(
    "--guest",
    is_flag=True,
    help=Text(
        "A guest or contractor: nothing of theirs is ever given for training.",
        "ゲストまたは業務委託の方。その方のものが学習に提供されることはありません。",
    ),
)
def member(organisation: str, email: str, role: str, guest: bool) -> None:
    from sekisho.accounts import actions

    click.echo(actions.add_member(CLI, organisation, email, Role(role), is_guest=guest))


@command.command(
    "plan",
    help=Text(
        "Put an account on another plan under the same terms. A person never becomes an organisation.",
        "同じ規約の範囲でプランを変更します。個人のアカウントが組織に変わることはありません。",
    ),
)
@bilingual.argument("organisation", Text("ORGANISATION", "組織"))
@bilingual.argument("plan", Text("PLAN", "プラン"), type=click.Choice([plan.value for plan in Plan]))
def plan(organisation: str, plan: str) -> None:
    from sekisho.accounts import actions

    actions.change_plan(CLI, organisation, Plan(plan))
    say(f"{organisation} is on the plan {plan} now.", f"{organisation} のプランを {plan} に変更しました。")


@command.command(
    "education",
    help=Text(
        "Say whether an account belongs to education: its people are then taken to be minors, and nothing of theirs is "
        "used for training.",
        "教育向けのアカウントかどうかを登録します。教育向けの場合、利用者は未成年者として扱われ、学習に使われることはありません。",
    ),
)
@bilingual.argument("organisation", Text("ORGANISATION", "組織"))
@bilingual.argument("on", Text("on|off", "on か off"), type=click.Choice(["on", "off"]))
def education(organisation: str, on: str) -> None:
    from sekisho.accounts import actions

    actions.set_education(CLI, organisation, on == "on")
    if on == "on":
        say(f"{organisation} belongs to education now.", f"{organisation} を教育向けとして登録しました。")
    else:
        say(
            f"{organisation} no longer belongs to education.",
            f"{organisation} の教育向けの登録を解除しました。",
        )
