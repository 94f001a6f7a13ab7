"""Who may do what."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.rules import (
    DISJOINT,
    OF_ROLE,
    OF_STAFF_ROLE,
    RANK,
    Allowed,
    Permission,
    Refused,
    clash,
    may,
    permissions_of,
    role_change,
)
from sekisho.accounts.rules_page import page
from sekisho.accounts.types import NOBODY, Role, StaffRole, UseCase, Viewer, system
from sekisho.policy.types import Audience

P = Permission
roles = st.sampled_from(Role)
positions = st.none() | roles


@pytest.mark.parametrize("permission", Permission)
def test_permissions_read_scope_resource_action(permission: Permission) -> None:
    assert re.fullmatch(r"(org|staff):[a-z_]+:[a-z_]+", permission)


@pytest.mark.parametrize(("lesser", "greater"), list(pairwise(Role)))
def test_each_role_may_do_all_that_the_one_before_it_may_and_more(lesser: Role, greater: Role) -> None:
    assert OF_ROLE[lesser] <= OF_ROLE[greater]


@pytest.mark.parametrize(
    ("permission", "least"),
    [
        pytest.param(P.ORG_DECISION_READ, Role.MEMBER, id="read decisions"),
        pytest.param(P.ORG_KEY_READ, Role.MEMBER, id="see keys"),
        pytest.param(P.ORG_KEY_CREATE, Role.ADMIN, id="make keys"),
        pytest.param(P.ORG_KEY_REVOKE, Role.ADMIN, id="revoke keys"),
        pytest.param(P.ORG_MEMBER_CHANGE, Role.ADMIN, id="change roles"),
        pytest.param(P.ORG_SIGN_IN_CHANGE, Role.OWNER, id="set up sign-in"),
        pytest.param(P.ORG_OWNERSHIP_TRANSFER, Role.PRIMARY_OWNER, id="hand the organisation over"),
    ],
)
def test_from_which_role_on(permission: Permission, least: Role) -> None:
    holders = {role for role in Role if permission in permissions_of(role)}
    assert holders == {role for role in Role if RANK[role] >= RANK[least]}


@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        pytest.param(P.STAFF_CASE_DECIDE, {StaffRole.REVIEWER}, id="decide cases"),
        pytest.param(P.STAFF_APPEAL_DECIDE, {StaffRole.APPEALS}, id="decide appeals"),
        pytest.param(P.STAFF_POLICY_ACTIVATE, {StaffRole.POLICY}, id="activate policy"),
        pytest.param(P.STAFF_ROLE_GRANT, {StaffRole.OPERATOR}, id="appoint staff"),
        pytest.param(P.STAFF_ERASURE_EXECUTE, {StaffRole.PRIVACY}, id="erase"),
        pytest.param(P.STAFF_POLICY_READ, set(StaffRole), id="read the policy"),
    ],
)
def test_which_staff_may(permission: Permission, holders: set[StaffRole]) -> None:
    assert {role for role in StaffRole if permission in OF_STAFF_ROLE[role]} == holders


def test_every_permission_is_held_by_somebody() -> None:
    held = permissions_of(Role.PRIMARY_OWNER, frozenset(StaffRole))
    assert held == frozenset(Permission)


def test_roles_hold_no_staff_permissions_and_staff_none_inside_organisations() -> None:
    assert not any(permission.is_of_staff for permission in permissions_of(Role.PRIMARY_OWNER))
    assert all(permission.is_of_staff for permission in permissions_of(None, frozenset(StaffRole)))


@given(st.sampled_from(Permission), roles)
def test_a_role_counts_in_its_own_organisation_alone(permission: Permission, role: Role) -> None:
    viewer = Viewer("usr_1", {"org_a": role})
    assert not may(viewer, permission, "org_b")
    assert not may(viewer, permission, None)
    assert may(viewer, permission, "org_a") == (permission in OF_ROLE[role])


@given(st.sampled_from(Permission))
def test_nobody_may_nothing_and_the_system_everything(permission: Permission) -> None:
    assert not may(NOBODY, permission, "org_a")
    assert may(system("cli"), permission, "org_a")


@pytest.mark.parametrize(
    ("own", "held", "wanted", "owners", "expected"),
    [
        pytest.param(Role.ADMIN, None, Role.MEMBER, 1, Allowed(), id="an admin adds a member"),
        pytest.param(Role.ADMIN, Role.MEMBER, Role.ADMIN, 1, Allowed(), id="an admin makes an admin"),
        pytest.param(
            Role.ADMIN, Role.MEMBER, Role.OWNER, 1, Refused("role_above_own"), id="an admin makes an owner"
        ),
        pytest.param(
            Role.ADMIN, Role.OWNER, None, 2, Refused("role_above_own"), id="an admin removes an owner"
        ),
        pytest.param(Role.OWNER, Role.OWNER, None, 2, Allowed(), id="an owner leaves, one remains"),
        pytest.param(
            Role.OWNER, Role.OWNER, Role.MEMBER, 1, Refused("last_owner"), id="the last owner steps down"
        ),
        pytest.param(Role.OWNER, Role.OWNER, Role.OWNER, 1, Allowed(), id="the last owner stays owner"),
        pytest.param(
            Role.PRIMARY_OWNER,
            Role.PRIMARY_OWNER,
            Role.OWNER,
            2,
            Refused("primary_owner_by_transfer_only"),
            id="the primary owner steps down",
        ),
        pytest.param(
            Role.PRIMARY_OWNER,
            Role.OWNER,
            Role.PRIMARY_OWNER,
            2,
            Refused("primary_owner_by_transfer_only"),
            id="a second primary owner",
        ),
    ],
)
def test_role_change(
    own: Role, held: Role | None, wanted: Role | None, owners: int, expected: Allowed | Refused
) -> None:
    assert role_change(own, held, wanted, owners) == expected


@given(roles, positions, positions, st.integers(1, 5))
def test_nobody_ever_gives_or_takes_more_than_they_have(
    own: Role, held: Role | None, wanted: Role | None, owners: int
) -> None:
    if role_change(own, held, wanted, owners) == Allowed():
        assert all(RANK[role] <= RANK[own] for role in (held, wanted) if role)


def test_use_cases_are_the_audiences_of_the_policy() -> None:
    assert {case.value for case in UseCase} == {audience.value for audience in Audience}


def test_the_page_is_written_from_the_tables(root: Path) -> None:
    written = (root / "docs/rules/accounts-roles.md").read_text(encoding="utf-8")
    assert written == page(), "python -m sekisho.accounts.rules_page > docs/rules/accounts-roles.md"


@pytest.mark.parametrize("pair", [sorted(pair) for pair in DISJOINT], ids="-".join)
def test_roles_that_are_disjoint_clash_whichever_comes_first(pair: list[StaffRole]) -> None:
    one, other = pair
    assert clash(frozenset({one, StaffRole.EDITOR}), other) is one
    assert clash(frozenset({other}), one) is other


def test_all_other_roles_may_be_held_together() -> None:
    free = {pair for pair in combinations(StaffRole, 2) if frozenset(pair) not in DISJOINT}
    assert all(clash(frozenset({one}), other) is None for one, other in free)
