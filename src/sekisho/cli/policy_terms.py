"""`sekisho policy overlay | exception | differences`: what organisations are held to, and what drafts would change."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sekisho.accounts.types import Viewer, system
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import require_migrated, set_up
from sekisho.cli.output import emit_json, say, table
from sekisho.cli.terms import term
from sekisho.policy.types import Audience

CLI = system("cli")
DAY = click.DateTime(["%Y-%m-%d"])
as_option = bilingual.option(
    "--as",
    "person",
    required=True,
    metavar=Text("EMAIL", "メールアドレス"),
    help=Text("Who decides it.", "決定する担当者。"),
)


def _person(data_dir: Path | None, email: str) -> Viewer:
    set_up(data_dir)
    require_migrated()
    from sekisho.accounts.queries import viewer_at

    return viewer_at(email)


@bilingual.group(
    "overlay",
    help=Text(
        "Show, set and remove what an organisation lays over the policy; it may only tighten.",
        "組織の上乗せ設定を表示・設定・削除します。ポリシーを厳しくすることだけができます。",
    ),
)
def overlay() -> None:
    """Leave everything to the subcommands."""


@overlay.command(
    "show",
    help=Text(
        "Print the overlay of an organisation as it was handed in.",
        "組織の上乗せ設定を、提出されたままの形で表示します。",
    ),
)
@bilingual.argument("organisation", Text("ORGANISATION", "組織"))
@click.pass_obj
def show_overlay(data_dir: Path | None, organisation: str) -> None:
    set_up(data_dir)
    require_migrated()
    from sekisho.policy import queries

    found = queries.overlay(CLI, organisation)
    if found:
        click.echo(found.source, nl=False)
    else:
        say(f"{organisation} lays nothing over the policy.", f"{organisation} に上乗せ設定はありません。")


@overlay.command(
    "set",
    help=Text(
        "Lay a YAML file over the policy. Every value that would loosen it is refused, with its line.",
        "YAML ファイルの上乗せ設定を適用します。ポリシーを緩める値はすべて、その行を示して拒否します。",
    ),
)
@bilingual.argument("organisation", Text("ORGANISATION", "組織"))
@bilingual.argument(
    "file", Text("FILE", "ファイル"), type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@as_option
@click.pass_obj
def set_overlay(data_dir: Path | None, organisation: str, file: Path, person: str) -> None:
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    version = actions.set_overlay(actor, organisation, file.read_text(encoding="utf-8"), str(file))
    say(
        f"{organisation} is held to +org.{version} from now on.",
        f"{organisation} には今後 +org.{version} が適用されます。",
    )


@overlay.command(
    "remove",
    help=Text(
        "Take the overlay away: the organisation is judged by the policy alone again.",
        "上乗せ設定を削除します。組織は再びポリシーだけで判定されます。",
    ),
)
@bilingual.argument("organisation", Text("ORGANISATION", "組織"))
@as_option
@click.pass_obj
def remove_overlay(data_dir: Path | None, organisation: str, person: str) -> None:
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    actions.remove_overlay(actor, organisation)
    say(
        f"{organisation} lays nothing over the policy any more.",
        f"{organisation} の上乗せ設定を削除しました。",
    )


@bilingual.group(
    "exception",
    help=Text(
        "List, propose, approve and revoke contract exceptions from soft clauses.",
        "厳格でない条項について、契約による例外を一覧・提案・承認・取り消しします。",
    ),
)
def exception() -> None:
    """Leave everything to the subcommands."""


@exception.command(
    "list",
    help=Text(
        "List the exceptions of an organisation, the latest first, one JSON object each.",
        "組織の例外を新しい順に、1 行に 1 つの JSON で一覧します。",
    ),
)
@bilingual.argument("organisation", Text("ORGANISATION", "組織"))
@click.pass_obj
def list_exceptions(data_dir: Path | None, organisation: str) -> None:
    set_up(data_dir)
    require_migrated()
    from sekisho.policy import queries

    for each in queries.exceptions(CLI, organisation):
        emit_json(each)


@exception.command(
    "propose",
    help=Text(
        "Propose an exception. It has no effect until somebody else approves it; hard clauses know none.",
        "例外を提案します。ほかの担当者が承認するまで効力はありません。厳格な条項に例外は認められません。",
    ),
)
@bilingual.argument("organisation", Text("ORGANISATION", "組織"))
@bilingual.argument("clauses", Text("CLAUSES", "条項"), nargs=-1, required=True)
@bilingual.option(
    "--safeguards",
    required=True,
    help=Text(
        "What answers the harms instead, in a sentence or more.",
        "例外を認める代わりに害を防ぐ措置。1 文以上で書いてください。",
    ),
)
@bilingual.option(
    "--until",
    required=True,
    type=DAY,
    help=Text("The day on which it ends (UTC).", "例外が終わる日（UTC）。"),
)
@bilingual.option(
    "--key",
    "keys",
    multiple=True,
    help=Text("Only for this key. May be given again.", "このキーに限ります。繰り返し指定できます。"),
)
@bilingual.option(
    "--use",
    "uses",
    multiple=True,
    type=click.Choice([one.value for one in Audience]),
    help=Text("Only for this use.", "この利用形態に限ります。繰り返し指定できます。"),
)
@as_option
@click.pass_obj
def propose_exception(
    data_dir: Path | None,
    organisation: str,
    clauses: tuple[str, ...],
    safeguards: str,
    until: datetime,
    keys: tuple[str, ...],
    uses: tuple[str, ...],
    person: str,
) -> None:
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    end, scope = until.replace(tzinfo=UTC), [Audience(use) for use in uses]
    click.echo(
        actions.propose_exception(actor, organisation, clauses, safeguards, end, keys=keys, uses=scope)
    )


@exception.command(
    "approve",
    help=Text(
        "Approve an exception that somebody else proposed.", "ほかの担当者が提案した例外を承認します。"
    ),
)
@bilingual.argument("id", Text("ID", "例外ID"))
@as_option
@click.pass_obj
def approve_exception(data_dir: Path | None, id: str, person: str) -> None:
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    actions.approve_exception(actor, id)
    say(f"{id} is in effect.", f"{id} が有効になりました。")


@exception.command(
    "revoke",
    help=Text(
        "End an exception now, or withdraw its proposal.",
        "例外を今すぐ終わらせます。承認前の提案なら取り下げます。",
    ),
)
@bilingual.argument("id", Text("ID", "例外ID"))
@as_option
@click.pass_obj
def revoke_exception(data_dir: Path | None, id: str, person: str) -> None:
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    actions.revoke_exception(actor, id)
    say(f"{id} is revoked.", f"{id} を取り消しました。")


@bilingual.command(
    "differences",
    help=Text(
        "Count how a draft in the shadow would have decided, beside what was decided.",
        "試行中の下書きならどう決定していたかを、実際の決定と並べて集計します。",
    ),
)
@bilingual.argument("label", Text("LABEL", "版"))
@bilingual.option(
    "--since",
    type=DAY,
    default="1970-01-01",
    help=Text(
        "Decisions from this day on (UTC). Default: all.",
        "この日（UTC）以降の決定に限ります。省略するとすべてです。",
    ),
)
@click.pass_obj
def differences(data_dir: Path | None, label: str, since: datetime) -> None:
    set_up(data_dir)
    require_migrated()
    from sekisho.enforcement.queries import shadow_differences

    found = shadow_differences(CLI, label, since.replace(tzinfo=UTC))
    rows = ((term(one.decided), term(one.would_be), one.clause, str(one.count)) for one in found)
    table(
        [
            Text("decided", "実際の決定"),
            Text("would be", "下書きの決定"),
            Text("clause", "条項"),
            Text("times", "件数"),
        ],
        rows,
    )
