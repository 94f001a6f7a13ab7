"""`sekisho retention sweep | status | confirm-clock | restore-check`: destruction on time, by hand and looked at."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.accounts.types import system
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.output import emit_json, say

if TYPE_CHECKING:
    from sekisho.records.retention.types import SweepView

CLI = system("cli")
NOT_DONE = 1
"""Exit status when something is past due, or not known to a restored database."""

json_option = bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)


@bilingual.command(
    "sweep",
    help=Text(
        """Destroy everything that is due now, as the worker does every five minutes.

        Status 1 when anything is left past its deadline, or when the sweep was skipped; it says why.
        """,
        """期限を迎えたものを今すぐ破棄します。ワーカーが 5 分ごとに行う処理と同じです。

        期限を過ぎたものが残った場合や、巡回を見送った場合は、理由を示して終了コード 1 で終わります。
        """,
    ),
)
@data_dir_option
@bilingual.option(
    "--dry-run",
    is_flag=True,
    help=Text("Count what is due and destroy nothing.", "対象を数えるだけで、何も破棄しません。"),
)
@json_option
def sweep(data_dir: Path | None, dry_run: bool, as_json: bool) -> None:
    set_up(data_dir)
    require_migrated()

    from sekisho.records.retention import actions

    done = actions.sweep(dry_run=dry_run, progress=_silent if as_json else _progress)
    if as_json:
        emit_json(asdict(done))
    else:
        _tell(done)
    sys.exit(0 if dry_run or done.result == "complete" else NOT_DONE)


@bilingual.command(
    "status",
    help=Text(
        "Say how destruction stands. Status 1 when anything is past its deadline.",
        "破棄の状況を表示します。期限を過ぎたものがあれば終了コード 1 で終わります。",
    ),
)
@data_dir_option
@json_option
def status(data_dir: Path | None, as_json: bool) -> None:
    set_up(data_dir)
    require_migrated()

    from sekisho.records import registry
    from sekisho.records.retention.queries import health

    found, covered = health(CLI, datetime.now(UTC)), registry.coverage()
    if as_json:
        emit_json({**asdict(found), "coverage": covered.share})
    else:
        good = f"{found.good_at:%Y-%m-%d %H:%M:%S}" if found.good_at else "–"
        say(f"Past due: {found.past_due}", f"期限超過: {found.past_due}")
        say(f"Waiting under legal holds: {found.pinned}", f"法的保全により待機中: {found.pinned}")
        say(f"Last good sweep (UTC): {good}", f"最後に正常に終わった巡回（UTC）: {good}")
        say(f"Inventory: {covered.share:.0%} of tables", f"データ台帳: テーブルの {covered.share:.0%}")
    sys.exit(NOT_DONE if found.past_due or found.behind or found.halted_at else 0)


@bilingual.command(
    "confirm-clock",
    help=Text(
        "Say that the clock is right after it jumped: destruction goes on.",
        "時刻が大きく進んだあと、正しいことを確認して破棄を再開します。",
    ),
)
@data_dir_option
def confirm_clock(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()

    from sekisho.records.retention import actions

    actions.confirm_clock(CLI)
    say(
        "The time is confirmed. The next sweep destroys what is due.",
        "時刻を確認しました。次の巡回から破棄を再開します。",
    )


@bilingual.command(
    "restore-check",
    help=Text(
        """Compare the databases with the log of what was destroyed, as after a restored backup.

        Status 1 when they are older than it. `--replay` destroys the same again; a worker does so when it starts.
        """,
        """データベースを、破棄の記録と照合します。バックアップから復元したあとに使います。

        記録より古い場合は終了コード 1 で終わります。`--replay` を付けると、同じ破棄をもう一度適用します。
        ワーカーは起動時に自動で適用します。
        """,
    ),
)
@data_dir_option
@bilingual.option(
    "--replay", is_flag=True, help=Text("Destroy the same again.", "同じ破棄をもう一度適用します。")
)
@json_option
def restore_check(data_dir: Path | None, replay: bool, as_json: bool) -> None:
    set_up(data_dir)
    require_migrated()

    from sekisho.records.retention import tombstones
    from sekisho.records.retention.gate import require_whole

    replayed = require_whole() if replay else 0
    behind = tombstones.behind()
    if as_json:
        emit_json(
            {
                "whole": not behind,
                "replayed": replayed,
                "keystore_behind": len(behind.keystore),
                "database_behind": len(behind.main),
            }
        )
    elif behind:
        say(
            f"{len(behind)} destructions are not known here. Run this again with --replay.",
            f"{len(behind)} 件の破棄が反映されていません。--replay を付けて実行してください。",
        )
    else:
        say(
            f"The databases know all that was destroyed ({replayed} replayed).",
            f"データベースは破棄の記録と一致しています（再適用: {replayed} 件）。",
        )
    sys.exit(NOT_DONE if behind else 0)


def _tell(done: SweepView) -> None:
    if done.reason == "dry_run":
        say(
            f"Due now: {done.turns} turns in {done.conversations} conversations; {done.pinned} wait under legal holds.",
            f"現在の対象: 会話 {done.conversations} 件、ターン {done.turns} 件。"
            f"法的保全により待機中: {done.pinned} 件。",
        )
        return
    if done.result == "skipped":
        reasons = {
            "clock_jumped": Text(
                "the clock jumped; check it, then run `sekisho retention confirm-clock`",
                "時刻が大きく進みました。確認のうえ `sekisho retention confirm-clock` を実行してください",
            ),
            "restored": Text(
                "a database was restored; run `sekisho retention restore-check --replay`",
                "データベースが復元されています。`sekisho retention restore-check --replay` を実行してください",
            ),
        }
        why = reasons[done.reason]
        say(f"Skipped: {why.en}.", f"見送りました: {why.ja}。")
        return
    say(
        f"{done.result}: {done.turns} turns, {done.keys} keys destroyed, {done.cut} cut, {done.rows} rows, "
        f"{done.partitions} partitions; {done.past_due} past due.",
        f"{done.result}: ターン {done.turns} 件、鍵の破棄 {done.keys} 件、部分破棄 {done.cut} 件、行 {done.rows} 件、"
        f"パーティション {done.partitions} 件。期限超過 {done.past_due} 件。",
    )


def _silent(done: int, of: int) -> None:
    """A program reads the result alone."""


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        say(f"{done} of {of} conversations", f"会話 {of} 件のうち {done} 件", err=True)
