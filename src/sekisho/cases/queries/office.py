"""When our office is open, as the settings say, and what that promises (R-SUP-072)."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sekisho.accounts.types import Plan
from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cases.rules.clocks import Office
from sekisho.cases.rules.holidays import REGIONS
from sekisho.cases.rules.targets import FIRST_REPLY, promised
from sekisho.cases.types import Impact, Kind


def office() -> Office:
    """Return the office of this installation. Raises `SekishoError` (`support_hours_unclear`) for settings that state
    none."""
    opens, _, closes = settings.text("support_hours").partition("-")
    word = settings.text("support_holidays").upper()
    try:
        zone = ZoneInfo(settings.text("support_time_zone"))
        made = Office(
            zone, time(int(opens)), time(int(closes)), next((one for one in REGIONS if one == word), "")
        )
    except (ValueError, ZoneInfoNotFoundError) as problem:
        raise SekishoError("support_hours_unclear", _UNCLEAR) from problem
    if made.opens >= made.closes:
        raise SekishoError("support_hours_unclear", _UNCLEAR)
    return made


def promise(
    plan: Plan | None,
    at: datetime,
    *,
    kind: Kind = Kind.SUPPORT,
    impact: Impact = Impact.NONE,
    duty: str = FIRST_REPLY,
) -> datetime:
    """Return by when an answer is promised to what arrives at the moment `at`. What people are told, and the clock that
    is held against us, are both this."""
    return promised(duty, kind, plan, impact, at, office())


_UNCLEAR = Text(
    "The office hours cannot be read. Set SEKISHO_SUPPORT_TIME_ZONE like `Asia/Tokyo` and SEKISHO_SUPPORT_HOURS like "
    "`9-18`.",
    "営業時間の設定を読み取れません。SEKISHO_SUPPORT_TIME_ZONE は `Asia/Tokyo`、SEKISHO_SUPPORT_HOURS は `9-18` "
    "のように設定してください。",
)
