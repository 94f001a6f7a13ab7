"""`sekisho doctor`: what is healthy, what is missing, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from sekisho.base import settings
from sekisho.base.text import Lang, Text
from sekisho.cli import bilingual, reader_language
from sekisho.cli.control_plane import data_dir_option, set_up
from sekisho.cli.doctor_law import check_law
from sekisho.cli.doctor_outside import check_address, check_mail, check_transit
from sekisho.cli.doctor_proof import check_proof
from sekisho.cli.doctor_retention import check_destruction
from sekisho.cli.doctor_support import check_bot
from sekisho.cli.doctor_zdr import check_zero_retention
from sekisho.cli.health import Check, State
from sekisho.cli.layout import padded
from sekisho.cli.output import console, emit_json
from sekisho.cli.terms import term

SICK = 1
"""Exit status when something that requests depend on does not work."""


@bilingual.command(
    "doctor",
    help=Text(
        "Look at everything that requests depend on. Status 1 when something does not work.",
        "要求の処理に必要なものをすべて点検します。動かないものがあれば終了コード 1 で終わります。",
    ),
)
@data_dir_option
@bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
@bilingual.option(
    "--lang",
    type=click.Choice(["en", "ja"]),
    help=Text("Language. Default: your terminal's.", "言語。省略すると端末の言語です。"),
)
def command(data_dir: Path | None, as_json: bool, lang: Lang | None) -> None:
    folder = set_up(data_dir)
    found = list(examine(folder, datetime.now(UTC)))
    healthy = all(check.state is not State.FAILED for check in found)
    if as_json:
        emit_json({"healthy": healthy, "checks": [asdict(check) for check in found]})
    else:
        _show(found, lang or reader_language())
    sys.exit(0 if healthy else SICK)


def examine(folder: Path, at: datetime) -> Iterator[Check]:
    """Yield every check, those first that others depend on. A check that breaks has failed; the rest go on."""
    checks: tuple[Callable[[], Check], ...] = (
        lambda: check_folder(folder),
        lambda: check_database("default", "database"),
        lambda: check_database("keystore", "keystore"),
        lambda: check_policy(at),
        lambda: check_snapshot(folder, at),
        lambda: check_journal(folder),
        check_detectors,
        check_judge,
        check_providers,
        lambda: check_zero_retention(at),
        check_address,
        check_transit,
        lambda: check_mail(at),
        lambda: check_destruction(at),
        lambda: check_proof(at),
        lambda: check_law(at),
        lambda: check_bot(at),
    )
    for check in checks:
        try:
            yield check()
        except Exception as problem:  # whatever it is, the person who asked wants the rest of the list
            name = type(problem).__name__
            yield Check(
                "unknown",
                State.FAILED,
                Text(f"A check broke: {name}.", f"点検が中断されました：{name}"),
                Text(
                    "Run `sekisho serve` once to set things up.",
                    "一度 `sekisho serve` を起動して準備してください。",
                ),
            )


def check_folder(folder: Path) -> Check:
    shared = folder.stat().st_mode & 0o077
    if shared:
        return Check(
            "data_folder",
            State.FAILED,
            Text(
                f"{folder} can be read by others on this machine.",
                f"{folder} は他の利用者からも読み取れます。",
            ),
            Text(f"chmod 700 {folder}", f"chmod 700 {folder} を実行してください。"),
        )
    return Check("data_folder", State.OK, Text(f"{folder}, private", f"{folder}（非公開）"))


def check_database(alias: str, name: str) -> Check:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    connection = connections[alias]
    connection.ensure_connection()
    executor = MigrationExecutor(connection)
    if behind := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return Check(
            name,
            State.FAILED,
            Text(
                f"{connection.vendor}, {len(behind)} migrations behind",
                f"{connection.vendor}、未適用の変更が {len(behind)} 件あります",
            ),
            Text(
                "Start `sekisho serve`, `console` or `worker` once: each migrates first.",
                "`sekisho serve`・`console`・`worker` のいずれかを一度起動してください。",
            ),
        )
    return Check(name, State.OK, Text(f"{connection.vendor}, up to date", f"{connection.vendor}、最新です"))


def check_policy(at: datetime) -> Check:
    from sekisho.policy.queries import version_at

    pack = version_at(at)
    if pack is None:
        return Check(
            "policy",
            State.FAILED,
            Text(
                "No version of the policy is in force: gateways refuse everything.",
                "有効なポリシーの版がないため、関所はすべての要求を拒否します。",
            ),
            Text(
                "Start `sekisho serve` once to install the reference policy.",
                "一度 `sekisho serve` を起動すると、参照ポリシーが導入されます。",
            ),
        )
    return Check(
        "policy",
        State.OK,
        Text(f"{pack.label}, {len(pack.clauses)} clauses", f"{pack.label}、{len(pack.clauses)} 条項"),
    )


def check_snapshot(folder: Path, at: datetime) -> Check:
    from sekisho.link.carriers.local import SnapshotFile

    snapshot = SnapshotFile(folder / "link" / "snapshot.json").read()
    if snapshot is None or snapshot.is_stale(at):
        age = (
            "none was published"
            if snapshot is None
            else f"revision {snapshot.revision} is {(at - snapshot.issued_at).total_seconds():.0f} s old"
        )
        return Check(
            "snapshot",
            State.FAILED,
            Text(
                f"Gateways refuse requests: {age}.",
                "新しいスナップショットがないため、関所は要求を拒否します。",
            ),
            Text(
                "Keep `sekisho worker` or `sekisho serve` running.",
                "`sekisho worker` または `sekisho serve` を動かしておいてください。",
            ),
        )
    keys = len(snapshot.keys)
    return Check(
        "snapshot",
        State.OK,
        Text(f"revision {snapshot.revision}, {keys} keys", f"リビジョン {snapshot.revision}、キー {keys} 件"),
    )


def check_journal(folder: Path) -> Check:
    from sekisho.link.carriers.local import JournalFolder

    waiting = len(JournalFolder(folder / "link" / "journal").read(1000))
    if waiting >= 1000:
        return Check(
            "journal",
            State.NOTE,
            Text("1,000 entries or more wait to be taken in.", "取り込み待ちの記録が 1,000 件以上あります。"),
            Text("Run another `sekisho worker`.", "`sekisho worker` を追加で起動してください。"),
        )
    return Check("journal", State.OK, Text(f"{waiting} entries wait", f"取り込み待ち {waiting} 件"))


def check_detectors() -> Check:
    from sekisho.detection.cascade import default_cascade

    has_scorer, step = settings.flag("scorer"), settings.text("scorer_step")
    health = default_cascade(has_scorer, step).health()
    sick = [name for name, is_healthy in health.items() if not is_healthy]
    if sick:
        names = ", ".join(sick)
        return Check(
            "detectors",
            State.FAILED,
            Text(
                f"{names}: the self-test failed; what they find counts as an error.",
                f"{names}：自己診断に失敗しました。検出結果はエラーとして扱われます。",
            ),
            Text(
                "Install the package again, or train the scorer with `make model`.",
                "パッケージを入れ直すか、`make model` でローカル判定器を作り直してください。",
            ),
        )
    found = Text(", ".join(health), "、".join(health))
    if has_scorer:
        found = Text(f"{found.en}; scorer step: {step}", f"{found.ja}（ローカル判定器の段階：{step}）")
    return Check("detectors", State.OK, found)


def check_judge() -> Check:
    from sekisho.gateway.judge import configured

    line = configured()
    if line is None:
        found = Text(
            "None: doubt is resolved by each clause itself.", "なし。判断に迷う場合は各条項の定めに従います。"
        )
        return Check("judge", State.OK, found)
    model = settings.text("judge_model")
    if not line.problem:
        return Check(
            "judge",
            State.OK,
            Text(f"{model}, within {line.budget_ms} ms", f"{model}、{line.budget_ms} ミリ秒以内"),
        )
    name = f"SEKISHO_{line.problem.upper()}"
    return Check(
        "judge",
        State.FAILED,
        Text("It cannot be asked as it is set up.", "現在の設定では問い合わせできません。"),
        Text(f"Correct {name}.", f"{name} を見直してください。"),
    )


def check_providers() -> Check:
    real = [name for name in ("anthropic", "openai") if settings.text(f"{name}_api_key")]
    real += ["openai-compatible"] if settings.text("openai_base_url") and "openai" not in real else []
    if not real:
        return Check(
            "providers",
            State.NOTE,
            Text("Only the shipped fake provider answers.", "付属の擬似提供者だけが応答します。"),
            Text(
                "Set ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENAI_BASE_URL.",
                "ANTHROPIC_API_KEY・OPENAI_API_KEY・OPENAI_BASE_URL のいずれかを設定してください。",
            ),
        )
    return Check("providers", State.OK, Text(", ".join(real), "、".join(real)))


MARKS = {State.OK: ("✓", "green"), State.NOTE: ("•", "yellow"), State.FAILED: ("✗", "red")}


def _show(found: list[Check], lang: Lang) -> None:
    out = console()
    for check in found:
        mark, style = MARKS[check.state]
        out.print(f"[{style}]{mark}[/{style}] {padded(term(check.name, lang), 16)} {check.found.in_(lang)}")
        if check.remedy:
            out.print(f"  → {check.remedy.in_(lang)}", style="dim", markup=False)
