"""Words of the privacy centre for values that programs know by code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from sekisho.console.words import Words

OF: Mapping[str, Words] = {
    "data_topic": {
        "terms": _("Terms"),
        "training": _("Training"),
        "kept": _("Kept for"),
        "afterwards": _("Gone after a change of mind"),
        "backups": _("Backups gone after"),
    },
    "consent_answer": {
        "unset": _("Nothing chosen"),
        "allow": _("Allowed"),
        "dont_allow": _("Not allowed"),
    },
    "consent_surface": {
        "sign_up": _("at sign-up"),
        "choice_page": _("when asked"),
        "privacy_page": _("on the privacy page"),
    },
    "age_band": {
        "unknown": _("You have not said whether you are 18 or older."),
        "minor": _("You have said that you are under 18."),
        "adult": _("You have said that you are 18 or older."),
    },
}
"""By the name that templates use: `{{ line.topic|word:"data_topic" }}`."""
