"""`sekisho review`: what waits for people, the next case, and how far reviewers agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sekisho.accounts.types import Viewer
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import told
from sekisho.cli.output import emit_json, say, table
from sekisho.cli.terms import term

if TYPE_CHECKING:
    from sekisho.enforcement.review.types import CaseRow

json_option = bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("Write JSON, a line each.", "1 行に 1 つの JSON で出力します。"),
)
as_option = bilingual.option(
    "--as",
    "person",
    required=True,
    metavar=Text("EMAIL", "メールアドレス"),
    help=Text("Who reviews.", "審査する担当者。"),
)


@bilingual.group(
    "review",
    help=Text(
        "See the review queue, take the next case, and measure agreement.",
        "審査キューを確認し、次の案件を引き受け、一致の度合いを測ります。",
    ),
)
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@command.command(
    "queue", help=Text("List open cases in the order of work.", "未決の案件を、処理する順に一覧します。")
)
@as_option
@bilingual.option(
    "--limit", type=click.IntRange(1, 1000), default=25, help=Text("How many.", "表示する件数。")
)
@json_option
def queue(person: str, limit: int, as_json: bool) -> None:
    from sekisho.enforcement.review import queries

    rows = queries.queue(_person(person), limit=limit).cases
    if as_json:
        for row in rows:
            emit_json(_plain(row))
        return
    columns = [
        Text("reference", "受付番号"),
        Text("due (UTC)", "期限（UTC）"),
        Text("class", "区分"),
        Text("came from", "経路"),
        Text("clause", "条項"),
    ]
    table(columns, (_shown(row) for row in rows))


@command.command("next", help=Text("Take the case that is due first.", "期限が最も近い案件を引き受けます。"))
@as_option
@json_option
def take_next(person: str, as_json: bool) -> None:
    from sekisho.enforcement.review import actions, queries

    viewer, at = _person(person), datetime.now(UTC)
    answer = actions.take_next(viewer)
    if isinstance(answer, actions.Took):
        row = queries.case(viewer, answer.case, at).row
        if as_json:
            emit_json(_plain(row))
        else:
            say(
                f"{row.reference} is yours until {row.claimed_until:%H:%M} UTC.",
                f"{row.reference} を {row.claimed_until:%H:%M}（UTC）まで担当します。",
            )
        return
    until = getattr(answer, "until", None)
    if as_json:
        emit_json({"case": None, "until": until})
    elif until is None:
        say("Nothing waits that you may look at.", "担当できる案件は待っていません。")
    else:
        say(
            f"Please rest until {until:%Y-%m-%d %H:%M} UTC.",
            f"{until:%Y-%m-%d %H:%M}（UTC）まで休憩してください。",
        )


@command.command(
    "quality", help=Text("Show how far reviewers agree.", "担当者どうしの一致の度合いを示します。")
)
@as_option
@bilingual.option(
    "--days", type=click.IntRange(1, 3650), default=90, help=Text("Over how many days.", "対象とする日数。")
)
@json_option
def quality(person: str, days: int, as_json: bool) -> None:
    from sekisho.enforcement.review import queries

    found = queries.quality(_person(person), datetime.now(UTC) - timedelta(days=days))
    if as_json:
        emit_json(found)
        return
    columns = [
        Text("clause", "条項"),
        Text("cases", "案件数"),
        Text("alike", "一致"),
        Text("alpha", "α"),
        Text("kappa", "κ"),
    ]
    table(
        columns,
        (
            (one.clause, str(one.cases), str(one.alike), _figure(one.alpha), _figure(one.kappa))
            for one in found.agreements
        ),
    )


def _person(email: str) -> Viewer:
    from sekisho.accounts.queries import viewer_at

    return viewer_at(email)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _shown(row: CaseRow) -> tuple[str, ...]:
    return (
        row.reference,
        f"{row.due:%Y-%m-%d %H:%M}",
        term(row.gravity.word),
        term(row.source),
        row.clause or told("none", "なし"),
    )


def _plain(row: CaseRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "reference": row.reference,
        "source": row.source,
        "category": row.category,
        "clause": row.clause,
        "gravity": row.gravity.word,
        "state": row.state,
        "received_at": row.received_at,
        "due": row.due,
        "count": row.count,
        "claimed_until": row.claimed_until,
    }
