"""What `sekisho doctor` says of proof: is the audit log signed, and does it still begin with what was signed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli.health import Check, State

LATE = timedelta(hours=2)
"""A checkpoint comes every hour; after two, nobody signs any."""


def check_proof(at: datetime) -> Check:
    """Return whether the last checkpoint is fresh, is the beginning of the log, and is kept in a second place."""
    from sekisho.audit.checkpoints import compared

    try:
        signed_at = compared()
    except SekishoError as refusal:
        remedy = Text(
            "Keep the database as it is, and run `sekisho audit consistency`.",
            "データベースを現状のまま保全し、`sekisho audit consistency` を実行してください。",
        )
        return Check("proof", State.FAILED, refusal.message, remedy)
    if signed_at is None or signed_at + LATE < at:
        return Check("proof", State.NOTE, _UNSIGNED, _START)
    if not settings.text("audit_witness_path"):
        return Check("proof", State.NOTE, _ALONE, _NAME_A_PLACE)
    return Check(
        "proof", State.OK, Text("signed, and kept in two places", "署名済みで、2 か所に保管しています")
    )


_UNSIGNED = Text(
    "No checkpoint of the audit log was signed in the last two hours.",
    "監査ログのチェックポイントに、2 時間以上署名していません。",
)
_START = Text(
    "Start a worker, or run `sekisho audit checkpoint`.",
    "ワーカーを起動するか、`sekisho audit checkpoint` を実行してください。",
)
_ALONE = Text(
    "Checkpoints of the audit log are kept here alone.",
    "監査ログのチェックポイントが、この環境だけにあります。",
)
_NAME_A_PLACE = Text(
    "Set SEKISHO_AUDIT_WITNESS_PATH to a folder on another disk or machine.",
    "SEKISHO_AUDIT_WITNESS_PATH に、別のディスクまたはマシン上のフォルダーを指定してください。",
)
