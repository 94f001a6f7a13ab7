"""`sekisho retention calendar`: versions of the calendar of data use."""

from __future__ import annotations

from sekisho.base.text import Text
from sekisho.cli import bilingual


@bilingual.group(
    "calendar",
    help=Text(
        "See versions of the calendar of data use, check one, put one in force.",
        "データ利用の暦の版を確認・検査・発効します。",
    ),
)
def calendar() -> None:
    pass
