"""The words that pages use for the values of other rooms, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

Words = Mapping[str, str | Promise]

ACTIONS: Words = {
    "allow": pgettext_lazy("decision", "Allowed"),
    "annotate": pgettext_lazy("decision", "Noted"),
    "modify": pgettext_lazy("decision", "Modified"),
    "hold": pgettext_lazy("decision", "Held"),
    "block": pgettext_lazy("decision", "Blocked"),
}

ROLES: Words = {
    "member": _("Member"),
    "admin": _("Administrator"),
    "owner": _("Owner"),
    "primary_owner": _("Primary owner"),
}

ROLE_MEANINGS: Words = {
    "member": _("sees decisions, keys and settings, and uses the playground."),
    "admin": _("also makes and revokes keys, looks after members, and appeals."),
    "owner": _("also decides about data, connectors and webhooks, and speaks to support."),
    "primary_owner": _("may also take all data along, have it erased, and hand the organisation over."),
}

ACTION_MEANINGS: Words = {
    "allow": _("It passed. No clause of the policy was concerned."),
    "annotate": _("It passed, and the gate kept a note, so that it can be counted and looked at."),
    "modify": _("It passed after the gate had masked or corrected the part that the clause concerns."),
    "hold": _("It is kept until a qualified person has looked at it."),
    "block": _("It was not passed on. The person was told why, and what they can do next."),
}

WEBHOOK_KINDS: Words = {
    "review.released": _("A held answer was released"),
    "review.rejected": _("A held answer was rejected"),
    "review.facts_asked": _("A reviewer asks for facts"),
    "review.expired": _("A held answer expired"),
    "restriction.imposed": _("A restriction was imposed"),
    "restriction.lifted": _("A restriction was lifted"),
    "appeal.decided": _("An appeal was decided"),
    "webhook.test": _("Test event"),
}

ENDPOINT_STATES: Words = {
    "active": pgettext_lazy("endpoint", "Active"),
    "failing": pgettext_lazy("endpoint", "Failing"),
    "disabled": pgettext_lazy("endpoint", "Disabled"),
}

DELIVERY_STATES: Words = {
    "waiting": pgettext_lazy("delivery", "Waiting"),
    "delivered": pgettext_lazy("delivery", "Delivered"),
    "given_up": pgettext_lazy("delivery", "Given up"),
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

RESTRICTION_STATES: Words = {
    "in_force": pgettext_lazy("restriction", "In force"),
    "ended": pgettext_lazy("restriction", "Ended"),
    "lifted": pgettext_lazy("restriction", "Lifted"),
    "reversed": pgettext_lazy("restriction", "Reversed: it should not have been"),
}

STATEMENT_POINTS: Words = {
    "restriction": _("The restriction"),
    "duration": _("How long"),
    "territory": _("Where"),
    "facts": _("What happened"),
    "ground": _("Which rule, and why"),
    "source": _("How we learnt of it"),
    "automation": _("Who decided"),
    "redress": _("Your ways to object"),
}

HOLD_STATES: Words = {
    "waiting": pgettext_lazy("held answer", "Waits"),
    "claimed": pgettext_lazy("held answer", "Being looked at"),
    "facts_asked": pgettext_lazy("held answer", "Facts asked for"),
    "released": pgettext_lazy("held answer", "Released"),
    "released_edited": pgettext_lazy("held answer", "Released, edited"),
    "rejected": pgettext_lazy("held answer", "Rejected"),
    "expired": pgettext_lazy("held answer", "Expired"),
}

HOLD_ENDED: Words = {
    "time": _("Nobody decided in time."),
    "no_draft": _("Nothing of the answer was kept."),
    "erased": _("The conversation was erased."),
}

SPEAKERS: Words = {
    "system": pgettext_lazy("speaker", "System"),
    "user": pgettext_lazy("speaker", "Person"),
    "assistant": pgettext_lazy("speaker", "Model"),
    "tool": pgettext_lazy("speaker", "Tool"),
    "reviewer": pgettext_lazy("speaker", "Reviewer"),
    "client": pgettext_lazy("speaker", "Client"),
}

SPOKEN: Words = {
    "question": pgettext_lazy("about a held answer", "question"),
    "facts": pgettext_lazy("about a held answer", "facts"),
    "reason": pgettext_lazy("about a held answer", "reason"),
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
    "rights": _("Ask for the data of end users, or their erasure, on their behalf"),
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
    "agents": _("What the agent was about to do"),
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

LISTINGS: Words = {
    "draft": pgettext_lazy("connector", "Draft"),
    "submitted": _("Handed in"),
    "listed": _("Listed"),
    "changed": _("Changed since it was checked"),
    "suspended": pgettext_lazy("connector", "Taken down for now"),
    "delisted": _("Taken out"),
}
CONNECTOR_FINDINGS: Words = {
    "gives_orders": _("Gives models orders"),
    "hidden_characters": _("Holds characters that nobody sees"),
    "keeps_secret": _("Wants something kept from people"),
    "wants_first_call": _("Wants to be called before others"),
    "wants_conversation": _("Wants the conversation"),
    "wants_secrets": _("Speaks of secrets and credentials"),
    "too_long": _("Is very long"),
    "carries_link": _("Carries a link"),
    "names_other_tools": _("Speaks of other tools"),
    "claims_to_read_only": _("Claims to read only, and is called by a verb that changes"),
    "claims_to_be_harmless": _("Claims to be harmless, and is called by a verb that destroys"),
    "too_many_tools": _("Offers very many tools"),
}
CONNECTOR_CHANGES: Words = {
    "added": pgettext_lazy("change", "Added"),
    "removed": pgettext_lazy("change", "Removed"),
    "description": _("Describes itself otherwise"),
    "arguments": _("Takes other arguments"),
    "claims": _("Claims something else"),
    "instructions": _("Instructs models otherwise"),
    "version": _("Another version"),
}
CONNECTOR_PROBLEMS: Words = {
    "private_address": _("The address is not public."),
    "unreachable": _("The server could not be reached."),
    "too_large": _("The server says more than can be checked."),
    "not_mcp": _("What answers there is no MCP server."),
}

EXCEPTION_STATES: Words = {
    "waiting": _("Waits for a second person"),
    "in_effect": _("In effect"),
    "ended": _("Ended"),
    "revoked": _("Revoked"),
}

SHIFTS: Words = {
    "newly_stopped": _("Newly stopped"),
    "newly_passed": _("Newly passed"),
    "otherwise": _("Otherwise, on the same side"),
    "same": _("As it was"),
}
SHIFT_TONES = {"newly_stopped": "block", "newly_passed": "allow", "otherwise": "annotate", "same": "quiet"}

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

HARMLESS: Words = {"ordinary": _("ordinary"), "look-alikes": _("look-alikes")}

MEASURED_ON: Words = {
    "unseen sources": _("Sources that it has never seen"),
    "policy set, an author held back": _("Texts of an author who was held back"),
    "dev": _("Other texts of sources that it has seen"),
}

MEASURED_ON_MEANINGS: Words = {
    "unseen sources": _(
        "Every source was judged by a model that had seen no text of it: this is what to expect from traffic that "
        "looks like none of the training data. Probabilities and thresholds were fitted on these texts, so the "
        "calibration error is a little kinder than life."
    ),
    "policy set, an author held back": _(
        "One author wrote them from the policy without seeing the others, and nothing was learned from them. The "
        "others wrote in the same form, and nearly every harmless text was written to look like a violation."
    ),
    "dev": _(
        "Kinder than life: texts of one source resemble each other, and others of it were learned from."
    ),
}

SAID_BY_CARDS = (
    gettext_noop(
        "Platt scaling a head and language, with the violation head as second input, on sources that the judging "
        "model had not seen (6 folds of whole sources)"
    ),
    gettext_noop(
        "Logistic regression a head and language over what both steps say, no slope below 0, on sources that neither "
        "had seen"
    ),
    gettext_noop(
        "It is two small steps, one that adds up words and one that reads a passage: it understands little irony, "
        "and no intent that is spread over several messages. It is one of several voices, and where it is unsure the "
        "policy asks a judge."
    ),
    gettext_noop(
        "The second step reads English and Japanese only. Every other language has the quick step alone, and in those "
        "that are not listed as measured its silence means nothing."
    ),
    gettext_noop(
        "What the quick step clears is not read again, and of a long text at most the eight most doubtful windows "
        "are: elsewhere the quick step's word stands."
    ),
    gettext_noop(
        "Some 14,000 of its Japanese texts were written in Japanese for this project, by language models. Of toxic "
        "Japanese as people really write it there was hardly any."
    ),
    gettext_noop(
        "Spam, insults and sexist remarks themselves, rather than requests to write some, are among what it "
        "knows least."
    ),
    gettext_noop(
        "What it says of answers rests on some 2,800 that were written for this project, and on chatbots' replies "
        "from one public source; other answers of models were harmless, or were made to carry injections."
    ),
    gettext_noop(
        "The texts written for this project are short and explicit, and thin in typing mistakes, dialects and talk "
        "over several turns."
    ),
    gettext_noop(
        "Short pairs with alarming words, one harmless and one not, were written for it to learn from. Published "
        "suites of exaggerated safety have the same form, so they measure it kinder than life."
    ),
    gettext_noop(
        "The probabilities hold for a mix in which violations are common. In ordinary traffic they are rarer, so 90 % "
        "is wrong more often than one time in ten; thresholds were therefore chosen by the share of harmless texts "
        "that reach them."
    ),
    gettext_noop(
        "The network began from public weights (MiniLM, Apache-2.0) that have seen unknown English text, perhaps also "
        "of sources that count as unseen here."
    ),
)
"""The sentences of cards, word for word as the training writes them: here they are marked for translation."""

CARD: Words = {said: _(said) for said in SAID_BY_CARDS}
"""What a card says of itself, in the reader's language. A sentence that is not here is shown as it was written."""


def word(words: Words, value: object) -> str:
    """Return the word for `value`; a value without one stands for itself, so that a newer gateway's can be read."""
    return str(words.get(str(value), value))
