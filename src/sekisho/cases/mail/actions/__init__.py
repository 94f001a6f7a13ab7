"""Take mail in, send it out, look at what waits. Each does all of its work, or nothing."""

from __future__ import annotations

from sekisho.cases.mail.actions.confirming import confirm_mail, decline_mail
from sekisho.cases.mail.actions.looking import attach, dismiss, prove_again, resume
from sekisho.cases.mail.actions.renewing import renew
from sekisho.cases.mail.actions.sending import claim, note, send_due
from sekisho.cases.mail.actions.taking import take_mail
from sekisho.cases.mail.actions.upkeep import forget

__all__ = [
    "attach",
    "claim",
    "confirm_mail",
    "decline_mail",
    "dismiss",
    "forget",
    "note",
    "prove_again",
    "renew",
    "resume",
    "send_due",
    "take_mail",
]
