"""`sekisho appeals`: what waits, what came of appeals, and who has been trained for those of minors."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import click

from sekisho.accounts.types import Viewer, system
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import told
from sekisho.cli.output import emit_json, say, table
from sekisho.cli.terms import term

CLI = system("cli")

as_option = bilingual.option(
    "--as",
    "registrar",
    required=True,
    metavar=Text("EMAIL", "メールアドレス"),
    help=Text("Who registers it.", "登録する担当者。"),
)
json_option = bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a line.", "1 行に 1 つの JSON を出力します。"),
)


@bilingual.group(
    "appeals",
    help=Text(
        "List appeals that wait and what came of others; register who is trained for minors.",
        "確認を待つ異議申立てと結果を一覧し、未成年者の申立ての研修を受けた担当者を登録します。",
    ),
)
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@command.command(
    "list",
    help=Text("List what waits, the next deadline first.", "確認を待つものを期限の近い順に一覧します。"),
)
@json_option
def list_waiting(as_json: bool) -> None:
    from sekisho.enforcement.appeals.queries import queue

    at = datetime.now(UTC)
    rows = [
        (
            one.appeal.id,
            term(one.appeal.about.value),
            one.appeal.clause or "–",
            f"{one.appeal.due_at:%Y-%m-%d %H:%M}",
            told("overdue", "期限超過") if one.appeal.is_overdue(at) else "",
        )
        for one in queue(CLI, at)
    ]
    if as_json:
        for id, about, clause, due, late in rows:
            emit_json({"id": id, "about": about, "clause": clause, "due_at": due, "overdue": bool(late)})
        return
    columns = (
        Text("id", "ID"),
        Text("against", "対象"),
        Text("clause", "条項"),
        Text("answer by (UTC)", "回答期限（UTC）"),
        Text("", ""),
    )
    table(list(columns), iter(rows))


@command.command(
    "outcomes",
    help=Text(
        "Count what came of appeals, by clause, outcome and automation.",
        "異議申立ての結果を、条項・結果・自動処理かどうかの別に数えます。",
    ),
)
@bilingual.option(
    "--days",
    default=365,
    show_default=True,
    type=click.IntRange(1),
    help=Text("How many days back.", "何日前までさかのぼるか。"),
)
@json_option
def outcomes(days: int, as_json: bool) -> None:
    from sekisho.enforcement.appeals import queries

    until = datetime.now(UTC)
    found = queries.outcomes(until - timedelta(days=days), until)
    if as_json:
        for one in found:
            emit_json(
                {
                    "about": one.about.value,
                    "clause": one.clause,
                    "outcome": one.outcome.value,
                    "automatic": one.was_automatic,
                    "count": one.count,
                    "median_days": round(one.median_days, 1),
                }
            )
        return
    columns = (
        Text("against", "対象"),
        Text("clause", "条項"),
        Text("outcome", "結果"),
        Text("automation", "自動処理"),
        Text("count", "件数"),
        Text("median days", "日数の中央値"),
    )
    rows = (
        (
            term(one.about.value),
            one.clause or "–",
            term(one.outcome.value),
            told("yes", "はい") if one.was_automatic else told("no", "いいえ"),
            str(one.count),
            f"{one.median_days:.1f}",
        )
        for one in found
    )
    table(list(columns), rows)


@command.command(
    "train",
    help=Text(
        "Register that PERSON is trained to hear appeals of minors.",
        "担当者が未成年者の申立てのための研修を受けたことを登録します。",
    ),
)
@bilingual.argument("person", Text("PERSON", "担当者"))
@bilingual.option(
    "--until",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help=Text("The last day on which it counts (UTC).", "有効な最後の日（UTC）。"),
)
@as_option
def train(person: str, until: datetime, registrar: str) -> None:
    from sekisho.enforcement.appeals import actions

    actions.train(_viewer(registrar), _viewer(person).id, _end_of(until.date()))
    say(f"{person} may hear appeals of minors.", f"{person} は未成年者の申立てを担当できます。")


@command.command("end-training", help=Text("Take the registration back.", "登録を取り消します。"))
@bilingual.argument("person", Text("PERSON", "担当者"))
@as_option
def end_training(person: str, registrar: str) -> None:
    from sekisho.enforcement.appeals import actions

    actions.end_training(_viewer(registrar), _viewer(person).id)
    say(
        f"{person} hears appeals of minors no longer.", f"{person} は未成年者の申立てを担当しなくなりました。"
    )


def _viewer(email: str) -> Viewer:
    from sekisho.accounts.queries import viewer_at

    return viewer_at(email)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)
