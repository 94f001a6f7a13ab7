"""`sekisho desk`: what waits, how far a case has come, and what is past its time; never what people wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sekisho.accounts.types import system
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import told
from sekisho.cli.output import emit_json, say, table

CLI = system("cli")
MOST = 200
LISTED = (
    Text("reference", "受付番号"),
    Text("kind", "種類"),
    Text("queue", "窓口"),
    Text("state", "状態"),
    Text("due (UTC)", "期限 (UTC)"),
    Text("late", "遅延"),
)
FACTS = (Text("field", "項目"), Text("value", "値"))
CLOCKS = (Text("duty", "義務"), Text("law", "法令"), Text("due", "期限"), Text("met", "達成"))

json_option = bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a line.", "1 行に 1 つの JSON を出力します。"),
)


@bilingual.group(
    "desk",
    help=Text(
        "List cases that wait, show how far one has come, and what is past its time; never what people wrote.",
        "対応を待つお問い合わせの一覧、経過、保存期間を過ぎたものを表示します。本文は表示しません。",
    ),
)
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@command.command(
    "list",
    help=Text(
        "List what there is to do, in the order in which it is worked.",
        "対応が必要なものを、対応する順に一覧します。",
    ),
)
@bilingual.option(
    "--queue",
    "queue_name",
    default="",
    metavar=Text("QUEUE", "窓口"),
    help=Text("One queue alone, such as `support`.", "窓口を 1 つに絞ります（例: `support`）。"),
)
@json_option
def list_waiting(queue_name: str, as_json: bool) -> None:
    from sekisho.cases.queries import QueueFilter, queue
    from sekisho.cases.types import Queue

    known = {one.value: one for one in Queue}
    if queue_name and queue_name not in known:
        raise click.ClickException(
            told(
                f"No queue is called so. They are: {', '.join(known)}.",
                f"その窓口はありません。窓口: {', '.join(known)}。",
            )
        )
    at = datetime.now(UTC)
    found = queue(CLI, QueueFilter(queue=known.get(queue_name)), limit=MOST).cases
    if as_json:
        for one in found:
            emit_json(
                {
                    "id": one.id, "reference": one.reference, "kind": one.kind, "queue": one.queue,
                    "state": one.state, "due_at": one.due.isoformat() if one.due else None,
                    "by_law": one.legal_due is not None, "overdue": bool(one.due and one.due < at),
                }
            )  # fmt: skip
        return
    if not found:
        say("No case waits.", "対応を待つお問い合わせはありません。")
        return
    rows = [
        (
            one.reference,
            one.kind.value,
            one.queue.value,
            one.state.value,
            f"{one.due:%Y-%m-%d %H:%M}" if one.due else "–",
            told("overdue", "期限超過") if one.due and one.due < at else "",
        )
        for one in found
    ]
    table(LISTED, rows)


@command.command(
    "show",
    help=Text(
        "Show how far a case has come, with its clocks; nothing of what was said.",
        "お問い合わせの経過と期限を表示します。やり取りの内容は表示しません。",
    ),
)
@bilingual.argument("reference", Text("REFERENCE", "受付番号"))
@json_option
def show(reference: str, as_json: bool) -> None:
    from sekisho.cases import queries

    case_id = queries.by_reference(reference)
    if not case_id:
        raise click.ClickException(
            told("There is no case with this reference.", "この受付番号のお問い合わせはありません。")
        )
    case = queries.case(CLI, case_id)
    facts = {
        "id": case.id, "reference": case.reference, "kind": case.kind.value, "queue": case.queue.value,
        "state": case.state.value, "received_at": case.received_at.isoformat(), "organisation": case.organisation,
        "issue": case.issue, "messages": len(queries.messages(CLI, case_id)),
    }  # fmt: skip
    clocks = [
        {
            "duty": one.duty, "regime": one.regime, "due_at": one.due.isoformat(),
            "met_at": one.met_at.isoformat() if one.met_at else None,
        }
        for one in queries.clocks(case_id)
    ]  # fmt: skip
    if as_json:
        emit_json(facts | {"clocks": clocks})
        return
    table(FACTS, [(name, str(value)) for name, value in facts.items()])
    table(
        CLOCKS,
        [
            (one["duty"] or "", one["regime"] or "", one["due_at"] or "", one["met_at"] or "–")
            for one in clocks
        ],
    )


@command.command(
    "ending",
    help=Text(
        "Say what is past its time and would go now; change nothing.",
        "保存期間を過ぎて破棄の対象になっているものを表示します。何も変更しません。",
    ),
)
@json_option
def ending(as_json: bool) -> None:
    from sekisho.cases.queries.ending import ending as asked

    found = asked(datetime.now(UTC))
    facts = {"words": found.words, "rows": found.rows, "held": found.held}
    if as_json:
        emit_json(facts)
        return
    say(
        f"{found.words} cases whose words would be destroyed, {found.rows} that would go whole, "
        f"{found.held} that a legal hold keeps.",
        f"本文が破棄されるお問い合わせ: {found.words} 件、全体が削除されるもの: {found.rows} 件、"
        f"法的保全の対象: {found.held} 件。",
    )
