"""Which mail a machine wrote: it opens no case, is never answered, and tells nobody anything (R-SUP-075). Pure.

Sources: RFC 3834, sections 2 and 4 (automatic answers); RFC 3464 (reports of delivery); RFC 5321, section 4.5.5 (the
null sender). The other headers are what programs really send.
"""

from __future__ import annotations

import re

from sekisho.cases.mail.rules.addresses import local_of
from sekisho.cases.mail.types import Marks, Passing

LOOP_HEADER = "X-Sekisho-Loop"
"""Our own mark: whatever comes back with it was sent by us, or quotes us whole."""
ECHO_HEADERS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Auto-Reply",
    "X-Mail-Autoreply",
    "X-Loop",
)
"""Put on automatic answers by programs that do not know RFC 3834."""
_COMMENT = re.compile(r"\([^()]*\)")
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_MACHINES = (
    "mailer-daemon",
    "postmaster",
    "noreply",
    "no-reply",
    "donotreply",
    "do-not-reply",
    "bounce",
    "bounces",
)


def machine(marks: Marks, sender: str = "") -> Passing | None:
    """Return why the mail is a machine's, None for what a person may have written. `sender` is its `From`."""
    automatic = _COMMENT.sub("", marks.auto_submitted).partition(";")[0].strip()
    reasons = (
        ("loop", marks.is_ours),
        ("report", marks.content_type == "multipart/report"),
        ("null_sender", not marks.envelope_sender),
        ("automatic", automatic not in ("", "no") or marks.is_echo),
        ("bulk", marks.precedence in _BULK),
        ("list", marks.is_list),
        ("machine", any(map(is_machine, (marks.envelope_sender, sender)))),
    )
    return next((Passing(reason) for reason, holds in reasons if holds), None)


def is_machine(address: str) -> bool:
    """Return whether nobody reads what comes to the address, by its name."""
    local = local_of(address)
    if "+srs=" in local:  # Exchange writes it over the sender of what it passes on, a person's too
        return False
    return any(local == name or local.startswith((f"{name}+", f"{name}-", f"{name}=")) for name in _MACHINES)
