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
        "feedback": _("Your feedback"),
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
    "kind_of_rows": {
        "recovery": _("Requests without signing in, and payments"),
        "cases": _("Questions to support"),
        "desk": _("Questions to support"),
        "mail": _("Questions to support"),
        "messenger": _("Questions to support"),
        "relay": _("Questions to support"),
        "support": _("Questions to support"),
        "accounts": _("Account, people and keys"),
        "account": _("Account, people and keys"),
        "mfa": _("Account, people and keys"),
        "socialaccount": _("Account, people and keys"),
        "records": _("Conversations"),
        "records_dataevent": _("What you chose"),
        "keystore": _("Keys of the content"),
        "consent": _("What you chose"),
        "feedback": _("Feedback and reports"),
        "safety": _("Decisions, measures and appeals"),
        "enforcement": _("Decisions, measures and appeals"),
        "holds": _("Decisions, measures and appeals"),
        "review": _("Decisions, measures and appeals"),
        "appeals": _("Decisions, measures and appeals"),
        "conduct": _("Decisions, measures and appeals"),
        "notices": _("Notices and mails"),
        "webhooks": _("Webhooks"),
        "connectors": _("Connectors"),
        "policy": _("Rules of the organisation"),
        "training": _("Training datasets"),
        "rights": _("Requests, copies and grants"),
        "retention": _("Proof of deletions"),
        "audit": _("Audit log"),
    },
    "kept_because": {
        "The chain has to stay whole. Entries hold ids and pseudonyms that lead to nobody any more.": _(
            "The chain has to stay whole. Entries hold ids and pseudonyms that lead to nobody any more."
        ),
        "Decisions cite it (P-070). It holds rules of an organisation, and nothing of a person.": _(
            "Decisions cite it. It holds rules of an organisation, and nothing of a person."
        ),
        "It is counted in reports (P-006). It holds clauses and safeguards, and nothing of a person.": _(
            "It is counted in reports. It holds clauses and safeguards, and nothing of a person."
        ),
        "It proves what was chosen, and when; its ids lead to nobody any more.": _(
            "It proves what was chosen, and when; its ids lead to nobody any more."
        ),
        "It proves why something was kept beyond its time.": _(
            "It proves why something was kept beyond its time."
        ),
        "It proves that, when and by whom something was erased; it names the subject by a pseudonym alone.": _(
            "It proves that, when and by whom something was erased; it names the subject by a pseudonym alone."
        ),
        "It is recalled first, within a minute: or else nobody would know what to take out of the copies.": _(
            "It is recalled first, within a minute: or else nobody would know what to take out of the copies."
        ),
        "It says what reviewers found in a decision that leads to nobody any more (P-072).": _(
            "It says what reviewers found in a decision that leads to nobody any more."
        ),
        "It leads to nobody once the pseudonym is removed from its bearer (P-072).": _(
            "It leads to nobody once the pseudonym is removed."
        ),
        "Days that were credited belong to the accounts, which the law has kept for ten years.": _(
            "Days that were credited belong to the accounts, which the law has kept for ten years."
        ),
        "A professional signed it. It holds digests alone, and their salt is destroyed with the content.": _(
            "A professional signed it. It holds digests alone, and their salt is destroyed with the content."
        ),
        "Who decided stays with the decision, without whom it was about (R-SUP-103).": _(
            "Who decided stays with the decision, without whom it was about."
        ),
        "The pause has not ended. Whom it is for is removed when it does.": _(
            "The pause has not ended. Whom it is for is removed when it does."
        ),
        "The restriction is in force. Whom it is for is removed when it ends.": _(
            "The restriction is in force. Whom it is for is removed when it ends."
        ),
        "It says which cases belong together, and names nobody.": _(
            "It says which cases belong together, and names nobody."
        ),
        "It shows that a duty was met in time, and names nobody.": _(
            "It shows that a duty was met in time, and names nobody."
        ),
        "Law may ask about it for six years after it was settled (GDPR, Article 17(3)(b) and (e)).": _(
            "Law may ask about it for six years after it was settled (GDPR, Article 17(3)(b) and (e))."
        ),
        "It shows that the request was answered in time (GDPR, Articles 5(2) and 12(3)).": _(
            "It shows that your request was answered in time (GDPR, Articles 5(2) and 12(3))."
        ),
        "It names nobody: whom it was for is said by its restriction alone, and removed there (P-072).": _(
            "It names nobody: whom it was for is said by its restriction alone, and removed there."
        ),
    },
}
"""By the name that templates use: `{{ request.state|word:"request_state" }}`."""


def roles(role: str) -> list[str]:
    """Return the words of one or several roles, such as `professional+reviewer`."""
    return [str(OF["reading_role"].get(one, one)) for one in role.split("+")]
