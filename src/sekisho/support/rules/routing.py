"""Who may ask whom: plan, role and standing decide, and every answer names its rule (R-SUP-050). Pure.

What nobody can be kept from comes first and asks for no plan: articles, the way for who cannot sign in, regulators and
data protection, safety, appeals. Only then the matrix of `docs/rules/support-routing.md` is asked, which
`tests/support/test_routing.py` runs whole. No rule gives a telephone or a live chat, because there is no such channel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sekisho.accounts.types import Plan, Role
from sekisho.cases.rules import reading
from sekisho.support.rules.reasons import REASONS
from sekisho.support.types import (
    Actor,
    Channel,
    Entitlement,
    Entitlements,
    Situation,
    Standing,
    SupportPolicy,
)

VERSION = "1"
"""Of these rules. Raised with every change of an answer, as cases keep the version that was in force (R-SUP-052)."""
DEFAULT = SupportPolicy()
NOWHERE = Situation()

HUMAN_ENDS = frozenset(
    {
        Channel.HUMAN,
        Channel.ENTERPRISE_FORM,
        Channel.DELETION_HELP,
        Channel.LOCKED_OUT,
        Channel.REGULATORY,
        Channel.SAFETY,
        Channel.APPEAL,
        Channel.BILLING,
    }
)
"""Channels at whose end people of the operator read."""


class Seat(StrEnum):
    """Where somebody sits, as far as support is concerned: what is left of plan and role."""

    VISITOR = "visitor"
    """Has not signed in."""
    OUTSIDER = "outsider"
    """Has signed in, and asks about an account that they do not belong to."""
    UNDECIDED = "undecided"
    """Belongs to several accounts, and has not said about which they ask."""
    FREE = "free"
    """Has a free account, or none at all."""
    PAID = "paid"
    """Pays for their own account: Pro, Max."""
    MEMBER = "member"
    """Belongs to an organisation and does not speak for it."""
    CONTACT = "contact"
    """Was named by an Enterprise organisation to be answered by people."""
    OWNER = "owner"
    """Speaks for an organisation: its owners, and in the console its administrators."""


def entitlements(
    actor: Actor, situation: Situation = NOWHERE, policy: SupportPolicy = DEFAULT
) -> Entitlements:
    """Return every channel with its answer, the rule that gives it and the reason to the actor.

    It is asked of one account: who owns one organisation and asks about another, where they are a member, gets what a
    member gets (R-SUP-051).
    """
    asked = _Asked(actor, situation, policy, seat_of(actor, policy))
    return Entitlements(f"{VERSION}/{policy.version}", tuple(_answer(channel, asked) for channel in Channel))


def seat_of(actor: Actor, policy: SupportPolicy = DEFAULT) -> Seat:
    """Return the actor's seat. What is not known of plan or role gives the lesser one."""
    if not actor.is_signed_in:
        return Seat.VISITOR
    if not actor.organisation:
        return Seat.UNDECIDED if actor.must_choose else Seat.FREE
    if actor.role is None:
        return Seat.OUTSIDER
    if actor.plan in _OF_PEOPLE:
        return _OF_PEOPLE[actor.plan]
    if actor.plan is not None and actor.role in speakers(actor.plan, policy):
        return Seat.OWNER
    is_contact = actor.plan is Plan.ENTERPRISE and policy.support_contacts and actor.is_support_contact
    return Seat.CONTACT if is_contact else Seat.MEMBER


def speakers(plan: Plan, policy: SupportPolicy = DEFAULT) -> frozenset[Role]:
    """Return the roles that speak for an organisation on this plan, and whom its members therefore ask (R-SUP-055)."""
    return reading.speakers(plan, admins_are_owners=policy.admins_are_owners)


def snapshot(found: Entitlements, actor: Actor) -> dict[str, object]:
    """Return what a case keeps of who might ask whom at this moment (R-SUP-052): values for JSON, and no text."""
    return {
        "version": found.version,
        "plan": actor.plan.value if actor.plan else "",
        "role": actor.role.value if actor.role else "",
        "standing": actor.standing.value,
        "open": {one.channel.value: one.rule for one in found.each if one.is_open},
        "closed": {one.channel.value: one.rule for one in found.each if not one.is_open},
    }


