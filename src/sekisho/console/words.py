"""The words that pages use for the values of other rooms, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

ACTIONS: Words = {
    "allow": pgettext_lazy("decision", "Allowed"),
    "annotate": pgettext_lazy("decision", "Noted"),
    "modify": pgettext_lazy("decision", "Modified"),
    "hold": pgettext_lazy("decision", "Held"),
    "block": pgettext_lazy("decision", "Blocked"),
}

ACTION_MEANINGS: Words = {
    "allow": _("It passed. No clause of the policy was concerned."),
    "annotate": _("It passed, and the gate kept a note, so that it can be counted and looked at."),
    "modify": _("It passed after the gate had masked or corrected the part that the clause concerns."),
    "hold": _("It is kept until a qualified person has looked at it."),
    "block": _("It was not passed on. The person was told why, and what they can do next."),
}

STAGES: Words = {
    "prompt": _("Prompt"),
    "output": _("Answer"),
    "tool_call": _("Tool call"),
    "tool_result": _("Tool result"),
}

OUTCOMES: Words = {
    "completed": _("Completed"),
    "modified": _("Completed, modified"),
    "blocked": _("Blocked"),
    "held": _("Held for review"),
    "upstream_error": _("The provider answered with an error"),
    "upstream_broken": _("The provider broke off"),
    "client_gone": _("The client left before the end"),
}

PARTS: Words = {
    "standard": _("Usage standards for everyone"),
    "high_risk": _("Requirements for high-risk uses"),
    "guideline": _("Additional guidelines"),
}

SEVERITIES: Words = {"1": _("Low"), "2": _("Medium"), "3": _("High"), "4": _("Critical")}

AUDIENCES: Words = {
    "general": _("General use inside the organisation"),
    "high_risk": _("Customer-facing advice in a high-risk domain"),
    "chatbot": _("Chatbot for customers or the public"),
    "minors": _("Product for minors"),
    "agent": _("Agent that acts with tools"),
}

AUDIENCE_MEANINGS: Words = {
    "general": _("The usage standards apply; nothing else is asked."),
    "high_risk": _(
        "A qualified person reviews advice before it is final, and people are told that AI was used."
    ),
    "chatbot": _("The gate makes sure that each conversation opens with the notice that people talk to AI."),
    "minors": _("Tighter thresholds and guidance for young people apply."),
    "agent": _("Tool calls are checked before they run, and tool results before the model reads them."),
}

SCOPES: Words = {
    "messages": _("Send requests to models through the gate"),
    "models": _("List models"),
}

DETECTORS: Words = {
    "patterns": _("Patterns"),
    "entities": _("Data with check digits"),
    "scorer": _("Local scorer"),
    "judge": _("Judge model"),
    "media": _("Media check"),
    "cascade": _("Cascade"),
    "human_claim": _("Claims to be human"),
    "language": _("Language check"),
    "behaviour": _("Behaviour over several requests"),
    "injection": _("Injection and jailbreak shapes"),
}

RESOLUTIONS: Words = {
    "match": _("Seen"),
    "unsure:fire": _("Could not tell; the clause acts as if it had been seen"),
    "unsure:hold": _("Could not tell; kept for a person"),
    "unsure:skip": _("Could not tell; went on and recorded it"),
    "error:fire": _("The detector failed; the clause acts as if it had been seen"),
    "error:hold": _("The detector failed; kept for a person"),
    "error:skip": _("The detector failed; went on and recorded it"),
    "cleared": _("Seen; the judge model found that the clause is not concerned"),
    "excepted": _("Seen; a contract makes an exception"),
}

VERSION_STATES: Words = {
    "draft": _("Draft"),
    "shadow": _("Draft on trial"),
    "scheduled": _("Announced, not yet in force"),
    "in_force": _("In force"),
    "archived": _("Earlier version"),
    "withdrawn": _("Withdrawn"),
}

DIFF_KINDS: Words = {
    "added": _("Added"),
    "removed": _("Removed"),
    "changed": _("Changed"),
}

FAILS: Words = {
    "fire": _("Acts as if it had been seen"),
    "hold": _("Keeps it for a person"),
    "skip": _("Goes on and records it"),
}

FIELDS: Words = {
    "title": _("Title"),
    "preamble": _("Preamble"),
    "part": _("Part"),
    "text": _("Text"),
    "covers": _("Covered, for example"),
    "spares": _("Not meant"),
    "severity": _("Gravity"),
    "hard": _("No exceptions"),
    "on_input": _("In a prompt"),
    "on_output": _("In an answer"),
    "fail": _("When a detector is missing"),
    "stream": _("While an answer streams"),
    "thresholds": _("Thresholds"),
    "reason": _("What people are told"),
    "advice": _("What people can do next"),
    "must_fire": _("Examples that must be caught"),
    "must_not_fire": _("Examples that must pass"),
    "canonical": _("Language that decides"),
    "unscreened": _("Media that cannot be checked"),
    "tightened_for": _("Tightened for"),
}


HARMFUL: Words = {
    "True": _("It violated, or asked to"),
    "False": _("It was harmless"),
    "None": _("It depends on what is not known"),
}

DESKS: Words = {"review": _("Review"), "appeal": _("Appeals desk")}

MEASURED_ON: Words = {
    "unseen sources": _("Sources that it has never seen"),
    "dev": _("Other texts of sources that it has seen"),
}

CARD: Words = {
    "Platt scaling a clause and language, with the violation head as second input, on sources that the judging "
    "model had not seen (6 folds of whole sources)": _(
        "Platt scaling for each clause and language, on sources that the judging model had not seen"
    ),
    "It adds up words: it knows no context, no irony, no intent spread over several messages. It is one of several "
    "voices, and between `ask` and `act` the pack asks a judge.": _(
        "It adds up words: it knows no context, no irony, no intent spread over several messages. It is one of "
        "several voices, and where it is unsure the policy asks a judge."
    ),
    "Japanese violating texts were few and mostly machine-translated or written from templates; native Japanese "
    "hate, harassment and sexual text was not among them, and no Japanese child-safety text.": _(
        "Japanese violating texts were few, and mostly machine-translated or written from templates. Native Japanese "
        "hate, harassment and sexual text was not among them, and no Japanese child-safety text."
    ),
    "critical_infrastructure, justice_surveillance and elections were learned from few sources, partly templates of "
    "this project; the domains hr_employment_housing, hr_academic, hr_media and hr_insurance likewise.": _(
        "Critical infrastructure, justice and surveillance, and elections were learned from few sources, partly "
        "templates of this project; so were employment and housing, academic testing, media, and insurance."
    ),
    "Model answers were few and mostly harmless: scores of outputs rest on what was learned from prompts.": _(
        "Model answers were few and mostly harmless: what it says of answers rests on what it learned from prompts."
    ),
    "The probabilities hold for a mix like that of the training sources, where violations are common. In ordinary "
    "traffic they are rarer, so a score of 0.9 is wrong more often than one time in ten. Thresholds were therefore "
    "chosen by the share of harmless texts that reach them.": _(
        "The probabilities hold for a mix like that of the training sources, where violations are common. In ordinary "
        "traffic they are rarer, so 90 % is wrong more often than one time in ten. Thresholds were therefore chosen "
        "by the share of harmless texts that reach them."
    ),
    "In languages not listed as measured, silence means nothing.": _(
        "In languages in which it was not measured, its silence means nothing."
    ),
}
"""What cards say, as the training writes it → as people read it. What is not here is shown as it was written."""


def word(words: Words, value: object) -> str:
    """Return the word for `value`; a value without one stands for itself, so that a newer gateway's can be read."""
    return str(words.get(str(value), value))
