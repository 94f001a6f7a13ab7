"""Who may do what: pure tables and pure answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from sekisho.accounts.types import AgeBand, Plan, Protection, Role, StaffRole, Viewer


class Permission(StrEnum):
    """`scope:resource:action`. `org` permissions hold in one organisation, `staff` ones on the whole
    platform.
    """

    ORG_PROFILE_READ = "org:profile:read"
    ORG_PROFILE_CHANGE = "org:profile:change"
    ORG_MEMBER_READ = "org:member:read"
    ORG_MEMBER_ADD = "org:member:add"
    ORG_MEMBER_CHANGE = "org:member:change"
    ORG_KEY_READ = "org:key:read"
    ORG_KEY_CREATE = "org:key:create"
    ORG_KEY_REVOKE = "org:key:revoke"
    ORG_DECISION_READ = "org:decision:read"
    ORG_USAGE_READ = "org:usage:read"
    ORG_PLAYGROUND_USE = "org:playground:use"
    ORG_SIGN_IN_CHANGE = "org:sign_in:change"
    ORG_POLICY_CHANGE = "org:policy:change"
    """Lay an overlay over the policy, which may only tighten it (P-007)."""
    ORG_STANDING_READ = "org:standing:read"
    """See strikes, restrictions, statements and notices, and the conduct of end users (P-063)."""
    ORG_APPEAL_MAKE = "org:appeal:make"
    ORG_USE_DECLARE = "org:use:declare"
    """Say what a key is used for, and how minors are protected (P-023, P-031)."""
    ORG_WEBHOOK_CHANGE = "org:webhook:change"
    ORG_CONNECTOR_CHANGE = "org:connector:change"
    """Register connectors, and choose whether only listed ones are called (P-033)."""
    ORG_DATA_READ = "org:data:read"
    """See how long turns live, what they may be used for, and what was destroyed."""
    ORG_DATA_CHANGE = "org:data:change"
    """Choose retention and zero retention (R-DATA-116, R-DATA-131)."""
    ORG_PARTNER_JOIN = "org:partner:join"
    """Opt the organisation in to the partner program, or out (R-DATA-043)."""
    ORG_DATA_EXPORT = "org:data:export"
    """Take everything along, or have it erased (R-DATA-230)."""
    ORG_OWNERSHIP_TRANSFER = "org:ownership:transfer"
    ORG_SUPPORT_RELAY = "org:support:relay"
    """Forward, answer or decline what a member asks (R-SUP-056)."""
    ORG_SUPPORT_ESCALATE = "org:support:escalate"
    """Fill in the form for Enterprise; its plan is asked besides (R-SUP-059)."""
    ORG_SUPPORT_NAME = "org:support:name"
    """Name who besides the owners is answered by people (R-SUP-058)."""

    STAFF_DECISION_READ = "staff:decision:read"
    STAFF_POLICY_READ = "staff:policy:read"
    STAFF_POLICY_ACTIVATE = "staff:policy:activate"
    STAFF_CASE_READ = "staff:case:read"
    STAFF_CASE_DECIDE = "staff:case:decide"
    STAFF_STANDING_READ = "staff:standing:read"
    STAFF_LADDER_CHANGE = "staff:ladder:change"
    STAFF_HOLD_READ = "staff:hold:read"
    STAFF_HOLD_DECIDE = "staff:hold:decide"
    STAFF_PROFESSIONAL_REGISTER = "staff:professional:register"
    """Register who is qualified for which domain, with licence, jurisdiction and expiry."""
    STAFF_CONNECTOR_READ = "staff:connector:read"
    STAFF_CONNECTOR_LIST = "staff:connector:list"
    STAFF_REPORT_READ = "staff:report:read"
    STAFF_REPORT_PUBLISH = "staff:report:publish"
    STAFF_APPEAL_READ = "staff:appeal:read"
    STAFF_APPEAL_DECIDE = "staff:appeal:decide"
    STAFF_TICKET_READ = "staff:ticket:read"
    STAFF_TICKET_ANSWER = "staff:ticket:answer"
    STAFF_TICKET_REFUND = "staff:ticket:refund"
    """See facts of payment, and decide what is about money (R-SUP-097)."""
    STAFF_TICKET_MEASURE = "staff:ticket:measure"
    """See the desk's own numbers (R-SUP-150)."""
    STAFF_SUPPORT_CHANGE = "staff:support:change"
    """Choose what the operator may choose of who asks whom (R-SUP-050)."""
    STAFF_ARTICLE_WRITE = "staff:article:write"
    STAFF_IDENTITY_READ = "staff:identity:read"
    """See what was given as proof of who somebody is (R-SUP-103)."""
    STAFF_IDENTITY_DECIDE = "staff:identity:decide"
    STAFF_IDENTITY_OVERRIDE = "staff:identity:override"
    """Be the second of the two who override a refused proof (R-SUP-096)."""
    STAFF_COMPLAINT_READ = "staff:complaint:read"
    """See notices, complaints and their clocks (R-SUP-136)."""
    STAFF_COMPLAINT_DECIDE = "staff:complaint:decide"
    STAFF_ORDER_READ = "staff:order:read"
    """Open the sealed queue of orders of authorities (R-SUP-140)."""
    STAFF_ERASURE_EXECUTE = "staff:erasure:execute"
    STAFF_RETENTION_READ = "staff:retention:read"
    """See sweeps, coverage of the inventory, receipts, requests and recalls."""
    STAFF_RETENTION_CHANGE = "staff:retention:change"
    """Activate a calendar, start a sweep, open the gate after a restore."""
    STAFF_LEGAL_HOLD_PLACE = "staff:legal_hold:place"
    """Propose a legal hold, approve another person's, release one (R-DATA-117)."""
    STAFF_DATASET_BUILD = "staff:dataset:build"
    STAFF_PROVIDER_CHANGE = "staff:provider:change"
    """State what is known of a provider (design 6.8)."""
    STAFF_FEEDBACK_READ = "staff:feedback:read"
    STAFF_SAFETY_READ = "staff:safety:read"
    """Ask to read what is kept of something that was blocked, and approve another person's asking (R-DATA-243)."""
    STAFF_ORGANISATION_READ = "staff:organisation:read"
    STAFF_ORGANISATION_CREATE = "staff:organisation:create"
    STAFF_ROLE_GRANT = "staff:role:grant"
    STAFF_AUDIT_READ = "staff:audit:read"
    STAFF_HEALTH_READ = "staff:health:read"

    @property
    def is_of_staff(self) -> bool:
        return self.startswith("staff:")


