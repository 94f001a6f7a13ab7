"""Who belongs to an organisation: what the deeds do, whom they tell, and what a gateway knows a moment later."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator

from sekisho.accounts import actions, queries
from sekisho.accounts.keys import digest
from sekisho.accounts.models import ApiKey, Membership, Organisation, Person
from sekisho.accounts.rules import has_arrived, roles_to_give
from sekisho.accounts.types import Plan, Role, system
from sekisho.audit.models import AuditEntry
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.link import publish
from sekisho.link.snapshot import Snapshot
from sekisho.notices.models import Delivery, Notice
from tests import factories
from tests.cast import Cast

AT = datetime(2026, 1, 2, 9, tzinfo=UTC)
CLOCK = fixed_clock(AT)
MEMBER, ADMIN, OWNER, PRIMARY = Role


def arrives(*people: Person) -> None:
    """Let them sign in after they were added."""
    Person.objects.filter(id__in=[one.id for one in people]).update(last_login=datetime.now(UTC))


def holds(cast: Cast, role: Role) -> None:
    Membership.objects.filter(person=cast.ben).update(role=role)


# --- rules ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("own", "held", "given"),
    [
        pytest.param(ADMIN, MEMBER, (MEMBER, ADMIN), id="an administrator, a member"),
        pytest.param(ADMIN, ADMIN, (MEMBER, ADMIN), id="an administrator, another one or themselves"),
        pytest.param(ADMIN, OWNER, (), id="an administrator, an owner"),
        pytest.param(ADMIN, PRIMARY, (), id="an administrator, the primary owner"),
        pytest.param(OWNER, OWNER, (MEMBER, ADMIN, OWNER), id="an owner, another one"),
        pytest.param(OWNER, PRIMARY, (), id="an owner, the primary owner"),
        pytest.param(PRIMARY, OWNER, (MEMBER, ADMIN, OWNER), id="the primary owner, an owner"),
        pytest.param(PRIMARY, PRIMARY, (), id="the primary owner, themselves"),
    ],
)
def test_roles_that_one_may_give_to_who_holds_another(own: Role, held: Role, given: tuple[Role, ...]) -> None:
    assert roles_to_give(own, held, owners=2) == given


@pytest.mark.parametrize(
    ("signed_in_at", "arrived"),
    [(None, False), (AT - timedelta(seconds=1), False), (AT, True)],
    ids=["never", "before", "since"],
)
def test_who_has_signed_in_since_they_were_added_has_arrived(
    signed_in_at: datetime | None, arrived: bool
) -> None:
    assert has_arrived(AT, signed_in_at) is arrived


# --- what others see ------------------------------------------------------------------------------------------
def test_who_is_added_shows_an_address_alone_until_they_sign_in(cast: Cast) -> None:
    Authenticator.objects.create(user=cast.chie, type=Authenticator.Type.TOTP, data={})
    arrives(cast.chie)
    chie = actions.add_member(cast.viewer("aiko"), cast.atelier.id, cast.chie.email)
    new = actions.add_member(cast.viewer("aiko"), cast.atelier.id, "new@example.test")
    seen = {one.person_id: one for one in queries.members(cast.viewer("aiko"), cast.atelier.id)}
    assert [(seen[one].name, seen[one].has_arrived) for one in (chie, new)] == [("", False), ("", False)]
    assert queries.second_steps(cast.viewer("aiko"), cast.atelier.id) == frozenset()
    arrives(cast.chie)
    names = [one.name for one in queries.members(cast.viewer("aiko"), cast.atelier.id)]
    assert "Chie" in names
    assert queries.second_steps(cast.viewer("aiko"), cast.atelier.id) == {cast.chie.id}
    assert queries.second_steps(cast.viewer("ben"), cast.atelier.id) == frozenset(), "for who changes members"


# --- deeds ----------------------------------------------------------------------------------------------------
def test_nobody_but_the_operator_adds_anybody_to_a_personal_account(cast: Cast) -> None:
    Organisation.objects.filter(id=cast.elsewhere.id).update(plan=Plan.PRO)
    with pytest.raises(SekishoError, match="one_person"):
        actions.add_member(cast.viewer("chie"), cast.elsewhere.id, "ben@example.test")
    actions.add_member(system("cli"), cast.elsewhere.id, "ben@example.test")
    assert cast.elsewhere.id in cast.viewer("ben").roles


def test_giving_the_role_that_they_have_changes_and_tells_nothing(cast: Cast) -> None:
    actions.change_role(cast.viewer("aiko"), cast.atelier.id, cast.ben.id, Role.MEMBER)
    assert not AuditEntry.objects.filter(action="member.role_changed").exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN, Role.OWNER])
def test_anybody_leaves_but_the_primary_owner(cast: Cast, role: Role) -> None:
    holds(cast, role)
    actions.leave(cast.viewer("ben"), cast.atelier.id)
    assert cast.viewer("ben").roles == {}
    assert AuditEntry.objects.get(action="member.left").actor == cast.ben.id
    with pytest.raises(NotFoundError):
        actions.leave(cast.viewer("ben"), cast.atelier.id)
    with pytest.raises(NotAllowedError, match="primary_owner_by_transfer_only"):
        actions.leave(cast.viewer("aiko"), cast.atelier.id)


def test_ownership_goes_to_nobody_who_cannot_take_it_up(cast: Cast) -> None:
    with pytest.raises(SekishoError, match="successor_absent"):
        actions.transfer_ownership(cast.viewer("aiko"), cast.atelier.id, cast.ben.id)
    arrives(cast.ben)
    Person.objects.filter(id=cast.ben.id).update(is_active=False)
    with pytest.raises(SekishoError, match="successor_absent"):
        actions.transfer_ownership(cast.viewer("aiko"), cast.atelier.id, cast.ben.id)


def test_handing_over_to_oneself_and_again_changes_nothing(cast: Cast) -> None:
    actions.transfer_ownership(cast.viewer("aiko"), cast.atelier.id, cast.aiko.id)
    assert not AuditEntry.objects.filter(action="organisation.transferred").exists()
    assert not Notice.objects.exists()


# --- what a gateway knows a moment later ------------------------------------------------------------------------
@pytest.fixture
def bens_key(cast: Cast) -> str:
    """A key that Ben made while he was an administrator, and one of Aiko's beside it."""
    holds(cast, Role.ADMIN)
    actions.create_key(cast.viewer("aiko"), cast.atelier.id, "Aiko's")
    return actions.create_key(cast.viewer("ben"), cast.atelier.id, "Ben's").plain


