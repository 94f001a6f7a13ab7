"""Who asks, about which account, and what the operator and the organisation chose. Viewer first."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from sekisho.accounts.queries import account_facts, account_known_by, not_found, organisations
from sekisho.accounts.queries import viewer as known_viewer
from sekisho.accounts.rules import CONSUMER_PLANS, Permission, may
from sekisho.accounts.types import AccountFacts, AgeBand, Plan, Role, Viewer
from sekisho.cases.mail.actions.confirming import Admitted
from sekisho.cases.types import Queue
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.types import DecisionFilter, Measure, UnitKind
from sekisho.support.models import PolicyVersion, SupportContact
from sekisho.support.rules.routing import DEFAULT, entitlements, snapshot
from sekisho.support.types import (
    Account,
    Actor,
    Channel,
    ContactView,
    Entitlements,
    PolicyRecord,
    Situation,
    Standing,
    SupportPolicy,
    Surface,
)

DECIDED = ("modify", "hold", "block")
"""What the gate did to a request, against which one can appeal."""
APPEAL_DAYS = timedelta(days=184)
"""How far back decisions open appeals here. Source: DSA art. 20(1), at least six months; no six are longer. What is
still open to the day, the appeal's own page says."""


# --- who asks -------------------------------------------------------------------------------------------------
def accounts_to_choose(viewer: Viewer) -> tuple[Account, ...]:
    """Return the accounts that the viewer belongs to, by name: a conversation is about one of them (R-SUP-051)."""
    found = organisations(Viewer(viewer.id, viewer.roles))
    return tuple(Account(one.id, one.name, one.plan, viewer.roles[one.id]) for one in found)


def readers_of(viewer: Viewer, organisation: str = "", *, at: datetime) -> tuple[Actor, ...]:
    """Return as whom the viewer reads the help centre: as they stand in the account that they ask about; of several and
    none named, in each. What they may ask for hangs on one account: for that, take `actor_of`."""
    actor = actor_of(viewer, organisation, at=at)
    each = accounts_to_choose(viewer) if actor.must_choose else ()
    return actor, *(Actor(viewer.id, one.organisation, one.plan, one.role) for one in each)


def actor_of(viewer: Viewer, organisation: str = "", *, at: datetime) -> Actor:
    """Return the viewer as they stand at `at` in the one account that they ask about.

    Who belongs to one account alone need not name it; who belongs to several and names none asks about none. Of an
    account that they do not belong to, nothing is looked at, and the actor has neither plan nor role there.
    """
    if not viewer.id or viewer.is_system:
        return Actor()
    named = organisation or (next(iter(viewer.roles)) if len(viewer.roles) == 1 else "")
    role = viewer.roles.get(named)
    facts = account_facts([named]) if role else ()
    if role is None or not facts:
        return Actor(viewer.id, named, must_choose=not named and bool(viewer.roles))
    standing = _standing(viewer, facts[0], at)
    is_contact = facts[0].plan is Plan.ENTERPRISE and _is_contact(viewer.id, role, named)
    return Actor(viewer.id, named, facts[0].plan, role, standing, is_contact)


def situation_of(
    viewer: Viewer, actor: Actor, surface: Surface, *, at: datetime, has_signed_link: bool = False
) -> Situation:
    """Return what else the answer hangs on: whether something was decided that concerns the actor's account."""
    concerned = actor.role is not None and _was_decided(viewer, actor.organisation, at)
    return Situation(surface, concerned, has_signed_link)


def entitlements_of(
    viewer: Viewer,
    organisation: str = "",
    surface: Surface = Surface.HELP_CENTRE,
    *,
    at: datetime,
    has_signed_link: bool = False,
) -> tuple[Actor, Entitlements]:
    """Return who asks, and which ways are open to them at `at` under the policy in force."""
    actor = actor_of(viewer, organisation, at=at)
    situation = situation_of(viewer, actor, surface, at=at, has_signed_link=has_signed_link)
    return actor, entitlements(actor, situation, policy_in_force())


def _standing(viewer: Viewer, facts: AccountFacts, at: datetime) -> Standing:
    """A suspension of the account as a whole counts; one of a single key or end user leaves the account as it is.

    Plans of people are for adults by their terms: who says that they are a minor is paused until that is settled
    (R-SUP-145). In an organisation that is for the organisation to answer for.
    """
    measures = {
        each.measure
        for each in enforcement.restrictions(viewer, facts.id, at)
        if each.unit.kind is UnitKind.ORGANISATION
    }
    if Measure.TERMINATED in measures:
        return Standing.TERMINATED
    if Measure.SUSPENDED in measures:
        return Standing.SUSPENDED
    is_paused = facts.plan in CONSUMER_PLANS and facts.people.get(viewer.id) is AgeBand.MINOR
    return Standing.PAUSED_FOR_AGE if is_paused else Standing.GOOD


