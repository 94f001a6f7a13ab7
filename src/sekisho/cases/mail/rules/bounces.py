"""What a bounce says (RFC 3464), and what follows from it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import Final

from sekisho.cases.mail.rules.addresses import plain
from sekisho.cases.mail.types import Bounce

MOST: Final = 20
"""Groups of a report that are read; ours have one, as each mail has one recipient."""
VALUE_CHARS: Final = 2_000
"""Of a field that are looked at."""
_ENDS = re.compile(r"\r\n?")
_GROUPS = re.compile(r"\n{2,}")
_FOLDED = re.compile(r"\n[ \t]+")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b([45]\d\d)\b")
_GONE = re.compile(r"5\.(1\.\d+|2\.1)|5\.4\.4")
"""The address is none: 5.1.x as a mailbox or domain, 5.2.1 as one that is switched off, 5.4.4 as a name without a
host. Any other 5 may be about this message or our server (a full mailbox is 5.2.2): the message is given up, and the
address stays good. Source: RFC 3463, sections 3.2 to 3.5."""


class Force(StrEnum):
    """What a bounce means for us."""

    HARD = "hard"
    """The address is none: nothing more is sent there."""
    REFUSED = "refused"
    """This message was refused for good; another may arrive."""
    SOFT = "soft"
    """Not now: it is tried again."""
    NONE = "none"
    """It tells of success, of a delay, or of nothing that can be read."""


def read(report: str) -> tuple[Bounce, ...]:
    """Return what the statuses of a report (`Letter.report`) say of each recipient, in their order."""
    return tuple(_bounce(group) for group in islice(_groups(report), MOST))


def force(bounces: Sequence[Bounce]) -> Force:
    """Return what a report means for the one address that its mail went to."""
    return next((forced for one in bounces if (forced := _force(one)) is not Force.NONE), Force.NONE)


def code_of(status: str) -> str:
    """Return an enhanced status if the text is one, else nothing: the other side's words are kept nowhere."""
    return status if _STATUS.fullmatch(status) else ""


def _force(bounce: Bounce) -> Force:
    if bounce.action not in ("failed", ""):
        return Force.NONE
    if _GONE.fullmatch(bounce.status):
        return Force.HARD
    return {"5": Force.REFUSED, "4": Force.SOFT}.get(bounce.status[:1], Force.NONE)


def _groups(report: str) -> Iterator[Mapping[str, str]]:
    """Yield the fields of each group that tells of a recipient, by name in lower case; of several the first."""
    for group in _GROUPS.split(_ENDS.sub("\n", report)):
        lines = (line.partition(":") for line in reversed(_FOLDED.sub(" ", group).split("\n")))
        said = {name.strip().lower(): value.strip()[:VALUE_CHARS] for name, _, value in lines}
        if not said.keys().isdisjoint(("final-recipient", "action", "status")):
            yield said


def _bounce(said: Mapping[str, str]) -> Bounce:
    diagnosis = said.get("diagnostic-code", "")
    found = _STATUS.search(said.get("status", "")) or _STATUS.search(diagnosis)
    coarse = _CODE.search(diagnosis)
    status = found[1] if found else f"{coarse[1][0]}.0.0" if coarse else ""
    recipient = said.get("final-recipient", "").partition(";")[2].strip()
    return Bounce(status, said.get("action", "").lower()[:20], plain(recipient))