@pytest.mark.parametrize("deed", ["removed", "left", "removed with keys"])
def test_who_is_gone_speaks_for_nobody_at_the_gate_at_once(
    cast: Cast,
    bens_key: str,
    deed: str,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    published: list[Snapshot] = []
    monkeypatch.setattr(publish, "publish_change", lambda: published.append(publish.build(AT)))
    with django_capture_on_commit_callbacks(execute=True):
        if deed == "left":
            actions.leave(cast.viewer("ben"), cast.atelier.id)
        else:
            with_keys = deed == "removed with keys"
            aiko = cast.viewer("aiko")
            actions.remove_member(aiko, cast.atelier.id, cast.ben.id, with_keys=with_keys)
    assert published, "a new snapshot goes out as soon as it is durable"
    entry = published[-1].keys.get(digest(bens_key))
    if deed == "removed with keys":
        assert entry is None
        assert ApiKey.objects.filter(revoked_at=None).count() == 1, "hers stays"
        assert AuditEntry.objects.get(action="key.revoked").actor == cast.aiko.id
    else:
        assert entry is not None
        assert entry.member == ""


# --- who is told ----------------------------------------------------------------------------------------------
def told() -> dict[str, list[str]]:
    """Kinds of the notices, with the addresses to which mails go."""
    mails = Delivery.objects.order_by("address").values_list("notice__kind", "address")
    found: dict[str, list[str]] = {}
    for kind, address in mails:
        found.setdefault(kind, []).append(address.partition("@")[0])
    return found


def test_everybody_whom_it_concerns_is_told_in_their_language(cast: Cast) -> None:
    aiko = cast.viewer("aiko")
    actions.add_member(aiko, cast.atelier.id, "new@example.test", clock=CLOCK)
    actions.change_role(aiko, cast.atelier.id, cast.ben.id, Role.OWNER, clock=CLOCK)
    arrives(cast.ben)
    actions.transfer_ownership(aiko, cast.atelier.id, cast.ben.id, clock=CLOCK)
    actions.leave(cast.viewer("aiko"), cast.atelier.id, clock=CLOCK)
    new = Person.objects.get(email="new@example.test")
    actions.remove_member(cast.viewer("ben"), cast.atelier.id, new.id, clock=CLOCK)
    assert told() == {
        "member_added": ["new"],
        "member_role_changed": ["ben"],
        "member_handed_over": ["aiko"],
        "member_took_over": ["ben"],
        "member_left": ["ben"],
        "member_removed": ["new"],
    }
    given = Notice.objects.get(kind="member_handed_over")
    assert "Aiko's Atelier" in given.subject_en
    assert "オーナー" in given.body_ja
    assert not [one for one in Notice.objects.all() if "@" in one.body_en + one.body_ja], "no address in it"


def test_being_added_and_removed_in_turn_floods_nobody(cast: Cast) -> None:
    for hour in range(5):
        clock = fixed_clock(AT + timedelta(hours=hour))
        new = actions.add_member(cast.viewer("aiko"), cast.atelier.id, "new@example.test", clock=clock)
        actions.remove_member(cast.viewer("aiko"), cast.atelier.id, new, clock=clock)
    assert {kind: len(mails) for kind, mails in told().items()} == {"member_added": 1, "member_removed": 1}


def test_the_name_of_an_organisation_is_no_template(cast: Cast) -> None:
    wild = factories.organisation("{role} {0}\nBcc: x")
    factories.member(wild, cast.aiko, Role.PRIMARY_OWNER)
    actions.add_member(cast.viewer("aiko"), wild.id, cast.ben.email, clock=CLOCK)
    assert Notice.objects.get().subject_en == "You were added to {role} {0} Bcc: x"
