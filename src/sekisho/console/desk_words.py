"""The words of cases and of the desk, in both languages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sekisho.console.words import Words

KINDS: Words = {
    "support": pgettext_lazy("case kind", "Question"),
    "locked_out": pgettext_lazy("case kind", "Cannot sign in"),
    "safety": pgettext_lazy("case kind", "Safety"),
    "notice": pgettext_lazy("case kind", "Notice of illegal content"),
    "complaint": pgettext_lazy("case kind", "Complaint"),
    "appeal": pgettext_lazy("case kind", "Appeal"),
    "authority": pgettext_lazy("case kind", "Order of an authority"),
}
QUEUES: Words = {
    "support": pgettext_lazy("queue", "Support"),
    "billing": pgettext_lazy("queue", "Billing"),
    "safety": pgettext_lazy("queue", "Safety"),
    "legal": pgettext_lazy("queue", "Legal"),
    "privacy": pgettext_lazy("queue", "Privacy"),
    "identity": pgettext_lazy("queue", "Identity"),
    "minors": pgettext_lazy("queue", "Minors"),
    "appeals": pgettext_lazy("queue", "Appeals"),
    "authority": pgettext_lazy("queue", "Authorities (sealed)"),
}
STATES: Words = {
    "new": pgettext_lazy("case state", "New"),
    "open": pgettext_lazy("case state", "Open"),
    "waiting_for_actor": pgettext_lazy("case state", "Waits for the person"),
    "waiting_internal": pgettext_lazy("case state", "Waits for us"),
    "solved": pgettext_lazy("case state", "Solved"),
    "closed": pgettext_lazy("case state", "Closed"),
}
OWN_STATES: Words = {
    "new": _("Received"),
    "open": _("We are working on it"),
    "waiting_for_actor": _("We wait for your answer"),
    "waiting_internal": _("We are looking into it"),
    "solved": _("Solved"),
    "closed": pgettext_lazy("case state", "Closed"),
}
"""The same, as the person who asked is told."""
STATE_TONES = {
    "new": "soon",
    "open": "active",
    "waiting_for_actor": "hold",
    "waiting_internal": "active",
    "solved": "allow",
    "closed": "quiet",
}
VOICES: Words = {
    "requester": pgettext_lazy("voice", "Requester"),
    "sponsor": pgettext_lazy("voice", "Owner who passed it on"),
    "staff": pgettext_lazy("voice", "Support team"),
    "bot": pgettext_lazy("voice", "AI assistant"),
    "system": pgettext_lazy("voice", "Automatic message"),
}
REACHES: Words = {
    "everybody": _("Requester and owner"),
    "sponsor": _("Only who speaks for the organisation"),
    "staff": _("Note among staff"),
}
IMPACTS: Words = {
    "none": pgettext_lazy("impact", "Not asked"),
    "low": pgettext_lazy("impact", "Low"),
    "normal": pgettext_lazy("impact", "Normal"),
    "high": pgettext_lazy("impact", "High"),
    "critical": pgettext_lazy("impact", "Critical"),
}
DELIVERIES: Words = {
    "created": pgettext_lazy("mail", "Waits to be sent"),
    "sending": pgettext_lazy("mail", "Being sent"),
    "delivered": pgettext_lazy("mail", "Delivered"),
    "temporary-failure": pgettext_lazy("mail", "Tried again soon"),
    "permanent-failure": pgettext_lazy("mail", "Came back"),
    "technical-failure": pgettext_lazy("mail", "Could not be sent"),
}
DELIVERY_TONES = {
    "created": "soon",
    "sending": "soon",
    "delivered": "allow",
    "temporary-failure": "hold",
    "permanent-failure": "block",
    "technical-failure": "block",
}
MAILS: Words = {
    "confirmation": pgettext_lazy("mail", "Confirmation"),
    "confirm_contact": pgettext_lazy("mail", "Link to confirm the address"),
    "reply": pgettext_lazy("mail", "Answer"),
    "closing": pgettext_lazy("mail", "Told that it is settled"),
    "transcript": pgettext_lazy("mail", "Transcript"),
}
CHANGES: Words = {
    "state": pgettext_lazy("change", "State"),
    "queue": pgettext_lazy("change", "Queue"),
    "kind": pgettext_lazy("change", "Kind"),
    "sponsor": pgettext_lazy("change", "Owner"),
    "contact": pgettext_lazy("change", "Address"),
    "link": pgettext_lazy("change", "Linked case"),
}
ORIGINS: Words = {
    "person": _("Written by a person"),
    "ai": _("Suggested by AI"),
    "translation": _("Translated by AI"),
}
DUTIES: Words = {
    "first_reply": _("First answer"),
    "next_reply": _("Next answer"),
    "decide_appeal": _("Decision on the appeal"),
    "crd_reimbursement": _("Paying back after the withdrawal"),
}
"""Duties of the desk and of what stands at it; those of notices, complaints and orders are named where they begin."""
ISSUES: Words = {
    "withdrawal": _("Withdrawal from a contract"),
}
"""What one comes with elsewhere than in the messenger, and not by law."""
PLANS: Words = {
    "free": "Free",
    "pro": "Pro",
    "max": "Max",
    "team": "Team",
    "enterprise": "Enterprise",
    "api": "API",
    "third_party": pgettext_lazy("plan", "By another platform"),
    "gov": pgettext_lazy("plan", "Government"),
}
PROOFS: Words = {
    "proven": pgettext_lazy("address", "Proven"),
    "unproven": pgettext_lazy("address", "Not proven yet"),
}
WHY_NOT_SENT: Words = {
    "bad_address": pgettext_lazy("mail", "not an address"),
    "undeliverable": pgettext_lazy("mail", "mail there comes back"),
    "too_often": pgettext_lazy("mail", "too many automatic ones"),
    "not_entitled": pgettext_lazy("mail", "may not read it any more"),
    "unproven": pgettext_lazy("mail", "address not proven"),
    "destroyed": pgettext_lazy("mail", "its words were destroyed"),
    "reopened": pgettext_lazy("mail", "the case was open again"),
    "machine": pgettext_lazy("mail", "a program's address"),
    "template": pgettext_lazy("mail", "could not be written"),
}
"""Our own reasons; another server's is a status by RFC 3463."""
OUTCOMES: Words = {
    "confirmed": _("Confirmed by the person"),
    "silent": _("Left without a word"),
    "handed_over": _("Handed over to people"),
    "abstained": _("The bot had no answer, and said so"),
    "failed": _("The bot did not work"),
}
OF: dict[str, Words] = {
    "desk_kind": KINDS,
    "desk_queue": QUEUES,
    "desk_state": STATES,
    "desk_own_state": OWN_STATES,
    "desk_state_tone": STATE_TONES,
    "desk_voice": VOICES,
    "desk_reach": REACHES,
    "desk_impact": IMPACTS,
    "desk_delivery": DELIVERIES,
    "desk_delivery_tone": DELIVERY_TONES,
    "desk_mail": MAILS,
    "desk_change": CHANGES,
    "desk_origin": ORIGINS,
    "desk_plan": PLANS,
    "desk_proof": PROOFS,
    "desk_why_not": WHY_NOT_SENT,
    "desk_outcome": OUTCOMES,
}
"""By the name that templates use: `{{ case.state.value|word:"desk_state" }}`."""
