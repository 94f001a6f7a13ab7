"""Who may read a message of a case, whatever has become of them since (R-SUP-053). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sekisho.accounts.types import Plan, Role
from sekisho.cases.types import Kind, Reach


class Footing(StrEnum):
    """As what somebody stands to the organisation that a case belongs to."""

    OWN = "own"
    """The case belongs to none."""
    SPEAKER = "speaker"
    """Speaks for it to support."""
    MEMBER = "member"
    OUTSIDE = "outside"
    """Does not belong to it, or no longer."""


ORGANISATIONS = frozenset({Kind.SUPPORT, Kind.LOCKED_OUT})
"""Kinds that an organisation may have; what somebody reports or complains of is theirs alone, whoever employs them."""


PROGRAMS = frozenset({Plan.API, Plan.THIRD_PARTY})
"""Plans of the console, whose administrators speak for their organisation. Who came by another platform is among them:
they hold the same keys and pages, and only their invoices are the platform's."""
OWNERS = frozenset({Role.OWNER, Role.PRIMARY_OWNER})


def speakers(plan: Plan | None, *, admins_are_owners: bool = False) -> frozenset[Role]:
    """Return the roles that speak to support for an organisation on this plan. Owners do; administrators where the
    account is one for programs, and where the operator lets them count as owners. An unknown plan gives the lesser.
    Source: the matrix of R-SUP-050, fourth note."""
    counts = plan in PROGRAMS or (admins_are_owners and plan is not None)
    return OWNERS | {Role.ADMIN} if counts else OWNERS


def footing(
    organisation: str, role: Role | None, plan: Plan | None, *, admins_are_owners: bool = False
) -> Footing:
    """Return as what somebody with this role stands to the organisation. The operator's word holds at the moment it is
    asked: taken back, it withholds what is said from then on."""
    if not organisation:
        return Footing.OWN
    if role is None:
        return Footing.OUTSIDE
    speaks = role in speakers(plan, admins_are_owners=admins_are_owners)
    return Footing.SPEAKER if speaks else Footing.MEMBER


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as they stand to one case at this moment."""

    id: str
    is_requester: bool = False
    is_staff: bool = False
    """Of the queue that the case is in, or the system itself."""
    speaks: bool = False
    """For the organisation that the case belongs to."""


def may_see(reader: Reader, kind: Kind, asked_as: Footing, *, has_sponsor: bool) -> bool:
    """Return whether somebody sees the case at all. Who speaks for an organisation sees what was asked on its behalf:
    by one who spoke for it too, or passed on by one."""
    on_its_behalf = kind in ORGANISATIONS and (asked_as is Footing.SPEAKER or has_sponsor)
    return reader.is_staff or reader.is_requester or (reader.speaks and on_its_behalf)


def may_read(reader: Reader, *, by: str, reach: Reach, requester_was: Footing) -> bool:
    """Return whether somebody who sees the case may read one message of it.

    Everybody reads what they wrote. `requester_was` is the requester's footing when it was written: who was demoted or
    left keeps what reached them before, and gets nothing of what is the organisation's after.
    """
    if reader.is_staff or (reader.id and by == reader.id):
        return True
    if reach is Reach.STAFF:
        return False
    if reader.speaks:
        return True
    entitled = {Footing.OWN, Footing.SPEAKER} | ({Footing.MEMBER} if reach is Reach.EVERYBODY else set())
    return reader.is_requester and requester_was in entitled
