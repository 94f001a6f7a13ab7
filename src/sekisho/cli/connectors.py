"""`sekisho connectors`: what a server says of itself, and what the directory holds."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sekisho.accounts.types import system
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import reader_language, told
from sekisho.cli.output import emit_json, say, table

CLI = system("cli")
FOUND = 1
"""Exit status when a scan finds something grave."""
json_option = bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a line.", "1 行に 1 つの JSON を出力します。"),
)


@bilingual.group(
    "connectors",
    help=Text(
        "Scan MCP servers, list the directory, and ask its servers again what they say.",
        "MCP サーバーを検査し、ディレクトリを一覧し、登録済みのサーバーの内容を取得し直します。",
    ),
)
def command() -> None:
    pass


@command.command(
    "scan",
    help=Text(
        "Ask a server what it says of itself, and tell what is suspicious. Status 1 for anything grave.",
        "サーバーの説明を取得し、不審な点を示します。重大な点があれば終了コード 1 で終わります。",
    ),
)
@bilingual.argument("url", Text("URL", "アドレス"))
@bilingual.option(
    "--private",
    is_flag=True,
    help=Text("Let it be an address of this network.", "このネットワーク内のアドレスも許可します。"),
)
@json_option
def scan_(url: str, private: bool, as_json: bool) -> None:
    from sekisho.connectors.fetching import FetchError, fetch
    from sekisho.connectors.orders import gives_orders
    from sekisho.connectors.rules.digests import digest_of
    from sekisho.connectors.rules.scan import scan

    try:
        found = fetch(url, private=private)
    except FetchError as problem:
        raise click.ClickException(PROBLEMS[problem.code].in_(reader_language())) from None
    findings = scan(found, gives_orders)
    for one in findings:
        if as_json:
            emit_json({"code": one.code, "where": one.where, "grave": one.is_grave})
        else:
            click.echo(f"{'!' if one.is_grave else '·'} {one.code}: {one.where}")
    say(
        f"{found.server}: {len(found.tools)} tools, {len(findings)} findings. SHA-256 {digest_of(found)}",
        f"{found.server}：ツール {len(found.tools)} 件、指摘 {len(findings)} 件。SHA-256 {digest_of(found)}",
        err=as_json,
    )
    sys.exit(FOUND if any(one.is_grave for one in findings) else 0)


PROBLEMS = {
    "private_address": Text(
        "The address is not public. Use --private for a server of this network.",
        "公開されたアドレスではありません。このネットワーク内のサーバーには --private を付けてください。",
    ),
    "unreachable": Text(
        "The server could not be reached. Check the address.",
        "サーバーに接続できません。アドレスを確認してください。",
    ),
    "too_large": Text(
        "The server says more than can be checked.", "サーバーの応答が大きすぎるため確認できません。"
    ),
    "not_mcp": Text(
        "What answers there is no MCP server over HTTP. Check the path, often /mcp.",
        "応答したのは HTTP の MCP サーバーではありません。パス（/mcp など）を確認してください。",
    ),
}


@command.command("list", help=Text("List all that are registered.", "登録済みのコネクターを一覧します。"))
@json_option
@data_dir_option
def list_(as_json: bool, data_dir: Path | None) -> None:
    queries = _ready(data_dir)
    rows = [
        (view.details.name, view.listing.value, view.details.url, len(view.findings))
        for view in queries.connectors(CLI)
    ]
    if as_json:
        for name, listing, url, findings in rows:
            emit_json({"name": name, "listing": listing, "url": url, "findings": findings})
    else:
        columns = (
            Text("name", "名前"),
            Text("state", "状態"),
            Text("address", "アドレス"),
            Text("findings", "指摘"),
        )
        table(columns, (tuple(map(str, row)) for row in rows))


@command.command(
    "look",
    help=Text(
        "Ask a registered server again what it says of itself, now.",
        "登録済みのサーバーの説明を、いま取得し直します。",
    ),
)
@bilingual.argument("name", Text("NAME", "名前"))
@data_dir_option
def look(name: str, data_dir: Path | None) -> None:
    queries = _ready(data_dir)
    from sekisho.connectors import actions
    from sekisho.connectors.orders import gives_orders

    found = next((view for view in queries.connectors(CLI) if view.details.name == name), None)
    if found is None:
        raise click.ClickException(
            told(
                f"No connector is called {name}. See `sekisho connectors list`.",
                f"{name} というコネクターはありません。`sekisho connectors list` で確認してください。",
            )
        )
    view = actions.look(CLI, found.id, gives_orders)
    for change in view.changes:
        click.echo(f"{change.kind}: {change.where}")
    say(f"{name}: {view.listing.value}", f"{name}：{view.listing.value}")


def _ready(data_dir: Path | None):  # type: ignore[no-untyped-def]
    set_up(data_dir)
    require_migrated()
    from sekisho.connectors import queries

    return queries
