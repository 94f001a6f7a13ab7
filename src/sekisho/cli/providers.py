"""`sekisho providers`: what is on record of each provider, and what follows from it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import reader_language
from sekisho.cli.output import emit_json, say, table

if TYPE_CHECKING:
    from sekisho.records.providers.types import Provider, ProviderState

STANDINGS = {
    "unstated": Text(
        "nothing stated: counts as keeping and training", "記録なし（保持・学習ありとみなします）"
    ),
    "stale": Text(
        "review too old: counts as keeping and training", "確認期限切れ（保持・学習ありとみなします）"
    ),
    "stated": Text("stated", "記録あり"),
    "shipped": Text("part of this release", "本製品に付属"),
}
YES, NO = Text("yes", "はい"), Text("no", "いいえ")
json_option = bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a line.", "1 行に 1 つの JSON を出力します。"),
)


@bilingual.group(
    "providers",
    help=Text(
        """List what is on record of each provider, and state it.

        What is not stated, or was reviewed too long ago, counts as keeping and training.
        """,
        """提供元ごとの取り扱いの記録を一覧し、記録します。

        記録がないもの、確認から時間がたったものは、保持・学習に使うものとして扱います。
        """,
    ),
)
def command() -> None:
    pass


@command.command(
    "list", help=Text("List the providers of this deployment.", "この環境の提供元を一覧します。")
)
@json_option
@data_dir_option
def list_(as_json: bool, data_dir: Path | None) -> None:
    found = _states(data_dir)
    if as_json:
        for one in found:
            emit_json(_plain(one))
        return
    columns = (
        Text("route", "経路"),
        Text("host", "ホスト"),
        Text("standing", "記録"),
        Text("zero retention", "ゼロデータ保持"),
        Text("trains", "学習"),
        Text("reviewed", "確認日"),
    )
    table(columns, (_row(one) for one in found))


@command.command(
    "show",
    help=Text(
        "Show everything that was stated of a provider, newest first.",
        "提供元についての記録を、新しい順にすべて表示します。",
    ),
)
@bilingual.argument("route", Text("ROUTE", "経路"))
@json_option
@data_dir_option
def show(route: str, as_json: bool, data_dir: Path | None) -> None:
    from sekisho.accounts.types import system
    from sekisho.records.providers import queries

    state = _named(_states(data_dir), route)
    if as_json:
        emit_json(_plain(state))
        return
    for name, value in _plain(state).items():
        click.echo(f"{name}: {value}")
    for one in queries.history(system("cli"), state.provider):
        click.echo(f"{one.reviewed_at:%Y-%m-%d}  {one.id}  {one.reviewed_by}  {one.facts.evidence}")


@command.command(
    "state",
    help=Text(
        """State what a provider does with what it is sent, as of today. It needs evidence.

        Say each thing: what you leave out counts as the worst.
        """,
        """提供元が受け取った内容をどう扱うかを、今日の時点の事実として記録します。根拠が必要です。

        省略した項目は、最も不利なものとして扱います。
        """,
    ),
)
@bilingual.argument("route", Text("ROUTE", "経路"))
@bilingual.option(
    "--retains/--retains-nothing",
    default=True,
    help=Text("Whether it keeps what it is sent.", "受け取った内容を保持するか。"),
)
@bilingual.option(
    "--retention-days",
    type=int,
    help=Text("For how many days, where it says so.", "保持する日数（明示されている場合）。"),
)
@bilingual.option(
    "--trains/--never-trains",
    default=True,
    help=Text("Whether it trains on it.", "学習に使うか。"),
)
@bilingual.option(
    "--zero-retention-contract",
    is_flag=True,
    help=Text(
        "Your contract has it keep nothing, although it keeps what others send.",
        "一般には保持するが、貴社との契約では保持しない。",
    ),
)
@bilingual.option(
    "--requires-retention",
    multiple=True,
    help=Text(
        "Models for which it keeps all the same: an id or a pattern. May be repeated.",
        "それでも保持されるモデル（ID またはパターン）。繰り返し指定できます。",
    ),
)
@bilingual.option("--region", default="", help=Text("Where it is processed.", "処理される地域。"))
@bilingual.option(
    "--evidence",
    required=True,
    help=Text("https address of the terms or the contract.", "規約または契約の https アドレス。"),
)
@data_dir_option
def state(
    route: str,
    retains: bool,
    retention_days: int | None,
    trains: bool,
    zero_retention_contract: bool,
    requires_retention: tuple[str, ...],
    region: str,
    evidence: str,
    data_dir: Path | None,
) -> None:
    provider = _named(_states(data_dir), route).provider
    from sekisho.accounts.types import system
    from sekisho.records.providers import actions
    from sekisho.records.providers.types import Facts

    facts = Facts(
        retains, retention_days, trains, zero_retention_contract, requires_retention, region, evidence
    )
    stated = actions.state(system("cli"), provider, facts)
    say(
        f"{stated.id}: stated of {_name(provider)}.", f"{stated.id}：{_name(provider)} について記録しました。"
    )


def _states(data_dir: Path | None) -> tuple[ProviderState, ...]:
    set_up(data_dir)
    require_migrated()
    from sekisho.accounts.types import system
    from sekisho.link.queries import known_routes
    from sekisho.link.routes import provider_of
    from sekisho.records.providers import queries

    return queries.states(system("cli"), map(provider_of, known_routes()), datetime.now(UTC))


def _named(found: tuple[ProviderState, ...], route: str) -> ProviderState:
    for one in found:
        if one.provider.route == route:
            return one
    shown = re.sub(r"[^\w.-]", "", route)[:60]
    names = ", ".join(one.provider.route for one in found)
    raise SekishoError(
        "route_unknown",
        Text(
            f"There is no route {shown}. There are: {names}.",
            f"経路 {shown} はありません。あるのは {names} です。",
        ),
    )


def _name(provider: Provider) -> str:
    return f"{provider.route} ({provider.host})" if provider.host else provider.route


def _row(one: ProviderState) -> tuple[str, ...]:
    lang = reader_language()
    return (
        one.provider.route,
        one.provider.host or "–",
        STANDINGS[one.standing.value].in_(lang),
        (YES if one.keeps_nothing else NO).in_(lang),
        (YES if one.facts.trains else NO).in_(lang),
        f"{one.statement.reviewed_at:%Y-%m-%d}" if one.statement else "–",
    )


def _plain(one: ProviderState) -> dict[str, object]:
    facts = one.facts
    return {
        "route": one.provider.route,
        "host": one.provider.host,
        "standing": one.standing.value,
        "zero_retention": one.keeps_nothing,
        "retains": facts.retains,
        "retention_days": facts.retention_days,
        "trains": facts.trains,
        "zero_retention_contract": facts.zero_retention_contract,
        "requires_retention": list(facts.requires_retention),
        "region": facts.region,
        "evidence": facts.evidence,
        "reviewed_at": one.statement.reviewed_at.isoformat() if one.statement else None,
        "stale_at": one.stale_at.isoformat() if one.stale_at else None,
    }