P = Permission

_MEMBER = frozenset(
    {
        P.ORG_PROFILE_READ,
        P.ORG_MEMBER_READ,
        P.ORG_KEY_READ,
        P.ORG_DECISION_READ,
        P.ORG_USAGE_READ,
        P.ORG_STANDING_READ,
        P.ORG_PLAYGROUND_USE,
        P.ORG_DATA_READ,
    }
)
_ADMIN = _MEMBER | {
    P.ORG_MEMBER_ADD,
    P.ORG_MEMBER_CHANGE,
    P.ORG_KEY_CREATE,
    P.ORG_KEY_REVOKE,
    P.ORG_APPEAL_MAKE,
    P.ORG_USE_DECLARE,
    P.ORG_PARTNER_JOIN,
    P.ORG_SUPPORT_RELAY,
}
_OWNER = _ADMIN | {
    P.ORG_PROFILE_CHANGE,
    P.ORG_SIGN_IN_CHANGE,
    P.ORG_POLICY_CHANGE,
    P.ORG_WEBHOOK_CHANGE,
    P.ORG_CONNECTOR_CHANGE,
    P.ORG_DATA_CHANGE,
    P.ORG_SUPPORT_ESCALATE,
    P.ORG_SUPPORT_NAME,
}

OF_ROLE: Mapping[Role, frozenset[Permission]] = {
    Role.MEMBER: _MEMBER,
    Role.ADMIN: _ADMIN,
    Role.OWNER: _OWNER,
    Role.PRIMARY_OWNER: _OWNER | {P.ORG_OWNERSHIP_TRANSFER, P.ORG_DATA_EXPORT},
}
"""What each role may do in its own organisation. Each role may do all that the one before it may."""

_STAFF = frozenset({P.STAFF_POLICY_READ})

