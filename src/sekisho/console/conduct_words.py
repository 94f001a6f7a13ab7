"""The words of pages about conduct beyond one message."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from sekisho.console.words import Words

SIGNALS: Words = {
    "campaign": _("Near-identical prompts"),
    "slow_burn": _("Adds up over days"),
    "shared": _("Shared access"),
    "evasion": _("Comes back after a termination"),
}
SIGNAL_MEANINGS: Words = {
    "campaign": _("Prompts that nearly equal, from many units or in many variants, mostly about one clause."),
    "slow_burn": _(
        "What the gate let pass about one clause, by one unit, over several days and conversations."
    ),
    "shared": _("One end user or key that acts like many people."),
    "evasion": _("A unit that came after a termination and resembles whom it hit."),
}
TONES = {"campaign": "modify", "slow_burn": "annotate", "shared": "annotate", "evasion": "block"}
"""The badge of each kind."""

FACTS: Words = {
    "turns": _("Requests"),
    "units": _("Units"),
    "sum": _("Sum of scores, in thousandths"),
    "days": _("Days"),
    "conversations": _("Conversations"),
    "count": _("Conversations or speakers"),
    "groups": _("Groups with nothing in common"),
    "score": _("Weight of the hints"),
    "because": _("Hints"),
    "kind": _("Kind"),
    "code": _("Kind"),
}
VALUES: Words = {
    "many": _("Many units, one prompt"),
    "templated": _("One unit, many variants"),
    "harvest": _("One unit, very many variants: by volume alone"),
    "at_once": _("More conversations at once than one person leads"),
    "strangers": _("Groups that share nothing but the key"),
    "person": _("The same owner"),
    "address": _("The same mailbox, written otherwise"),
    "violating_texts": _("The same violating prompts"),
    "texts": _("The same prompts"),
    "name": _("The same name"),
    "domain": _("The same company domain"),
    "maker": _("Made by the same person"),
}
UNITS: Words = {"end_user": _("End user"), "key": _("Key"), "organisation": _("Organisation")}

OF: Mapping[str, Words] = {
    "signal": SIGNALS,
    "signal_meaning": SIGNAL_MEANINGS,
    "signal_fact": FACTS,
    "signal_value": VALUES,
    "unit": UNITS,
}
"""By the name under which templates ask for them."""
