"""Who is answered, and what becomes of those who report in bad faith. Pure.

Sources: RFC 3834 (automatic responses to mail); DSA, article 23(2)-(3): processing of notices may be suspended, for a
reasonable time and after a prior warning, for who frequently submits manifestly unfounded ones; share, gravity and
intent are weighed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sekisho.enforcement.review.types import Category, Verdict

WINDOW = timedelta(days=90)
UNFOUNDED = 5
"""So many manifestly unfounded reports within the window …"""
SHARE = 0.8
"""… that are at least this share of all that were decided are warned about. The numbers are our decision."""
AGAIN = 3
"""So many more after the warning, in the same share, mute."""
MUTED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Decided:
    """An earlier report of the same reporter, once it was decided."""

    at: datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class InGoodFaith:
    pass


@dataclass(frozen=True, slots=True)
class Warn:
    unfounded: int


@dataclass(frozen=True, slots=True)
class Mute:
    until: datetime


def faith(decided: Sequence[Decided], warned_at: datetime | None, at: datetime) -> InGoodFaith | Warn | Mute:
    """Return what is to follow for a reporter, from what became of earlier reports. Nobody is muted unwarned, and a
    warning that is older than the window is a warning no more."""
    warned = warned_at if warned_at is not None and warned_at > at - WINDOW else None
    recent = [each for each in decided if max(at - WINDOW, warned or at - WINDOW) < each.at <= at]
    unfounded = sum(each.verdict is Verdict.SPAM for each in recent)
    if unfounded < (AGAIN if warned else UNFOUNDED) or unfounded < SHARE * len(recent):
        return InGoodFaith()
    return Mute(at + MUTED_FOR) if warned else Warn(unfounded)


def is_heard(category: Category, muted_until: datetime | None, at: datetime) -> bool:
    """Return whether a report is taken in. Danger is always heard, whoever tells of it."""
    return category.is_urgent or muted_until is None or at >= muted_until


# --- mail ---------------------------------------------------------------------------------------------------
REPORTS_A_DAY = 50
"""Reports that one mark may hand in within a day. More are asked to come later, and none is lost."""
RECEIPTS_A_DAY = 5
"""Receipts that one address is sent within a day: whatever loops, it ends here."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What decides on a mail before anybody reads it. Header values in lower case; empty where there is none."""

    sender: str
    """Envelope sender (`MAIL FROM`); empty for the null sender `<>`."""
    auto_submitted: str = ""
    precedence: str = ""
    is_list: bool = False
    """Whether it carries any `List-…` header."""
    content_type: str = ""
    suppress: str = ""
    """`X-Auto-Response-Suppress`."""
    is_ours: bool = False
    """Whether its Message-ID, or our own mark, says that we sent it."""
    is_reply_to_us: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """It becomes a case, and a receipt goes out."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """It becomes a case, and nobody is answered."""

    because: str
    """`list`, `bulk`, `automatic`, `no_reply` or `often`."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A machine's echo: no case, no answer."""

    because: str
    """`loop`, `bounce` or `auto_reply`."""


_BULK = frozenset({"bulk", "list", "junk"})
_MACHINES = ("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce")


def answer_to(mail: Envelope, receipts_today: int) -> Answered | Unanswered | Passed:
    """Return what becomes of a mail to the safety mailbox (RFC 3834, sections 2 and 4).

    An echo of our own words is passed over. What a list or a program forwards may still be a report, so it is read,
    and not answered.
    """
    automatic = mail.auto_submitted.partition(";")[0].strip()
    if mail.is_ours:
        return Passed("loop")
    if not mail.sender or mail.content_type == "multipart/report" or _local(mail.sender) == "mailer-daemon":
        return Passed("bounce")
    if automatic == "auto-replied" or (mail.is_reply_to_us and automatic not in ("", "no")):
        return Passed("auto_reply")
    return _silence(mail, automatic, receipts_today)


def _silence(mail: Envelope, automatic: str, receipts_today: int) -> Answered | Unanswered:
    reasons = (
        ("automatic", automatic not in ("", "no") or mail.suppress not in ("", "none")),
        ("list", mail.is_list),
        ("bulk", mail.precedence in _BULK),
        ("no_reply", _is_machine(_local(mail.sender))),
        ("often", receipts_today >= RECEIPTS_A_DAY),
    )
    because = next((reason for reason, holds in reasons if holds), "")
    return Unanswered(because) if because else Answered()


def _local(address: str) -> str:
    return address.rpartition("@")[0].casefold()


def _is_machine(local: str, names: Collection[str] = _MACHINES) -> bool:
    return any(local == name or local.startswith((f"{name}+", f"{name}-")) for name in names)
