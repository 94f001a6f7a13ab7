"""Two hundred people as they may stand, made in a few statements, and what the page of the rules says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from allauth.account.models import EmailAddress

from sekisho.accounts.models import Membership, Organisation, Person
from sekisho.accounts.rules import CONSUMER_PLANS
from sekisho.accounts.types import AgeBand, Plan, Role
from sekisho.enforcement.models import Restriction, StatementOfReasons
from sekisho.support.models import PolicyVersion, SupportContact
from sekisho.support.types import Channel, Standing
from tests.pages import table

RESTRICTED = (Standing.SUSPENDED, Standing.TERMINATED)
ELSEWHERE = (Plan.FREE, Plan.PRO, Plan.MAX, Plan.TEAM, Plan.ENTERPRISE, Plan.API, Plan.THIRD_PARTY, Plan.GOV)
MATRIX = table(
    "docs/rules/support-routing.md",
    "who",
    "plan",
    "role",
    "standing",
    *(channel.value for channel in Channel),
)


@dataclass(frozen=True)
class Stands:
    """How somebody stands in the account that they ask about, and what they own besides."""

    plan: Plan | None
    role: Role | None
    standing: Standing = Standing.GOOD
    contact: str = ""
    """`person` or `role`: by what they were named a support contact."""
    owns: Plan | None = None
    """Plan of another organisation, which they own and do not ask about."""
    is_visitor: bool = False


@dataclass(frozen=True)
class Somebody:
    number: int
    stands: Stands
    person: str
    organisation: str
    other: str
    """The organisation that they own and do not ask about; empty for none."""

    @property
    def name(self) -> str:
        stands = self.stands
        if stands.is_visitor:
            return f"{self.number} visitor"
        if stands.plan is None:
            return f"{self.number} no account"
        owns = f", owns {stands.owns}" if stands.owns else ""
        named = f", named by {stands.contact}" if stands.contact else ""
        return f"{self.number} {stands.plan} {stands.role} {stands.standing}{named}{owns}"

    @property
    def email(self) -> str:
        return f"somebody{self.number}@example.test"

    @property
    def open(self) -> frozenset[Channel]:
        """What the page of the rules opens to them: it, and not the code, is asked. Appeals need a decision."""
        stands = self.stands
        row = _row(stands)
        found = {channel for channel, cell in zip(Channel, row[4:], strict=True) if cell.startswith("✓")}
        is_concerned = stands.standing is not Standing.GOOD
        return frozenset(found if is_concerned else found - {Channel.APPEAL})


def everybody() -> tuple[Stands, ...]:
    """Return two hundred ways to stand."""
    found = (
        *(Stands(*one) for one in product(Plan, Role, (Standing.GOOD, *RESTRICTED))),
        *(
            Stands(plan, role, Standing.PAUSED_FOR_AGE)
            for plan, role in product(sorted(CONSUMER_PLANS), Role)
        ),
        *(Stands(Plan.ENTERPRISE, role, contact="person") for role in (Role.MEMBER, Role.ADMIN)),
        Stands(Plan.ENTERPRISE, Role.ADMIN, contact="role"),
        *(Stands(None, None) for _ in range(4)),
        *(Stands(None, None, is_visitor=True) for _ in range(5)),
        *(Stands(plan, Role.MEMBER, owns=owned) for plan, owned in product(Plan, ELSEWHERE)),
        *(Stands(plan, Role.ADMIN, owns=owned) for plan, owned in product(Plan, (Plan.PRO, Plan.ENTERPRISE))),
    )
    assert len(found) == 200
    return found


def make(owner: Person, at: datetime) -> tuple[Somebody, ...]:
    """Make all of them, in organisations that `owner` owns too, so that every member has somebody to ask."""
    PolicyVersion.objects.create(
        version=1, admins_are_owners=False, support_contacts=True, free_deletion_by_people=True,
        reason="Simulated.", set_by="", set_at=at,
    )  # fmt: skip
    people = tuple(_somebody(number, stands) for number, stands in enumerate(everybody()))
    signed_in = [one for one in people if one.person]
    Person.objects.bulk_create([_person(one) for one in signed_in])
    EmailAddress.objects.bulk_create(
        [EmailAddress(user_id=one.person, email=one.email, verified=True, primary=True) for one in signed_in]
    )
    accounts = [one for one in people if one.organisation]
    Organisation.objects.bulk_create(
        [
            Organisation(id=one.organisation, name=f"Account {one.number}", plan=one.stands.plan)
            for one in accounts
        ]
        + [
            Organisation(id=one.other, name=f"Other {one.number}", plan=one.stands.owns)
            for one in people
            if one.other
        ]
    )
    Membership.objects.bulk_create(list(_memberships(people, owner)))
    SupportContact.objects.bulk_create([_contact(one, at) for one in people if one.stands.contact])
    _restrict([one for one in accounts if one.stands.standing in RESTRICTED], at)
    return people


def _somebody(number: int, stands: Stands) -> Somebody:
    return Somebody(
        number,
        stands,
        "" if stands.is_visitor else f"usr_somebody{number}",
        f"org_account{number}" if stands.plan else "",
        f"org_other{number}" if stands.owns else "",
    )


def _person(one: Somebody) -> Person:
    age = AgeBand.MINOR if one.stands.standing is Standing.PAUSED_FOR_AGE else AgeBand.ADULT
    return Person(id=one.person, email=one.email, name=f"Somebody {one.number}", age_band=age, password="!")


def _memberships(people: tuple[Somebody, ...], owner: Person) -> Iterator[Membership]:
    for one in people:
        if one.organisation:
            assert one.stands.role
            yield Membership(organisation_id=one.organisation, person_id=one.person, role=one.stands.role)
            yield Membership(organisation_id=one.organisation, person=owner, role=Role.OWNER)
        if one.other:
            yield Membership(organisation_id=one.other, person_id=one.person, role=Role.PRIMARY_OWNER)


def _contact(one: Somebody, at: datetime) -> SupportContact:
    named = {"role": "admin"} if one.stands.contact == "role" else {"person": one.person}
    return SupportContact(organisation=one.organisation, named_at=at, **named)


def _restrict(people: list[Somebody], at: datetime) -> None:
    since = at - timedelta(days=1)
    StatementOfReasons.objects.bulk_create(
        [
            StatementOfReasons(
                id=f"sor_{one.number}", facts_en="Facts.", facts_ja="事実。", redress_en="Appeal.", redress_ja="異議。",
                is_own_initiative=True, was_detected_automatically=True, was_decided_automatically=False,
                written_at=since,
            )
            for one in people
        ]
    )  # fmt: skip
    Restriction.objects.bulk_create(
        [
            Restriction(
                id=f"rst_{one.number}", unit_kind="organisation", unit_id=one.organisation,
                organisation=one.organisation, measure=one.stands.standing.value, clause="fraud_predation",
                since=since, statement_id=f"sor_{one.number}", imposed_by=[],
            )
            for one in people
        ]
    )  # fmt: skip


def _row(stands: Stands) -> list[str]:
    if stands.is_visitor:
        return next(row for row in MATRIX if row[0] == "visitor")
    if stands.plan is None:
        return next(row for row in MATRIX if row[0] == "signed in, no account")
    named = "Enterprise, support contact⁷"
    if stands.contact:
        return next(row for row in MATRIX if row[0] == named)
    return next(row for row in MATRIX if row[0] != named and _is_of(row, stands))


def _is_of(row: list[str], stands: Stands) -> bool:
    _who, plans, roles, standings, *_ = row
    return (
        stands.plan in plans.split(", ")
        and (roles == "any" or stands.role in roles.split(", "))
        and stands.standing in standings.split(", ")
    )
