"""`sekisho compliance`: which duties apply here, what the law's files say, and the report of a period."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO

import click

from sekisho.accounts.types import system
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import reader_language
from sekisho.cli.output import emit_json, say, table
from sekisho.cli.periods import period_options
from sekisho.compliance.law import FIELDS, is_stale, laws
from sekisho.compliance.rules.profile import applies
from sekisho.compliance.words import refusal

CLI = system("cli")
json_option = bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
output_option = bilingual.option(
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True),
    default="-",
    help=Text("File to write. Default: standard output.", "書き出すファイル。省略すると標準出力です。"),
)


@bilingual.group(
    "compliance",
    help=Text(
        "Which laws apply here, and the report of notices and complaints.",
        "適用される法令と、通知・苦情の報告書を扱います。",
    ),
)
def command() -> None:
    """Leave everything to the subcommands: help and mistakes need no database."""


@command.group(
    "profile",
    cls=bilingual.Group,
    help=Text("The duty profile of this installation.", "この環境の義務プロファイルを扱います。"),
)
def profile() -> None:
    """Leave everything to the subcommands."""


@profile.command(
    "show",
    cls=bilingual.Command,
    help=Text(
        "Show which duties apply, and who said so.", "どの義務が適用されるか、誰が定めたかを示します。"
    ),
)
@json_option
@data_dir_option
def show(as_json: bool, data_dir: Path | None) -> None:
    _ready(data_dir)
    from sekisho.compliance import queries

    held = queries.profile()
    if as_json:
        emit_json({"version": held.number, "profile": held.profile.words(), "reason": held.reason})
        return
    table(
        (Text("field", "項目"), Text("value", "値")),
        ((name, word) for name, word in held.profile.words().items()),
    )
    say(f"Version {held.number}.", f"版 {held.number}。", err=True)


@profile.command(
    "set",
    cls=bilingual.Command,
    help=Text(
        """State which duties apply, such as `dsa=hosting uk=u2u au_dis=yes`. What is not named stays.

        Forms, deadlines, reports and contact points follow it from now on.
        """,
        """適用される義務を `dsa=hosting uk=u2u au_dis=yes` のように定めます。書かなかった項目は変わりません。

        以後、フォーム・期限・報告書・連絡先がこれに従います。
        """,
    ),
)
@bilingual.argument("fields", Text("FIELD=VALUE", "項目=値"), nargs=-1, required=True)
@bilingual.option(
    "--reason",
    required=True,
    help=Text("Why; it stays on record.", "理由。記録に残ります。"),
)
@data_dir_option
def set_(fields: tuple[str, ...], reason: str, data_dir: Path | None) -> None:
    _ready(data_dir)
    from sekisho.compliance import actions, queries

    words = queries.profile().profile.words()
    for field in fields:
        name, _, value = field.partition("=")
        if value not in FIELDS.get(name, ()):
            raise SekishoError("profile_word_unknown", _unknown(field))
        words[name] = value
    number = actions.state_profile(CLI, queries.parse_profile(words), reason)
    say(f"Stated as version {number}.", f"版 {number} として定めました。")


@command.command(
    "law",
    help=Text(
        "List the files of law: whether they apply, when they were compared with the law. Status 1 when one is stale.",
        "法令ファイルの適用の有無と確認日を一覧します。確認期限切れがあれば終了コード 1 で終わります。",
    ),
)
@json_option
@data_dir_option
def law(as_json: bool, data_dir: Path | None) -> None:
    _ready(data_dir)
    from sekisho.compliance import queries

    held, today = queries.profile().profile, datetime.now(UTC).date()
    found = [
        {
            "regime": one.regime.value,
            "title": one.title.in_(reader_language()),
            "applies": applies(one, held),
            "reviewed": one.reviewed.isoformat(),
            "stale": is_stale(one, today),
            "not_verified": one.not_verified,
        }
        for one in laws().values()
    ]
    if as_json:
        emit_json(found)
    else:
        columns = (
            Text("regime", "法令"),
            Text("applies", "適用"),
            Text("reviewed", "確認日"),
            Text("not verified", "未確認"),
        )
        rows = (
            (str(one["title"]), _yes(one["applies"]), str(one["reviewed"]), str(one["not_verified"]))
            for one in found
        )
        table(columns, rows)
    sys.exit(1 if any(one["stale"] and one["applies"] for one in found) else 0)


@command.command(
    "report",
    help=Text(
        """Write the report of a period: notices, measures, complaints, disputes, orders.

        Small numbers are withheld, so that nobody can be picked out of them. The same rows make the same bytes.
        """,
        """ある期間の報告書（通知・措置・苦情・紛争・命令）を書き出します。

        個人が特定されないよう、小さな数は公表しません。同じ記録からは、同じ内容が出力されます。
        """,
    ),
)
@period_options
@bilingual.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
    help=Text("How it is written.", "書き出す形式。"),
)
@bilingual.option(
    "--whole",
    is_flag=True,
    help=Text("Withhold nothing. Not for publication.", "小さな数も省きません。公表用ではありません。"),
)
@output_option
@data_dir_option
def report(
    since: datetime, until: datetime, form: str, whole: bool, output: IO[str], data_dir: Path | None
) -> None:
    _ready(data_dir)
    from sekisho.compliance import queries
    from sekisho.compliance.rules.reporting import as_csv, as_json
    from sekisho.enforcement.transparency.types import Period

    first, last = since.date(), until.date()
    if not first <= last < date.max:
        raise refusal("period_backwards")
    found = queries.report(CLI, Period(first, last + timedelta(days=1)), is_whole=whole)
    output.write(as_csv(found) if form == "csv" else as_json(found))


def _ready(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


def _yes(value: object) -> str:
    return Text("yes", "はい").in_(reader_language()) if value else "–"


def _unknown(field: str) -> Text:
    known = "; ".join(f"{name}={'|'.join(words)}" for name, words in FIELDS.items())
    return Text(
        f"`{field}` is no field of the profile with its value. Known: {known}.",
        f"`{field}` はプロファイルの項目と値として使えません。使えるもの：{known}。",
    )
