"""What `sekisho doctor` says of destruction: is it on time, is the clock believed, was a database restored."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.types import system
from sekisho.base.text import Text
from sekisho.cli.health import Check, State


def check_destruction(at: datetime) -> Check:
    """Return whether all that is due was destroyed, and by whom it is kept from it otherwise."""
    from sekisho.records.retention.queries import health

    found = health(system("doctor"), at)
    if found.behind:
        return _failed(
            Text(
                f"A database was restored: {found.behind} destructions are not known to it. Nothing is served.",
                f"データベースが復元されており、{found.behind} 件の破棄が反映されていません。"
                "サービスは提供されません。",
            ),
            Text(
                "Run `sekisho retention restore-check --replay`, or start a worker.",
                "`sekisho retention restore-check --replay` を実行するか、ワーカーを起動してください。",
            ),
        )
    if found.halted_at is not None:
        return _failed(
            Text(
                "Destruction has halted: the clock jumped forward.",
                "時刻が大きく進んだため、破棄を停止しています。",
            ),
            Text(
                "Check the clock, then run `sekisho retention confirm-clock`.",
                "時刻を確認し、`sekisho retention confirm-clock` を実行してください。",
            ),
        )
    if found.past_due:
        return _failed(
            Text(
                f"{found.past_due} turns are past their deadline.",
                f"{found.past_due} 件のターンが期限を過ぎています。",
            ),
            Text("Run `sekisho retention sweep`.", "`sekisho retention sweep` を実行してください。"),
        )
    return Check(
        "destruction", State.OK, Text("nothing is past its deadline", "期限を過ぎたものはありません")
    )


def _failed(found: Text, remedy: Text) -> Check:
    return Check("destruction", State.FAILED, found, remedy)
