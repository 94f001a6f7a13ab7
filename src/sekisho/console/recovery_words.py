"""Words of recovery for values that programs know by code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sekisho.console.words import Words

OF: Mapping[str, Words] = {
    "recovery_wish": {
        "deletion": _("Delete my account"),
        "export": _("A copy of my data"),
        "subscription": _("Help with my subscription"),
    },
    "recovery_state": {
        "asked": _("Waiting for the code"),
        "proven": _("Shown by a code"),
        "review": _("People look at it"),
        "waiting": _("Planned; it can be stopped"),
        "done": pgettext_lazy("request", "Done"),
        "stopped": pgettext_lazy("request", "Stopped"),
        "refused": pgettext_lazy("request", "Refused"),
    },
    "recovery_tone": {
        "asked": "soon",
        "proven": "active",
        "review": "care",
        "waiting": "soon",
        "done": "active",
        "stopped": "quiet",
        "refused": "block",
    },
    "recovery_proof": {
        "code": _("Code to the address on file"),
        "payment": _("Facts of a payment"),
        "recovery_code": _("Recovery code of the second factor"),
        "domain": _("Record in the DNS of the domain"),
        "owner": _("Word of another owner"),
        "documents": _("Document, seen by two people"),
    },
    "recovery_method": {
        "password": _("a password"),
        "code": _("a code by mail"),
        "totp": _("an authenticator app besides"),
        "organisation": _("your organisation's own sign-in"),
    },
    "refund_decision": {
        "full": _("Refunded in full"),
        "proportionate": _("Refunded for what was not used"),
        "store": _("Ask the store"),
        "not": _("No refund"),
        "refunded": _("Refunded already"),
        "ask": _("A person looks at it"),
    },
    "refund_tone": {
        "full": "active",
        "proportionate": "active",
        "store": "soon",
        "not": "quiet",
        "refunded": "quiet",
        "ask": "care",
    },
    "media_type": {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"},
}