OF_STAFF_ROLE: Mapping[StaffRole, frozenset[Permission]] = {
    StaffRole.REVIEWER: _STAFF
    | {
        P.STAFF_DECISION_READ,
        P.STAFF_STANDING_READ,
        P.STAFF_CASE_READ,
        P.STAFF_CASE_DECIDE,
        P.STAFF_CONNECTOR_READ,
        P.STAFF_REPORT_READ,
        P.STAFF_SAFETY_READ,
    },
    StaffRole.PROFESSIONAL: _STAFF | {P.STAFF_HOLD_READ, P.STAFF_HOLD_DECIDE},
    StaffRole.APPEALS: _STAFF
    | {
        P.STAFF_DECISION_READ,
        P.STAFF_STANDING_READ,
        P.STAFF_APPEAL_READ,
        P.STAFF_APPEAL_DECIDE,
        P.STAFF_SAFETY_READ,
    },
    StaffRole.SUPPORT: _STAFF
    | {
        P.STAFF_TICKET_READ,
        P.STAFF_TICKET_ANSWER,
        P.STAFF_TICKET_MEASURE,
        P.STAFF_ORGANISATION_READ,
        P.STAFF_FEEDBACK_READ,
    },
    StaffRole.BILLING: _STAFF
    | {P.STAFF_TICKET_READ, P.STAFF_TICKET_ANSWER, P.STAFF_TICKET_REFUND, P.STAFF_ORGANISATION_READ},
    StaffRole.LEGAL: _STAFF
    | {
        P.STAFF_TICKET_MEASURE,
        P.STAFF_COMPLAINT_READ,
        P.STAFF_COMPLAINT_DECIDE,
        P.STAFF_ORDER_READ,
        P.STAFF_REPORT_READ,
    },
    StaffRole.IDENTITY: _STAFF | {P.STAFF_TICKET_READ, P.STAFF_IDENTITY_READ, P.STAFF_IDENTITY_DECIDE},
    StaffRole.SECURITY: _STAFF | {P.STAFF_IDENTITY_READ, P.STAFF_IDENTITY_OVERRIDE},
    StaffRole.EDITOR: _STAFF | {P.STAFF_ARTICLE_WRITE},
    StaffRole.PRIVACY: _STAFF
    | {
        P.STAFF_ERASURE_EXECUTE,
        P.STAFF_AUDIT_READ,
        P.STAFF_RETENTION_READ,
        P.STAFF_RETENTION_CHANGE,
        P.STAFF_LEGAL_HOLD_PLACE,
        P.STAFF_DATASET_BUILD,
        P.STAFF_PROVIDER_CHANGE,
        P.STAFF_SAFETY_READ,
    },
    StaffRole.POLICY: _STAFF
    | {
        P.STAFF_DECISION_READ,
        P.STAFF_STANDING_READ,
        P.STAFF_POLICY_ACTIVATE,
        P.STAFF_LADDER_CHANGE,
        P.STAFF_PROFESSIONAL_REGISTER,
        P.STAFF_CONNECTOR_READ,
        P.STAFF_CONNECTOR_LIST,
        P.STAFF_REPORT_READ,
        P.STAFF_REPORT_PUBLISH,
    },
    StaffRole.OPERATOR: _STAFF
    | {
        P.STAFF_HEALTH_READ,
        P.STAFF_SUPPORT_CHANGE,
        P.STAFF_RETENTION_READ,
        P.STAFF_AUDIT_READ,
        P.STAFF_ROLE_GRANT,
        P.STAFF_ORGANISATION_READ,
        P.STAFF_ORGANISATION_CREATE,
    },
}
"""What each staff role may do. They do not contain one another: who reviews does not hear the appeal against
it, and who runs the machines decides nothing about people.
"""


DISJOINT: tuple[frozenset[StaffRole], ...] = (
    frozenset({StaffRole.BILLING, StaffRole.IDENTITY}),
    frozenset({StaffRole.BILLING, StaffRole.LEGAL}),
    frozenset({StaffRole.IDENTITY, StaffRole.SECURITY}),
)
"""Roles that one person does not hold together: who decides about money does not decide who somebody is (R-SUP-148),
and the second of two is somebody else (R-SUP-096)."""


