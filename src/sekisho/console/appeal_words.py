"""The words of pages about appeals, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sekisho.console.words import Words

ABOUTS: Words = {
    "restriction": _("A restriction"),
    "decision": _("A stopped or changed answer"),
    "hold": _("A held answer that was not released"),
    "report": _("A report on which nothing was done"),
}
OUTCOMES: Words = {
    "upheld": pgettext_lazy("appeal", "Upheld: the decision stands"),
    "reversed": pgettext_lazy("appeal", "Reversed: the decision is taken back"),
    "changed": pgettext_lazy("appeal", "Changed: a milder measure takes its place"),
}
OUTCOME_TONES = {"upheld": "quiet", "reversed": "active", "changed": "annotate"}
STATES: Words = {
    "open": pgettext_lazy("appeal", "Being looked at"),
    "proposed": pgettext_lazy("appeal", "A second person looks"),
    "decided": pgettext_lazy("appeal", "Decided"),
}
SPEAKERS: Words = {
    "self": _("For myself"),
    "parent": _("As a parent or guardian"),
    "representative": _("For somebody who asked me to, or for an organisation"),
}
MEASURES: Words = {
    "throttled": pgettext_lazy("measure", "Throttled"),
    "suspended": pgettext_lazy("measure", "Suspended"),
    "terminated": pgettext_lazy("measure", "Terminated"),
}
UNITS: Words = {
    "end_user": _("One end user"),
    "key": _("One key"),
    "organisation": _("A whole organisation"),
}
RESTORED: Words = {
    "strikes": _("Strikes that no longer count"),
    "restrictions": _("Restrictions lifted"),
    "labels": _("Labels withdrawn"),
    "credited_days": _("Paid days credited"),
    "replaced": _("Restrictions replaced by a milder one"),
    "reopened": _("Cases handed to people who have not seen them"),
}
GRAVITIES: Words = {
    "nuisance": _("A nuisance"),
    "hinders": _("It keeps others from being heard in time"),
    "harms": _("It harasses people, or is meant to get others restricted"),
}
INTENTS: Words = {
    "unknown": _("That cannot be told"),
    "careless": _("Careless"),
    "meant": _("Meant"),
}
OF: Mapping[str, Words] = {
    "appeal_about": ABOUTS,
    "appeal_outcome": OUTCOMES,
    "appeal_state": STATES,
    "appeal_speaker": SPEAKERS,
    "appeal_measure": MEASURES,
    "appeal_unit": UNITS,
    "appeal_restored": RESTORED,
}
"""By the names under which templates ask for them."""
