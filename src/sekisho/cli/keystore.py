"""`sekisho keystore`: under which root the keys are, and a new root in place of the old."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import reader_language
from sekisho.cli.output import emit_json


@bilingual.group(
    "keystore",
    help=Text(
        "See what wraps the content keys, and put a new root key in force.",
        "内容の鍵を何が保護しているかを確認し、新しいルートキーに切り替えます。",
    ),
)
def command() -> None:
    """Leave everything to the subcommands."""


@command.command(
    "status",
    help=Text(
        "Show which root wraps how many keys, and which are retired. Shows no key.",
        "どのルートキーが何個の鍵を保護しているか、どれが廃止されたかを示します。鍵そのものは表示しません。",
    ),
)
@data_dir_option
@bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
def status(data_dir: Path | None, as_json: bool) -> None:
    set_up(data_dir)
    require_migrated()
    from sekisho.records.keystore.rotation import status as look

    found = look()
    if as_json:
        return emit_json({**asdict(found), "pending": found.pending})
    _say(_CURRENT.format(root=found.current))
    for name, count in sorted(found.rows.items()):
        _say(_WRAPS.format(root=name or "-", count=str(count)))
    for name in found.retired:
        _say(_IS_RETIRED.format(root=name))
    _say(_PENDING.format(count=str(found.pending)) if found.pending else _NONE_PENDING)
    return None


@command.command(
    "rotate",
    help=Text(
        """Put a new root key in force, wrap every content key by it, and retire the old one.

        Everything may run meanwhile. Interrupted, it goes on where it was when it is run again.
        """,
        """新しいルートキーに切り替え、内容の鍵をすべて保護し直して、古いルートキーを廃止します。

        実行中もサービスを止める必要はありません。中断しても、もう一度実行すれば続きから再開します。
        """,
    ),
)
@data_dir_option
@bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
def rotate(data_dir: Path | None, as_json: bool) -> None:
    set_up(data_dir)
    require_migrated()
    from sekisho.records.keystore.rotation import rotate as turn_over
    from sekisho.records.queries import calendar_at

    at = datetime.now(UTC)
    done = turn_over(at)
    until = at + calendar_at(at).key_backups
    if as_json:
        moved = str(done.moved_to) if done.moved_to else None
        return emit_json({**asdict(done), "moved_to": moved, "backups_need_it_until": until.isoformat()})
    _say(_DONE.format(root=done.root, count=str(done.rows)))
    for name in done.retired:
        _say(_OLD.format(root=name, until=f"{until:%Y-%m-%d %H:%M}"))
    if done.moved_to:
        _say(_MOVED.format(path=str(done.moved_to)))
    return None


def _say(words: Text) -> None:
    click.echo(words.in_(reader_language()))


_CURRENT = Text("Wraps now: {root}", "現在のルートキー: {root}")
_WRAPS = Text("{root}: {count} keys", "{root}: {count} 個の鍵")
_IS_RETIRED = Text("{root}: retired", "{root}: 廃止済み")
_PENDING = Text(
    "{count} keys are still under another root. Run `sekisho keystore rotate`.",
    "{count} 個の鍵が、まだ別のルートキーで保護されています。`sekisho keystore rotate` を実行してください。",
)
_NONE_PENDING = Text("No other root is needed.", "ほかのルートキーは必要ありません。")
_DONE = Text(
    "{root} wraps every key now; {count} were wrapped anew.",
    "すべての鍵を {root} で保護しています。{count} 個を保護し直しました。",
)
_OLD = Text(
    "{root} is no longer needed here. Backups of the keystore from before now need it until {until} UTC.",
    "{root} はここではもう必要ありません。これより前に取った鍵の保管庫のバックアップには、{until} UTC まで必要です。",
)
_MOVED = Text(
    "It lies in {path}. Move it to where backups are restored from, and destroy it after that.",
    "古い鍵は {path} にあります。バックアップの復元に使う場所へ移し、その期限の後に破棄してください。",
)
