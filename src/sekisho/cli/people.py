"""`sekisho people`: the first administrator, staff roles, organisations."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from sekisho.accounts.types import Plan, StaffRole, system
from sekisho.base.text import LANGS, Lang
from sekisho.cli import reader_language
from sekisho.cli.control_plane import data_dir_option, migrate, set_up
from sekisho.cli.output import say

CLI = system("cli")

language_option = click.option("--language", type=click.Choice(LANGS), help="Default: your terminal's.")


@click.group("people")
@data_dir_option
def command(data_dir: Path | None) -> None:
    """Create people and organisations, and appoint staff. Whoever may run this may do anything."""
    set_up(data_dir)
    migrate()


@command.command("create")
@click.argument("email")
@click.option("--name", default="", help="What people call them.")
@click.option(
    "--staff", multiple=True, type=click.Choice([role.value for role in StaffRole]), help="Repeatable."
)
@language_option
def create(email: str, name: str, staff: tuple[str, ...], language: Lang | None) -> None:
    """Create a person and print a password, this one time. They can also sign in by e-mail code."""
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


@command.command("appoint")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in StaffRole]))
def appoint(email: str, role: str) -> None:
    """Give a person a staff role."""
    from sekisho.accounts import actions
    from sekisho.accounts.queries import viewer_at

    actions.grant_staff_role(CLI, viewer_at(email).id, StaffRole(role))
    say(f"{email} is {role} now.", f"{email} に {role} の役割を与えました。")


@command.command("organisation")
@click.argument("name")
@click.option(
    "--owner", required=True, metavar="EMAIL", help="Its primary owner; need not have an account yet."
)
@click.option("--plan", type=click.Choice([plan.value for plan in Plan]), default="api", show_default=True)
@language_option
def organisation(name: str, owner: str, plan: str, language: Lang | None) -> None:
    """Create an organisation and print its id."""
    from sekisho.accounts import actions

    made = actions.create_organisation(
        CLI, name, Plan(plan), owner_email=owner, language=language or reader_language()
    )
    click.echo(made)
