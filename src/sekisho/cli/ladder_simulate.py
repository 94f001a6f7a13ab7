"""`sekisho enforcement simulate`: whom other numbers of the ladder would have reached."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from sekisho.accounts.types import system
from sekisho.base.clock import system_clock
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import reader_language, told
from sekisho.cli.output import console, emit_json, say, table
from sekisho.enforcement.rules.wording import RUNGS
from sekisho.enforcement.types import Ladder, Rung

CLI = system("cli")


@bilingual.command(
    "simulate",
    help=Text(
        """Run a ladder over recorded decisions, beside the one in force, and tell who would be hit.

        Nothing is changed and nobody is told. What was overturned or excepted is left out. A file names only the
        numbers that differ from the shipped ones; without a file, the ladder in force is run.
        """,
        """記録済みの決定に段階的な措置を当てはめ、施行中のものと並べて、影響を受ける対象を示します。

        何も変更せず、誰にも通知しません。取り消された決定と、契約による例外は除きます。ファイルには、
        既定と異なる数値だけを書きます。省略すると、施行中の数値で試します。
        """,
    ),
)
@bilingual.option(
    "--ladder",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=Text("YAML file with the numbers to try.", "試す数値を書いた YAML ファイル。"),
)
@bilingual.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help=Text("Decisions from this day on (UTC).", "この日（UTC）以降の決定に限ります。"),
)
@bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
@bilingual.option(
    "--html",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=Text("Write a page with the chart there.", "図の入ったページをこのファイルに書き出します。"),
)
@data_dir_option
def command(
    data_dir: Path | None, file: Path | None, since: datetime | None, as_json: bool, out: Path | None
) -> None:
    ladder = _read(file)
    set_up(data_dir)
    require_migrated()
    from sekisho.enforcement import simulation
    from sekisho.enforcement.queries import ladder_in_force

    at, begin = system_clock(), since.replace(tzinfo=UTC) if since else None
    total = simulation.how_many(at, begin)
    with Progress(console=console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(told("Reckoning", "集計中"), total=total)
        tried = ladder or ladder_in_force().ladder
        found = simulation.simulate(CLI, tried, at, begin, partial(progress.advance, task))
    short = simulation.summary(found)
    if out is not None:
        from sekisho.cli.ladder_page import page

        out.write_text(page(short, reader_language()), encoding="utf-8")
    if as_json:
        emit_json(short)
    else:
        _show(short)


def _read(file: Path | None) -> Ladder | None:
    from sekisho.enforcement.rules.ladders import read_ladder

    return read_ladder(file.read_text(encoding="utf-8"), str(file)) if file else None


def _show(short: dict[str, Any]) -> None:
    lang, rungs = reader_language(), {rung.word: rung for rung in Rung}
    say(f"{short['decisions']:,} decisions.", f"決定 {short['decisions']:,} 件。")
    columns = (
        Text("furthest rung", "達した段階"),
        Text("units now", "現在の対象数"),
        Text("units then", "試した場合の対象数"),
    )
    table(
        columns,
        (
            (RUNGS[rungs[row["rung"]]].in_(lang), f"{row['before']:,}", f"{row['after']:,}")
            for row in short["rungs"]
        ),
    )
    before, after = short["at_once"]
    say(
        f"Suspended at once under a hard clause: {before:,} now, {after:,} then.",
        f"厳格な条項による即時の一時停止：現在 {before:,}、試した場合 {after:,}。",
    )
    if not short["harder"]:
        say("Nobody would be taken further.", "より重い段階になる対象はありません。")
        return
    say(
        f"Would be taken further: {short['harder_in_all']:,}.",
        f"より重い段階になる対象：{short['harder_in_all']:,}。",
    )
    table(
        (Text("unit", "対象"), Text("organisation", "組織"), Text("now", "現在"), Text("then", "試した場合")),
        (
            (
                row["unit"],
                row["organisation"],
                RUNGS[rungs[row["before"]]].in_(lang),
                RUNGS[rungs[row["after"]]].in_(lang),
            )
            for row in short["harder"]
        ),
    )