def first_line(text: str) -> str:
    """Return the first line that says something, as the subject of a case; at most 120 characters."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= 120 else f"{first[:119]}…"


# --- one rule a channel: each gives the name of its answer -----------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Asked:
    actor: Actor
    situation: Situation
    policy: SupportPolicy
    seat: Seat

    @property
    def is_restricted(self) -> bool:
        return self.actor.standing is not Standing.GOOD


def _answer(channel: Channel, asked: _Asked) -> Entitlement:
    must_choose = asked.seat is Seat.UNDECIDED and channel in _OF_AN_ACCOUNT
    rule = "choose_account" if must_choose else _RULES[channel](asked)
    is_open, because = REASONS[rule]
    return Entitlement(channel, is_open, rule, because)


def _bot(asked: _Asked) -> str:
    return "bot_public" if asked.seat is Seat.VISITOR else "bot_everybody"


def _human(asked: _Asked) -> str:
    if asked.is_restricted and asked.seat not in (Seat.VISITOR, Seat.OUTSIDER):
        paused = asked.actor.standing is Standing.PAUSED_FOR_AGE
        return "human_paused" if paused else "human_restricted"
    return f"human_{asked.seat}"


def _owner(asked: _Asked) -> str:
    if asked.seat is Seat.MEMBER:
        return "owner_restricted" if asked.is_restricted else "owner_member"
    return "owner_not_needed" if asked.seat in (Seat.CONTACT, Seat.OWNER) else "owner_nobody"


def _enterprise_form(asked: _Asked) -> str:
    """The form is for owners by name, so an administrator never has it, whatever else the operator gives them."""
    actor = asked.actor
    is_owner = actor.is_signed_in and actor.plan is Plan.ENTERPRISE and actor.role in reading.OWNERS
    if not is_owner:
        return "form_others"
    return "form_restricted" if asked.is_restricted else "form_owner"


def _deletion_help(asked: _Asked) -> str:
    if asked.seat in (Seat.VISITOR, Seat.OUTSIDER):
        return "deletion_sign_in"
    if asked.seat is Seat.FREE and not asked.policy.free_deletion_by_people:
        return "deletion_by_code"
    if asked.seat in (Seat.MEMBER, Seat.CONTACT) and not asked.is_restricted:
        return "deletion_by_organisation"
    return "deletion_own"


def _appeal(asked: _Asked) -> str:
    """A restriction is itself a decision; who has not signed in shows the signed link of the notice."""
    if asked.situation.has_signed_link:
        return "appeal_link"
    if asked.seat is Seat.VISITOR:
        return "appeal_needs_link"
    if asked.actor.standing is Standing.PAUSED_FOR_AGE:
        return "appeal_age"
    return "appeal_decision" if asked.is_restricted or asked.situation.has_decision else "appeal_nothing"


def _billing(asked: _Asked) -> str:
    """It does not ask for the standing: who was suspended must be able to stop paying (the matrix's sixth note)."""
    if asked.seat is Seat.OWNER and asked.actor.plan is Plan.THIRD_PARTY:
        return "billing_elsewhere"
    return _BILLING.get(asked.seat, "billing_organisation")


_OF_AN_ACCOUNT = frozenset({Channel.HUMAN, Channel.OWNER, Channel.DELETION_HELP, Channel.BILLING})
"""Channels that somebody has by one of their accounts, which they name first where there are several."""
_OF_PEOPLE: Mapping[Plan | None, Seat] = {Plan.FREE: Seat.FREE, Plan.PRO: Seat.PAID, Plan.MAX: Seat.PAID}
_BILLING: Mapping[Seat, str] = {
    Seat.VISITOR: "billing_sign_in",
    Seat.OUTSIDER: "billing_sign_in",
    Seat.FREE: "billing_free",
    Seat.PAID: "billing_payer",
    Seat.OWNER: "billing_payer",
}
_RULES: Mapping[Channel, Callable[[_Asked], str]] = {
    Channel.DOCS: lambda asked: "docs_everybody",
    Channel.BOT: _bot,
    Channel.HUMAN: _human,
    Channel.OWNER: _owner,
    Channel.ENTERPRISE_FORM: _enterprise_form,
    Channel.DELETION_HELP: _deletion_help,
    Channel.LOCKED_OUT: lambda asked: "locked_out_everybody",
    Channel.REGULATORY: lambda asked: "regulatory_everybody",
    Channel.SAFETY: lambda asked: "safety_everybody",
    Channel.APPEAL: _appeal,
    Channel.BILLING: _billing,
}
