"""The words of the review queue and of reports, in both languages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sekisho.console.words import Words

SOURCES: Words = {
    "sample": _("A block, drawn by chance"),
    "near": _("A score near its threshold"),
    "doubt": _("Detectors could not tell"),
    "hard": _("A hard clause acted"),
    "ladder": _("A measure waits for people"),
    "product": _("Reported in a product"),
    "form": _("Public form"),
    "mail": _("Safety mailbox"),
}
CATEGORIES: Words = {
    "inaccurate": _("Inaccurate"),
    "biased": _("Biased or unfair"),
    "harmful": _("Harmful"),
    "child_safety": _("Danger to a child"),
    "imminent_harm": _("Somebody may be hurt soon"),
    "other": pgettext_lazy("report", "Something else"),
}
GRAVITIES: Words = {
    "at_once": _("At once"),
    "grave": _("Grave"),
    "serious": _("Serious"),
    "ordinary": _("Ordinary"),
}
GRAVITY_TONES = {"at_once": "block", "grave": "hold", "serious": "modify", "ordinary": "quiet"}
STATES: Words = {
    "waiting": pgettext_lazy("case", "Waits"),
    "second": _("Waits for a second person"),
    "third": _("Two disagreed; waits for a third person"),
    "proposed": _("A measure waits for a second person"),
    "closed": _("Decided"),
}
STEPS: Words = {
    "received": _("Received; a person will look at it"),
    "in_review": _("A person is looking at it"),
    "decided": _("Decided"),
}
VERDICTS: Words = {
    "violation": _("Violation confirmed"),
    "no_violation": _("Not a violation"),
    "second": _("A second person is needed"),
    "duplicate": _("Known already"),
    "spam": _("Spam, or plainly unfounded"),
}
VERDICT_TONES = {"violation": "block", "no_violation": "allow", "duplicate": "quiet", "spam": "quiet"}
NOTES: Words = {
    "acted": _("We acted"),
    "already_stopped": _("The gate had stopped it"),
    "quality": _("Wrong or one-sided, passed on"),
    "within_policy": _("The policy allows it"),
    "not_enough": _("Not enough to find it"),
    "known": _("Covered by an earlier report"),
    "unfounded": _("Plainly not so"),
}
REASONS: Words = {
    "context": _("What is shown is too short to decide"),
    "data": _("What is masked decides the case"),
    "language": _("The masks make it unreadable"),
}
MEASURES: Words = {
    "throttled": pgettext_lazy("measure", "Throttle"),
    "suspended": pgettext_lazy("measure", "Suspend"),
    "terminated": _("Terminate (needs a second person)"),
}
INTENTS: Words = {"1": pgettext_lazy("intent", "Unclear"), "2": pgettext_lazy("intent", "Knowing")}
PARTS: Words = {
    "report": _("What the report says"),
    "place": _("Where it stands, as the report says"),
    "prompt": _("Prompt"),
    "output": _("Answer"),
    "tool_call": _("Tool call"),
    "tool_result": _("Tool result"),
}
UNITS: Words = {"end_user": _("End user"), "key": _("Key"), "organisation": _("Organisation")}
REFUSED: Words = {"too_large": _("not kept: too large"), "too_many": _("not kept: too many files")}

OF: dict[str, Words] = {
    "case_source": SOURCES,
    "case_category": CATEGORIES,
    "case_gravity": GRAVITIES,
    "case_gravity_tone": GRAVITY_TONES,
    "case_state": STATES,
    "case_step": STEPS,
    "case_verdict": VERDICTS,
    "case_verdict_tone": VERDICT_TONES,
    "case_note": NOTES,
    "case_measure": MEASURES,
    "case_part": PARTS,
    "case_unit": UNITS,
    "case_refused": REFUSED,
}
