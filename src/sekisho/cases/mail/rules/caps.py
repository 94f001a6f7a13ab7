"""How much goes out by itself, and when nothing does (R-SUP-076, R-SUP-077). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
A_CASE_AND_HOUR = 1
A_DAY = 10
"""Automatic messages to one address: about one case in an hour, and in all in a day. Source: R-SUP-077."""
STORM = 20
STORM_WITHIN = timedelta(minutes=1)
"""More bounces than this within a minute pause what goes out. Source: R-SUP-076."""
A_SENDER_AND_DAY = 100
"""Mails of one sender that are worked on in a day; what is more waits in quarantine. A case has rarely seen ten."""
ANSWERED_A_SENDER_AND_DAY = 1
ANSWERED_A_SITE_AND_HOUR = 60
"""First letters that are answered with the fixed words and a link, to whatever mailbox: of one sender, and of one
domain. An address is easily forged; whoever forges a thousand of one domain shall not make us write to it a thousand
times (R-SUP-078)."""
SOFT = 3
"""Soft bounces after which a message is given up; its address is not."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An automatic message that went to an address."""

    case: str
    at: datetime


def may_go(case: str, earlier: Sequence[Earlier], at: datetime) -> bool:
    """Return whether one more automatic message may go to the address, about the case, at this moment."""
    today = [one for one in earlier if at - DAY < one.at <= at]
    same = [one for one in today if one.case == case and at - HOUR < one.at]
    return len(today) < A_DAY and len(same) < A_CASE_AND_HOUR


def is_storm(bounces: int) -> bool:
    """Return whether so many bounces within `STORM_WITHIN` are a storm."""
    return bounces > STORM
