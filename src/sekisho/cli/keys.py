"""`sekisho keys`: create, list and revoke API keys."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sekisho.accounts.types import KeyDeclaration, KeyView, UseCase, system
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.output import emit_json, say, table
from sekisho.cli.terms import term

CLI = system("cli")
COLUMNS = (
    Text("id", "ID"),
    Text("key", "キー"),
    Text("name", "名前"),
    Text("organisation", "組織"),
    Text("declared for", "用途"),
    Text("state", "状態"),
)


@bilingual.group(
    "keys",
    help=Text(
        "Create, list and revoke API keys. Whoever may run this may do anything: it asks for no sign-in.",
        """API キーを作成・一覧・失効します。サインインを求めないため、このコマンドを実行できる人は何でもできます。
        """,
    ),
)
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@command.command(
    "list",
    help=Text("List keys, without the keys themselves.", "キーを一覧します。キーそのものは表示しません。"),
)
@bilingual.option(
    "--organisation",
    help=Text("Id of the organisation. Default: all.", "組織の ID。省略するとすべての組織です。"),
)
@bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a key.", "キーごとに 1 つの JSON を出力します。"),
)
def list_keys(organisation: str | None, as_json: bool) -> None:
    from sekisho.accounts import queries

    chosen = [organisation] if organisation else [each.id for each in queries.organisations(CLI)]
    keys = [key for each in chosen for key in queries.keys(CLI, each)]
    if as_json:
        for key in keys:
            emit_json(_plain(key))
    else:
        table(COLUMNS, (_row(key) for key in keys))


@command.command(
    "create", help=Text("Create a key and show it, this one time.", "キーを作成し、一度だけ表示します。")
)
@bilingual.option(
    "--organisation",
    help=Text(
        "Id of the organisation. Default: the only one there is.",
        "組織の ID。組織が 1 つだけなら省略できます。",
    ),
)
@bilingual.option("--name", required=True, help=Text("What people recognise it by.", "見分けるための名前。"))
@bilingual.option(
    "--use-case",
    type=click.Choice([each.value for each in UseCase]),
    default="general",
    show_default=True,
    help=Text("What it is used for.", "利用形態。"),
)
@bilingual.option(
    "--domain",
    help=Text(
        "High-risk domain, with --use-case high_risk: hr_legal, hr_healthcare, …",
        "高リスク用途の分野。--use-case high_risk と併せて指定します（hr_legal、hr_healthcare など）。",
    ),
)
@bilingual.option(
    "--product",
    default="",
    help=Text(
        "What people know the product as; shown in AI disclosures.", "製品の名前。AI 利用の開示に表示します。"
    ),
)
@bilingual.option(
    "--requests-per-minute",
    type=click.IntRange(1),
    help=Text("Rate limit.", "1 分間に受け付ける要求の上限。"),
)
@bilingual.option(
    "--zero-retention",
    is_flag=True,
    help=Text("Keep nothing of what passes with it.", "このキーで通過する内容を保存しません。"),
)
@bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
def create(
    organisation: str | None,
    name: str,
    use_case: str,
    domain: str | None,
    product: str,
    requests_per_minute: int | None,
    zero_retention: bool,
    as_json: bool,
) -> None:
    from sekisho.accounts import actions

    made = actions.create_key(
        CLI,
        organisation or only_organisation(),
        name,
        declaration=KeyDeclaration(UseCase(use_case), domain, product),
        requests_per_minute=requests_per_minute,
        zero_retention=zero_retention,
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


@command.command(
    "revoke",
    help=Text(
        "Revoke a key for good. Every gateway refuses it within a second.",
        "キーを失効させます。取り消せません。どのゲートウェイも 1 秒以内に拒否するようになります。",
    ),
)
@bilingual.argument("key_id", Text("KEY_ID", "キーID"))
def revoke(key_id: str) -> None:
    from sekisho.accounts import actions

    done = actions.revoke_key(CLI, key_id)
    if done:
        say(f"{key_id} is revoked.", f"{key_id} を失効させました。")
    else:
        say(
            f"{key_id} was revoked before; nothing changed.",
            f"{key_id} はすでに失効しています。変更はありません。",
        )


@command.command(
    "retain",
    help=Text(
        "Say whether anything is kept of what passes with a key, from the next request on.",
        "キーで通過する内容を保存するかどうかを、次の要求から切り替えます。",
    ),
)
@bilingual.argument("key_id", Text("KEY_ID", "キーID"))
@bilingual.option(
    "--nothing/--usual",
    required=True,
    help=Text("Nothing at all, or as its organisation keeps.", "何も保存しないか、組織の設定に従うか。"),
)
def retain(key_id: str, nothing: bool) -> None:
    from sekisho.accounts import actions

    view = actions.keep_nothing_of(CLI, key_id, nothing)
    _say_kept(key_id, view.zero_retention)


@command.command(
    "project",
    help=Text(
        "Make a project, say whether anything is kept of it, and put keys into it.",
        "プロジェクトを作成し、内容を保存するかどうかを決め、キーを入れます。",
    ),
)
@bilingual.argument("name", Text("NAME", "名前"))
@bilingual.option(
    "--organisation",
    help=Text(
        "Id of the organisation. Default: the only one there is.",
        "組織の ID。組織が 1 つだけなら省略できます。",
    ),
)
@bilingual.option(
    "--nothing/--usual",
    required=True,
    help=Text("Keep nothing of it, or as its organisation keeps.", "何も保存しないか、組織の設定に従うか。"),
)
@bilingual.option(
    "--key",
    "keys",
    multiple=True,
    help=Text(
        "Id of a key that belongs to it. May be repeated.",
        "プロジェクトに入れるキーの ID。繰り返し指定できます。",
    ),
)
def project(name: str, organisation: str | None, nothing: bool, keys: tuple[str, ...]) -> None:
    from sekisho.accounts import actions

    made = actions.put_project(CLI, organisation or only_organisation(), name, zero_retention=nothing)
    for key_id in keys:
        actions.move_key(CLI, key_id, made.id)
    _say_kept(made.id, made.zero_retention)


def _say_kept(what: str, nothing: bool) -> None:
    if nothing:
        say(f"{what}: nothing is kept from now on.", f"{what}：以後、内容は保存されません。")
    else:
        say(f"{what}: kept as its organisation keeps.", f"{what}：組織の設定に従って保存されます。")


def only_organisation() -> str:
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
        return "revoked"
    return "active" if key.is_usable(datetime.now(UTC)) else "expired"


def _row(key: KeyView) -> tuple[str, ...]:
    declared = key.declaration
    return (
        key.id,
        f"{key.prefix}…",
        key.name,
        key.organisation_id,
        declared.domain or term(declared.use_case),
        f"{term(_state(key))} {key.revoked_at:%Y-%m-%d}" if key.revoked_at else term(_state(key)),
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
        "zero_retention": key.zero_retention,
        "project": key.project,
        "state": _state(key),
        "created_at": key.created_at,
    }
