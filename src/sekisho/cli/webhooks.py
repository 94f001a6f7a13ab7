"""`sekisho webhooks`: list, register and try addresses that are called when something happens."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.accounts.types import system
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.keys import only_organisation
from sekisho.cli.language import reader_language, told
from sekisho.cli.output import emit_json, say, table

CLI = system("cli")
COLUMNS = (
    Text("id", "ID"),
    Text("address", "アドレス"),
    Text("organisation", "組織"),
    Text("events", "イベント"),
    Text("state", "状態"),
)
STATES = {
    "active": Text("active", "有効"),
    "failing": Text("failing", "配信失敗"),
    "disabled": Text("disabled", "無効"),
}
organisation_option = bilingual.option(
    "--organisation",
    help=Text(
        "Id of the organisation. Default: the only one there is.",
        "組織の ID。組織が 1 つだけなら省略できます。",
    ),
)
json_option = bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)


@bilingual.group(
    "webhooks",
    help=Text(
        "List and register addresses that are called when something happens. Whoever may run this may do anything.",
        """出来事があったときに呼び出すアドレスを一覧・登録します。サインインを求めないため、このコマンドを実行できる人は
        何でもできます。
        """,
    ),
)
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@command.command("list", help=Text("List addresses.", "アドレスを一覧します。"))
@organisation_option
@json_option
def list_(organisation: str | None, as_json: bool) -> None:
    from sekisho.webhooks import queries

    found = queries.endpoints(CLI, organisation or only_organisation())
    if as_json:
        emit_json(
            [{"id": one.id, "url": one.url, "state": one.state, "kinds": sorted(one.kinds)} for one in found]
        )
        return
    lang = reader_language()
    rows = (
        (one.id, one.url, one.organisation, " ".join(sorted(one.kinds)), STATES[one.state].in_(lang))
        for one in found
    )
    table(COLUMNS, rows)


@command.command(
    "add",
    help=Text(
        "Register an address and show its signing secret, this one time.",
        "アドレスを登録し、署名用のシークレットを一度だけ表示します。",
    ),
)
@bilingual.argument("url", Text("URL", "アドレス"))
@organisation_option
@bilingual.option(
    "--on",
    "kinds",
    multiple=True,
    help=Text(
        "Kind of event, such as review.released; can be repeated. Default: all.",
        "イベントの種類（review.released など）。繰り返し指定できます。省略するとすべてです。",
    ),
)
@bilingual.option(
    "--description", default="", help=Text("What people recognise it by.", "見分けるための説明。")
)
@json_option
def add(url: str, organisation: str | None, kinds: tuple[str, ...], description: str, as_json: bool) -> None:
    from sekisho.webhooks import actions
    from sekisho.webhooks.types import CHOSEN

    unknown = [kind for kind in kinds if kind not in set(CHOSEN)]
    if unknown:
        known = ", ".join(CHOSEN)
        message = told(
            f"There is no event {unknown[0]!r}. There are: {known}.",
            f"イベント {unknown[0]!r} はありません。指定できるもの：{known}",
        )
        raise click.BadParameter(message, param_hint="--on")
    chosen = frozenset(kind for kind in CHOSEN if not kinds or kind.value in kinds)
    made = actions.register_endpoint(CLI, organisation or only_organisation(), url, chosen, description)
    if as_json:
        emit_json({"id": made.endpoint.id, "url": made.endpoint.url, "secret": made.plain})
        return
    click.echo(f"{made.endpoint.id}\n{made.plain}")
    say(
        "Keep the secret now: it cannot be shown again.",
        "シークレットは再表示できません。今すぐ控えてください。",
        err=True,
    )


@command.command("test", help=Text("Send a test event there.", "テストイベントを送信します。"))
@bilingual.argument("endpoint_id", Text("ENDPOINT_ID", "エンドポイントID"))
def test(endpoint_id: str) -> None:
    from sekisho.webhooks import actions

    message = actions.send_test(CLI, endpoint_id)
    say(
        f"{message} goes out as soon as a worker looks.",
        f"{message} は、ワーカーが動き次第すぐに送信されます。",
    )