def _was_decided(viewer: Viewer, organisation: str, at: datetime) -> bool:
    if enforcement.restrictions(viewer, organisation, at):
        return True
    wanted = DecisionFilter(organisation, actions=DECIDED, since=at - APPEAL_DAYS, until=at)
    return bool(enforcement.decisions(viewer, wanted, limit=1).decisions)


def snapshot_of(person: str, organisation: str, surface: Surface, *, at: datetime) -> dict[str, object]:
    """Return what a case keeps of who may ask whom at this moment, for somebody whom staff are about to answer
    (R-SUP-052); empty for somebody without an account. For the desk: no viewer."""
    if not person:
        return {}
    actor, found = entitlements_of(known_viewer(person), organisation, surface, at=at)
    return snapshot(found, actor)


def admitted_by_mail(address: str, queue: Queue = Queue.SUPPORT, *, at: datetime) -> Admitted | None:
    """Return as whom somebody may ask people by mail, for an address that was just proven; None for who may not.

    A first mail names no account. Of those that its sender belongs to, it is about one for which people answer them, an
    own one first; who has none is answered by the help centre and the assistant. About money people answer
    more: whoever was suspended stops paying (the matrix of R-SUP-050, sixth note).
    """
    known = account_known_by(address)
    if known is None:
        return None
    asks = known_viewer(known.person)
    ways = (Channel.HUMAN, Channel.BILLING) if queue is Queue.BILLING else (Channel.HUMAN,)
    ordered = sorted(asks.roles, key=lambda one: (one != known.organisation, one))
    for organisation in ordered:
        actor, found = entitlements_of(asks, organisation, Surface.MAIL, at=at)
        if any(found.of(way).is_open for way in ways):
            kept = snapshot(found, actor)
            said = {"requester": actor.person, "organisation": organisation, "plan": actor.plan}
            return Admitted({**said, "entitlements": kept})
    return None


# --- what the operator chose ----------------------------------------------------------------------------------
def policy_in_force() -> SupportPolicy:
    """Return what the operator chose last, or what is shipped; for rules and pages: no viewer."""
    row = PolicyVersion.objects.order_by("-version").first()
    return _policy(row) if row else DEFAULT


def policy_versions(viewer: Viewer) -> tuple[PolicyRecord, ...]:
    """Return every version, newest first, and last what is shipped. For staff; others find nothing."""
    if not (may(viewer, Permission.STAFF_SUPPORT_CHANGE) or may(viewer, Permission.STAFF_TICKET_READ)):
        raise not_found("page_not_found")
    rows = PolicyVersion.objects.order_by("-version")
    kept = tuple(PolicyRecord(_policy(row), row.reason, row.set_by, row.set_at) for row in rows)
    return (*kept, PolicyRecord(DEFAULT))


def _policy(row: PolicyVersion) -> SupportPolicy:
    return SupportPolicy(
        row.version, row.admins_are_owners, row.support_contacts, row.free_deletion_by_people
    )


# --- whom an organisation named -------------------------------------------------------------------------------
def contacts(viewer: Viewer, organisation: str) -> tuple[ContactView, ...]:
    """Return whom the organisation named, oldest first. For its people; others find nothing."""
    if not may(viewer, Permission.ORG_MEMBER_READ, organisation):
        raise not_found("organisation_not_found")
    rows = SupportContact.objects.filter(organisation=organisation).order_by("named_at", "id")
    return tuple(
        ContactView(row.id, row.person, Role(row.role) if row.role else None, row.named_at) for row in rows
    )


def names_contacts(viewer: Viewer, organisation: str) -> bool:
    """Return whether the viewer may name contacts there now: by their role, the plan, and the operator's choice."""
    if not may(viewer, Permission.ORG_SUPPORT_NAME, organisation) or not policy_in_force().support_contacts:
        return False
    facts = account_facts([organisation])
    return bool(facts) and facts[0].plan is Plan.ENTERPRISE


def _is_contact(person: str, role: Role, organisation: str) -> bool:
    """By name, or by a role whose bearers were named all together."""
    named = SupportContact.objects.filter(organisation=organisation)
    return named.filter(Q(person=person) | Q(person="", role=role.value)).exists()
