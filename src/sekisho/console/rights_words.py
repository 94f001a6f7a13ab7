"""Words of rights for values that programs know by code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sekisho.console.words import Words

OF: Mapping[str, Words] = {
    "request_kind": {
        "access": _("Copy of the data"),
        "portability": _("Copy to take elsewhere"),
        "erasure": _("Erasure"),
    },
    "request_state": {
        "received": pgettext_lazy("request", "Received"),
        "verifying": _("Waiting for an answer"),
        "in_progress": pgettext_lazy("request", "In progress"),
        "completed": pgettext_lazy("request", "Done"),
        "cancelled": _("Taken back"),
        "refused": pgettext_lazy("request", "Refused"),
    },
    "request_tone": {
        "received": "soon",
        "verifying": "care",
        "in_progress": "soon",
        "completed": "active",
        "cancelled": "quiet",
        "refused": "block",
    },
    "request_channel": {
        "page": _("on the pages"),
        "api": _("by a program"),
        "locked_out": _("without signing in"),
        "command": _("by command"),
    },
    "request_holder": {
        "organisation": _("Account"),
        "end_user": _("End user"),
        "member": _("Member"),
        "person": _("Person"),
        "conversation": _("Conversation"),
    },
    "reading_purpose": {
        "review": _("Review of a decision or report"),
        "appeal": _("Appeal"),
        "hold": _("Decision on a held answer"),
        "backtest": _("Trial of a draft of the policy"),
        "labels": _("Training of detectors"),
        "support": _("Support"),
        "export": _("Your own copy"),
    },
    "reading_role": {
        "reviewer": _("Reviewer"),
        "professional": _("Registered professional"),
        "appeals": _("Appeals desk"),
        "support": _("Support"),
        "privacy": _("Privacy staff"),
        "policy": _("Policy staff"),
        "operator": _("Operator"),
        "bot": _("Support bot"),
        "system": _("A process of the system"),
        "staff": _("Staff"),
        "member": _("Member"),
        "owner": _("Owner of the organisation"),
        "controller": _("The organisation, on your behalf"),
    },
    "ends_rule": {
        "R-DATA-100": _("Training allowed"),
        "R-DATA-101": _("Standard time"),
        "R-DATA-103": _("Time of the organisation"),
        "R-DATA-104": _("Zero retention"),
        "R-DATA-109": _("After a withdrawal"),
        "R-DATA-114": _("Moved into an organisation"),
        "R-DATA-116": _("Time chosen by the organisation"),
        "R-DATA-123": _("Deleted"),
        "R-DATA-139": _("Zero retention switched on"),
    },
    "erase_how": {
        "delete": _("Deleted"),
        "clear": _("Made anonymous"),
        "keep": _("Kept"),
        "by_key": _("Unreadable for ever"),
    },
}
"""By the name that templates use: `{{ request.state|word:"request_state" }}`."""


def roles(role: str) -> list[str]:
    """Return the words of one or several roles, such as `professional+reviewer`."""
    return [str(OF["reading_role"].get(one, one)) for one in role.split("+")]
