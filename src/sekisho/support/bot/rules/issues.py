"""The issues that the bot may propose, with the channel by which each is open. Pure.

A proposal is a button, and what it leads to asks again who may. Ids and channels are those of the messenger's own list;
a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.support.types import Actor, Channel, Entitlements

ISSUES: Mapping[str, Channel] = {
    "how_to": Channel.BOT,
    "policy_question": Channel.BOT,
    "refusal": Channel.BOT,
    "technical_problem": Channel.BOT,
    "plan_and_roles": Channel.BOT,
    "billing": Channel.BILLING,
    "refund": Channel.BILLING,
    "account_deletion": Channel.DOCS,
    "data_export": Channel.DOCS,
    "cannot_sign_in": Channel.LOCKED_OUT,
    "safety_report": Channel.SAFETY,
    "appeal": Channel.DOCS,
    "privacy_request": Channel.REGULATORY,
    "data_protection_complaint": Channel.REGULATORY,
}
SIGNED_IN_ONLY = frozenset({"billing", "refund", "account_deletion"})
OF_CATEGORY: Mapping[str, str] = {
    "getting-started": "how_to",
    "keys-and-api": "technical_problem",
    "policy-and-refusals": "policy_question",
    "appeals-and-measures": "appeal",
    "privacy-and-data": "privacy_request",
    "account-and-sign-in": "cannot_sign_in",
    "plans-roles-billing": "plan_and_roles",
    "contact-and-legal": "data_protection_complaint",
}
"""What is proposed where articles of this shelf may be meant."""


def proposed(issue: str, actor: Actor, found: Entitlements) -> str:
    """Return the issue where it is one of ours and open to the actor; empty otherwise."""
    channel = ISSUES.get(issue)
    if channel is None or not found.of(channel).is_open:
        return ""
    return "" if issue in SIGNED_IN_ONLY and not actor.is_signed_in else issue
