"""`sekisho keys`: create, list and revoke API keys."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sekisho.accounts.types import KeyDeclaration, KeyView, UseCase, system
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.output import emit_json, say, table

CLI = system("cli")


@click.group("keys")
@data_dir_option
def command(data_dir: Path | None) -> None:
    """Create, list and revoke API keys. Whoever may run this may do anything: it asks for no sign-in."""
    set_up(data_dir)
    require_migrated()


@command.command("list")
@click.option("--organisation", help="Id of the organisation. Default: all.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a key.")
def list_keys(organisation: str | None, as_json: bool) -> None:
    """List keys, without the keys themselves."""
    from sekisho.accounts import queries

    chosen = [organisation] if organisation else [each.id for each in queries.organisations(CLI)]
    keys = [key for each in chosen for key in queries.keys(CLI, each)]
    if as_json:
        for key in keys:
            emit_json(_plain(key))
    else:
        table("", ["id", "key", "name", "organisation", "declared for", "state"], (_row(key) for key in keys))


@command.command("create")
@click.option("--organisation", help="Id of the organisation. Default: the only one there is.")
@click.option("--name", required=True, help="What people recognise it by.")
@click.option(
    "--use-case", type=click.Choice([each.value for each in UseCase]), default="general", show_default=True
)
@click.option("--domain", help="High-risk domain, with --use-case high_risk: hr_legal, hr_healthcare, …")
@click.option("--product", default="", help="What people know the product as; shown in AI disclosures.")
@click.option("--requests-per-minute", type=click.IntRange(1), help="Rate limit.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def create(
    organisation: str | None,
    name: str,
    use_case: str,
    domain: str | None,
    product: str,
    requests_per_minute: int | None,
    as_json: bool,
) -> None:
    """Create a key and show it, this one time."""
    from sekisho.accounts import actions

    made = actions.create_key(
        CLI,
        organisation or _only_organisation(),
        name,
        declaration=KeyDeclaration(UseCase(use_case), domain, product),
        requests_per_minute=requests_per_minute,
    )
    if as_json:
        emit_json(_plain(made.view) | {"key": made.plain})
    else:
        click.echo(made.plain)
        say(
            "Keep it now: it is stored only as a hash and cannot be shown again.",
            "今すぐ控えてください。ハッシュだけを保存するため、再表示はできません。",
            err=True,
        )


@command.command("revoke")
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """Revoke a key for good. Every gateway refuses it within a second."""
    from sekisho.accounts import actions

    done = actions.revoke_key(CLI, key_id)
    if done:
        say(f"{key_id} is revoked.", f"{key_id} を失効させました。")
    else:
        say(
            f"{key_id} was revoked before; nothing changed.",
            f"{key_id} はすでに失効しています。変更はありません。",
        )


def _only_organisation() -> str:
    from sekisho.accounts import queries

    found = queries.organisations(CLI)
    if len(found) == 1:
        return found[0].id
    known = ", ".join(f"{each.id} ({each.name})" for each in found) or "none yet"
    raise SekishoError(
        "organisation_needed",
        Text(
            f"Name the organisation with --organisation. There are: {known}.",
            f"--organisation で組織を指定してください。現在の組織：{known}",
        ),
    )


def _state(key: KeyView) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    return "active" if key.is_usable(datetime.now(UTC)) else "expired"


def _row(key: KeyView) -> tuple[str, ...]:
    declared = key.declaration
    return (
        key.id,
        f"{key.prefix}…",
        key.name,
        key.organisation_id,
        declared.domain or declared.use_case.value,
        _state(key),
    )


def _plain(key: KeyView) -> dict[str, object]:
    return {
        "id": key.id,
        "prefix": key.prefix,
        "name": key.name,
        "organisation": key.organisation_id,
        "use_case": key.declaration.use_case,
        "domain": key.declaration.domain,
        "scopes": sorted(key.scopes),
        "state": _state(key).split()[0],
        "created_at": key.created_at,
    }
