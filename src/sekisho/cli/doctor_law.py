"""What `sekisho doctor` says of law: was it stated which applies, are its files fresh, is a deadline missed."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.types import system
from sekisho.base.text import Text
from sekisho.cli.health import Check, State


def check_law(at: datetime) -> Check:
    """Return whether a deadline has passed, whether a file of law should be read again, or nothing was stated yet."""
    from sekisho.compliance.law import is_stale, laws
    from sekisho.compliance.queries import incomplete_points, profile, running_clocks
    from sekisho.compliance.rules.profile import in_force

    if late := sum(one.is_late(at) for one in running_clocks(system("doctor"), at)):
        return _passed(late)
    held = profile()
    stale = [one.regime.value for one in in_force(laws().values(), held.profile) if is_stale(one, at.date())]
    if stale:
        names = ", ".join(stale)
        return _note(
            Text(
                f"not compared with the law for long: {names}", f"法令との照合から時間がたっています：{names}"
            ),
            Text(
                "Compare the files with the law, and put your own into `law_dir`.",
                "法令と照合し、必要なら `law_dir` に独自のファイルを置いてください。",
            ),
        )
    if lacking := incomplete_points():
        names = ", ".join(lacking)
        return _note(
            Text(
                f"contact points without a person or a choice of means: {names}",
                f"人の応対または手段の選択肢が足りない連絡先：{names}",
            ),
            Text(
                "Complete them under Compliance among the staff pages.",
                "担当者用ページの「コンプライアンス」で整えてください。",
            ),
        )
    if not held.number:
        return _note(
            Text("nobody has stated which laws apply", "適用される法令がまだ定められていません"),
            Text(
                "Run `sekisho compliance profile set`.",
                "`sekisho compliance profile set` を実行してください。",
            ),
        )
    return Check("law", State.OK, Text("no deadline has passed", "期限を過ぎたものはありません"))


def _passed(late: int) -> Check:
    return Check(
        "law",
        State.FAILED,
        Text(
            f"{late} deadlines of notices, complaints or orders have passed.",
            f"通知・苦情・命令の期限が {late} 件過ぎています。",
        ),
        Text(
            "Open Compliance among the staff pages.",
            "担当者用ページの「コンプライアンス」を開いてください。",
        ),
    )


def _note(found: Text, remedy: Text) -> Check:
    return Check("law", State.NOTE, found, remedy)
