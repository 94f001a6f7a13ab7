"""`sekisho restrict`: throttle, suspend or terminate a key, an organisation or an end user, and take it back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import told
from sekisho.cli.output import emit_json, say, table
from sekisho.cli.terms import term
from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind

if TYPE_CHECKING:
    from sekisho.enforcement.types import RestrictionView

SPAN = re.compile(r"(\d+)([mhd])")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Span(click.ParamType[timedelta]):
    """A length of time such as `30m`, `12h` or `7d`."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = SPAN.fullmatch(str(value))
        if found is None:
            self.fail(
                told(
                    f"{value!r} is no length of time. Write a number and m, h or d, such as 12h.",
                    f"{value!r} は期間として読み取れません。12h のように、数字と m・h・d で書いてください。",
                ),
                param,
                ctx,
            )
        return int(found[1]) * UNITS[found[2]]


as_option = bilingual.option(
    "--as",
    "person",
    required=True,
    metavar=Text("EMAIL", "メールアドレス"),
    help=Text("Who decides.", "決定する担当者。"),
)


@bilingual.group(
    "restrict",
    help=Text(
        """Throttle, suspend or terminate; gateways know within a second.

        Every restriction has a statement of reasons in both languages, and is audited.
        """,
        """制限・一時停止・終了の措置をとります。ゲートウェイには 1 秒以内に伝わります。

        どの措置にも両言語の理由の説明が付き、監査ログに残ります。
        """,
    ),
)
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@command.command(
    "impose",
    help=Text(
        "Impose MEASURE on UNIT: a key (key_…), an organisation (org_…), or an end user's pseudonym.",
        "対象に措置をとります。対象は、キー（key_…）、組織（org_…）、エンドユーザーの仮名のいずれかです。",
    ),
)
@bilingual.argument("unit", Text("UNIT", "対象"))
@bilingual.argument("measure", Text("MEASURE", "措置"), type=click.Choice([each.value for each in Measure]))
@bilingual.option(
    "--organisation",
    help=Text(
        "Id of its organisation. Needed for the pseudonym of an end user.",
        "対象が属する組織の ID。エンドユーザーの仮名を指定するときに必要です。",
    ),
)
@bilingual.option(
    "--clause",
    required=True,
    help=Text(
        "The clause that it rests on, such as fraud_predation.", "根拠となる条項（fraud_predation など）。"
    ),
)
@bilingual.option(
    "--for",
    "length",
    type=Span(),
    help=Text(
        "How long: 30m, 12h, 7d. Without it, until it is lifted.",
        "期間（30m、12h、7d など）。省略すると解除するまで続きます。",
    ),
)
@bilingual.option(
    "--facts-en",
    required=True,
    help=Text(
        "What happened, in English, as the person will read it.", "何があったか。本人が読む英語の文章です。"
    ),
)
@bilingual.option(
    "--facts-ja",
    required=True,
    help=Text("What happened, in Japanese.", "何があったか。本人が読む日本語の文章です。"),
)
@bilingual.option(
    "--requests-per-minute",
    type=click.IntRange(1),
    help=Text("The rate that remains, when throttled.", "制限後に 1 分間に受け付ける要求の数。"),
)
@as_option
@bilingual.option(
    "--seconded-by",
    metavar=Text("EMAIL", "メールアドレス"),
    help=Text("The second person, whom a termination needs.", "もう一人の承認者。終了の措置に必要です。"),
)
def impose(
    unit: str,
    measure: str,
    organisation: str | None,
    clause: str,
    length: timedelta | None,
    facts_en: str,
    facts_ja: str,
    requests_per_minute: int | None,
    person: str,
    seconded_by: str | None,
) -> None:
    from sekisho.enforcement import actions

    made = actions.impose(
        _person(person),
        unit_named(unit, organisation),
        Measure(measure),
        clause,
        datetime.now(UTC) + length if length else None,
        Statement(Text(facts_en, facts_ja), was_detected_automatically=False),
        seconded_by=_person(seconded_by) if seconded_by else None,
        requests_per_minute=requests_per_minute,
    )
    click.echo(made)


@command.command("lift", help=Text("Lift a restriction (rst_…) now.", "措置（rst_…）を今すぐ解除します。"))
@bilingual.argument("restriction", Text("RESTRICTION", "措置ID"))
@as_option
def lift(restriction: str, person: str) -> None:
    from sekisho.enforcement import actions

    actions.lift(_person(person), restriction)
    say(f"{restriction} is lifted.", f"{restriction} を解除しました。")


@command.command("list", help=Text("List what is in force.", "現在有効な措置を一覧します。"))
@bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a restriction.", "措置ごとに 1 つの JSON を出力します。"),
)
def list_restrictions(as_json: bool) -> None:
    from sekisho.enforcement.queries import restrictions_for_gateway

    found = list(restrictions_for_gateway(datetime.now(UTC)))
    if as_json:
        for each in found:
            emit_json(_plain(each))
        return
    columns = [
        Text("id", "ID"),
        Text("unit", "対象"),
        Text("measure", "措置"),
        Text("clause", "条項"),
        Text("until (UTC)", "期限（UTC）"),
    ]
    rows = ((each.id, each.unit.id, term(each.measure), each.clause, _until(each)) for each in found)
    table(columns, rows)


def _person(email: str) -> Viewer:
    from sekisho.accounts.queries import viewer_at

    return viewer_at(email)


def unit_named(named: str, organisation: str | None) -> Unit:
    if named.startswith("org_"):
        return Unit(UnitKind.ORGANISATION, named, named)
    if named.startswith("key_"):
        return Unit(UnitKind.KEY, named, organisation or _organisation_of(named))
    if organisation is None:
        raise click.UsageError(
            told(
                "An end user is named by pseudonym and --organisation.",
                "エンドユーザーは、仮名と --organisation で指定してください。",
            )
        )
    return Unit(UnitKind.END_USER, named, organisation)


def _organisation_of(key: str) -> str:
    from sekisho.accounts.queries import keys_for_gateway

    found = next((each.view for each in keys_for_gateway() if each.view.id == key), None)
    if found is None:
        message = Text(f"There is no active key {key}.", f"有効なキー {key} はありません。")
        raise NotFoundError("key_not_found", message)
    return found.organisation_id


def _until(view: RestrictionView) -> str:
    return f"{view.until:%Y-%m-%d %H:%M}" if view.until else told("lifted by a person", "解除するまで")


def _plain(view: RestrictionView) -> dict[str, object]:
    return {
        "id": view.id,
        "unit": view.unit.id,
        "kind": view.unit.kind,
        "organisation": view.unit.organisation,
        "measure": view.measure,
        "clause": view.clause,
        "since": view.since,
        "until": view.until,
    }
