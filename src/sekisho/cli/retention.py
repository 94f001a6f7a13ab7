"""`sekisho retention`: how long things live, and how they end. Each part is in a file of its own."""

from __future__ import annotations

from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.retention_calendar import calendar
from sekisho.cli.retention_sweep import confirm_clock, restore_check, status, sweep


@bilingual.group(
    "retention",
    help=Text(
        "See and change how long things are kept, and how they are destroyed.",
        "保管期間と破棄の方法を確認し、変更します。",
    ),
)
def command() -> None:
    pass


command.add_command(calendar)
for each in (sweep, status, confirm_clock, restore_check):
    command.add_command(each)
