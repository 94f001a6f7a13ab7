"""What `sekisho doctor` says of the support bot: who answers, and whether it lately did."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.base.text import Text
from sekisho.cli.health import Check, State

SINCE = timedelta(days=7)
OFTEN = 0.2
"""Share of failures from which on somebody should look. Our decision: one question in five."""


def check_bot(at: datetime) -> Check:
    """Return whether a model answers in the messenger, and how often it failed in the last seven days."""
    from sekisho.support.bot.queries import counted, model

    name = model()
    if not name:
        return Check(
            "bot",
            State.OK,
            Text("no model: passages of articles answer", "モデルなし（記事の該当箇所で回答します）"),
        )
    today = at.date()
    counts = counted(today - SINCE, today + timedelta(days=1))
    failed = sum(times for what, times in counts.items() if what.startswith("failed_"))
    answered = sum(times for what, times in counts.items() if "_" not in what)
    found = Text(
        f"{name}: {answered} answers, {failed} failures in 7 days",
        f"{name}：7 日間で回答 {answered} 件、失敗 {failed} 件",
    )
    if failed <= OFTEN * (answered + failed):
        return Check("bot", State.OK, found)
    return Check(
        "bot",
        State.NOTE,
        found,
        Text(
            "Look for `bot.failed` in the log: its code says why. Try the endpoint in `support_bot_url` with its key.",
            "ログの `bot.failed` に理由（code）があります。`support_bot_url` の接続先とキーを確認してください。",
        ),
    )