def clash(held: frozenset[StaffRole], wanted: StaffRole) -> StaffRole | None:
    """Return the role among those held beside which `wanted` may not be held; None when there is none."""
    pairs = (pair - {wanted} for pair in DISJOINT if wanted in pair)
    return next((other for pair in pairs for other in pair if other in held), None)


def permissions_of(role: Role | None, staff: frozenset[StaffRole] = frozenset()) -> frozenset[Permission]:
    """Return what somebody with these roles may do. Staff roles give nothing inside organisations, nor the
    reverse.
    """
    inside = OF_ROLE[role] if role else frozenset()
    return inside.union(*(OF_STAFF_ROLE[one] for one in staff))


def may(viewer: Viewer, permission: Permission, organisation_id: str | None = None) -> bool:
    """Return whether `viewer` may. An `org` permission is asked of one organisation; without one the answer
    is no.
    """
    if viewer.is_system:
        return True
    role = None if permission.is_of_staff else viewer.roles.get(organisation_id or "")
    return permission in permissions_of(role, viewer.staff if permission.is_of_staff else frozenset())


# --- products for minors --------------------------------------------------------------------------------------
COMPLIANCE_HOLDS = timedelta(days=365)
"""How long a compliance statement holds. Source: the clause `minors_products`, which asks for one every year."""
STATED_CHARS = 2000
"""The longest answer to one of its questions."""


def unsaid(protection: Protection) -> tuple[str, ...]:
    """Return the questions that a compliance statement leaves open, by name; empty when it is complete."""
    said = {each.name: getattr(protection, each.name).strip() for each in fields(protection)}
    return tuple(name for name, words in said.items() if not 1 <= len(words) <= STATED_CHARS)


# --- plans ----------------------------------------------------------------------------------------------------
CONSUMER_PLANS = frozenset({Plan.FREE, Plan.PRO, Plan.MAX})
"""Plans of people, under consumer terms (R-DATA-002), for one person each; all others are of organisations."""


# --- ages -----------------------------------------------------------------------------------------------------
AGE_REASON_CHARS = 300
"""The longest reason for changing what was said of one's age."""


def age_may_become(held: AgeBand, wanted: AgeBand, *, is_changed: bool, has_reason: bool) -> str:
    """Return why somebody who said `held` of their age may not say `wanted` now; empty when they may.

    Said once without a reason, changed once with one (R-DATA-008): who answers until the answer suits shall not pass.
    """
    if wanted is AgeBand.UNKNOWN:
        return "age_unsaid"
    if held is AgeBand.UNKNOWN:
        return ""
    if is_changed:
        return "age_changed_before"
    return "" if has_reason else "reason_missing"


# --- changing roles -----------------------------------------------------------------------------------------
RANK: Mapping[Role, int] = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Allowed:
    pass


@dataclass(frozen=True, slots=True)
class Refused:
    code: str
    """`role_above_own`, `primary_owner_by_transfer_only` or `last_owner`."""


def role_change(own: Role, held: Role | None, wanted: Role | None, owners: int) -> Allowed | Refused:
    """Return whether somebody with the role `own` may turn `held` into `wanted` (None: not a member).

    `owners` counts owners and primary owners now. Nobody gives, takes or changes a role above their own; the
    primary owner changes only by transfer; an organisation never loses its last owner.
    """
    if Role.PRIMARY_OWNER in (held, wanted):
        return Refused("primary_owner_by_transfer_only")
    if any(role is not None and RANK[role] > RANK[own] for role in (held, wanted)):
        return Refused("role_above_own")
    if held is Role.OWNER and wanted is not Role.OWNER and owners <= 1:
        return Refused("last_owner")
    return Allowed()


def roles_to_give(own: Role, held: Role, owners: int) -> tuple[Role, ...]:
    """Return what somebody with the role `own` may turn `held` into, itself included, least first; empty for none."""
    return tuple(role for role in Role if isinstance(role_change(own, held, role, owners), Allowed))


def has_arrived(joined_at: datetime, signed_in_at: datetime | None) -> bool:
    """Return whether a member has signed in since they were added; `signed_in_at` is the last time, None for never."""
    return signed_in_at is not None and signed_in_at >= joined_at
