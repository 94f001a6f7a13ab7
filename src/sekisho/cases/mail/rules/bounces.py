"""What a bounce says (RFC 3464), and what follows from it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from typing import Final, cast

from sekisho.cases.mail.rules.addresses import plain
from sekisho.cases.mail.types import Bounce

MOST: Final = 20
"""Groups of a report that are read; ours have one, as each mail has one recipient."""
BYTES: Final = 1024 * 1024
VALUE_CHARS: Final = 2_000
"""Of a report, and of a field in it, that are looked at: what it tells stands before the mail that it gives back."""
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


def read(data: bytes) -> tuple[Bounce, ...]:
    """Return what a report says of each recipient, in its order; empty for what is no report. Never raises."""
    try:
        message = message_from_bytes(data[:BYTES], policy=policy.default)
        groups = list(_groups(message))
        return tuple(bounce for group in groups[:MOST] if (bounce := _bounce(group)) is not None)
    except (RuntimeError, LookupError, ValueError, TypeError, AttributeError):
        return ()


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


def _groups(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the groups of the `message/delivery-status` part that tell of a recipient."""
    if message.get_content_type() != "multipart/report":
        return
    for number, part in enumerate(message.iter_parts()):
        if number > MOST or part.get_content_type() != "message/delivery-status":
            continue
        for group in cast("list[EmailMessage]", part.get_payload()):
            if "Final-Recipient" in group or "Action" in group or "Status" in group:
                yield group


def _bounce(group: EmailMessage) -> Bounce | None:
    said = {name.lower(): value[:VALUE_CHARS] for name, value in reversed(list(group.raw_items()))}
    diagnosis = said.get("diagnostic-code", "")
    found = _STATUS.search(said.get("status", "")) or _STATUS.search(diagnosis)
    coarse = _CODE.search(diagnosis)
    status = found[1] if found else f"{coarse[1][0]}.0.0" if coarse else ""
    recipient = said.get("final-recipient", "").partition(";")[2].strip()
    return Bounce(status, said.get("action", "").strip().lower()[:20], plain(recipient))
