"""The members pages: who sees and may what, what is refused and why, and what follows."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from sekisho.accounts import actions
from sekisho.accounts.models import ApiKey, Membership, Organisation, Person
from sekisho.accounts.types import Plan, Role
from sekisho.audit.models import AuditEntry
from tests import factories
from tests.cast import Cast
from tests.console.conftest import client_of


@pytest.fixture
def home(cast: Cast) -> str:
    return f"/o/{cast.atelier.id}/members"


def holds(cast: Cast, name: str, role: Role) -> None:
    person = getattr(cast, name)
    Membership.objects.update_or_create(
        organisation=cast.atelier, person=person, defaults={"role": role, "joined_at": "2026-01-01T00:00Z"}
    )


def roles(cast: Cast) -> dict[str, str]:
    rows = Membership.objects.filter(organisation=cast.atelier).order_by("person__email")
    return {email.partition("@")[0]: role for email, role in rows.values_list("person__email", "role")}


def proves(client: Client) -> None:
    """Give the password once more, which the page before asked for."""
    asked = client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    assert asked.status_code == 302


# --- who sees and may what ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("own", "has", "has_not"),
    [
        pytest.param(
            Role.MEMBER,
            ["Your role is member", "Only the primary owner can", "See what leaving means"],
            ["Second step", "Add somebody", ">Change<"],
            id="a member",
        ),
        pytest.param(
            Role.ADMIN,
            ["Second step", "Add somebody", "Changes by handing over", "Above your role", "Change<"],
            ["Your role is member", 'value="owner"', 'value="primary_owner"', "members/hand-over"],
            id="an administrator",
        ),
        pytest.param(
            Role.OWNER,
            ["Add somebody", 'value="owner"', "Changes by handing over", "Only the primary owner can"],
            ["Above your role", 'value="primary_owner"', "members/hand-over"],
            id="an owner",
        ),
    ],
)
def test_the_list_offers_what_a_role_may_and_says_why_not(
    cast: Cast, home: str, own: Role, has: list[str], has_not: list[str]
) -> None:
    holds(cast, "ben", own)
    holds(cast, "emi", Role.OWNER)
    shown = client_of(cast, "ben").get(home).content.decode()
    assert [one for one in has if one not in shown] == []
    assert [one for one in has_not if one in shown] == []
    assert "aiko@example.test" in shown


def test_the_primary_owner_hands_over_and_reads_why_leaving_is_not_offered(cast: Cast, home: str) -> None:
    shown = client_of(cast, "aiko", "ja").get(home).content.decode()
    assert f"{home}/hand-over" in shown
    assert "代表オーナーのままでは退出できません" in shown
    assert f'href="{home}/leave"' not in shown
    assert (
        "所有権の引き継ぎによってのみ" in client_of(cast, "aiko", "ja").get(f"{home}/leave").content.decode()
    )


REFUSED: tuple[tuple[str, Role | None, str, Role | None, str, dict[str, str], int], ...] = (
    # who, their role, whom, the role of these, page, what is sent, status
    ("ben", Role.MEMBER, "aiko", None, "PERSON", {"role": "member"}, 403),
    ("ben", Role.MEMBER, "ben", None, "PERSON", {"role": "admin"}, 403),
    ("ben", Role.MEMBER, "emi", Role.MEMBER, "PERSON/remove", {}, 403),
    ("ben", Role.MEMBER, "ben", None, "", {"email": "x@example.test", "role": "member"}, 403),
    ("ben", Role.MEMBER, "ben", None, "hand-over", {"successor": "PERSON", "sure": "on"}, 403),
    ("ben", Role.ADMIN, "ben", None, "PERSON", {"role": "owner"}, 422),
    ("ben", Role.ADMIN, "ben", None, "PERSON", {"role": "primary_owner"}, 422),
    ("ben", Role.ADMIN, "ben", None, "PERSON", {"role": "operator"}, 422),
    ("ben", Role.ADMIN, "aiko", None, "PERSON", {"role": "member"}, 403),
    ("ben", Role.ADMIN, "aiko", None, "PERSON/remove", {}, 403),
    ("ben", Role.ADMIN, "emi", Role.OWNER, "PERSON", {"role": "member"}, 403),
    ("ben", Role.ADMIN, "emi", Role.OWNER, "PERSON/remove", {}, 403),
    ("ben", Role.ADMIN, "ben", None, "", {"email": "x@example.test", "role": "owner"}, 422),
    ("ben", Role.ADMIN, "ben", None, "hand-over", {"successor": "PERSON", "sure": "on"}, 403),
    ("ben", Role.OWNER, "aiko", None, "PERSON", {"role": "owner"}, 403),
    ("ben", Role.OWNER, "aiko", None, "PERSON/remove", {}, 403),
    ("ben", Role.OWNER, "ben", None, "", {"email": "x@example.test", "role": "primary_owner"}, 422),
    ("ben", Role.OWNER, "ben", None, "hand-over", {"successor": "PERSON", "sure": "on"}, 403),
    ("aiko", None, "aiko", None, "leave", {}, 403),
    ("aiko", None, "aiko", None, "PERSON", {"role": "member"}, 403),
    ("aiko", None, "ben", None, "", {"email": "ben@example.test", "role": "member"}, 422),
    ("aiko", None, "ben", None, "", {"email": "no address", "role": "member"}, 422),
    ("aiko", None, "chie", None, "PERSON", {"role": "admin"}, 404),
    ("aiko", None, "chie", None, "PERSON/remove", {}, 404),
    ("chie", None, "ben", None, "", {"email": "x@example.test", "role": "member"}, 404),
    ("chie", None, "ben", None, "PERSON", {"role": "admin"}, 404),
    ("chie", None, "ben", None, "PERSON/remove", {}, 404),
    ("chie", None, "ben", None, "leave", {}, 404),
    ("chie", None, "ben", None, "hand-over", {"successor": "PERSON", "sure": "on"}, 404),
)


@pytest.mark.parametrize(
    ("who", "own", "whom", "held", "page", "sent", "status"),
    [pytest.param(*row, id=f"{row[0]} {row[1] or ''} {row[2]} {row[4]} {row[5]}") for row in REFUSED],
)
def test_what_a_role_may_not_is_refused_and_changes_nothing(
    cast: Cast,
    home: str,
    who: str,
    own: Role | None,
    whom: str,
    held: Role | None,
    page: str,
    sent: dict[str, str],
    status: int,
) -> None:
    for name, role in ((who, own), (whom, held)):
        if role:
            holds(cast, name, role)
    person, before, people = getattr(cast, whom).id, roles(cast), Person.objects.count()
    path = f"{home}/{page.replace('PERSON', person)}".rstrip("/")
    said = {name: value.replace("PERSON", person) for name, value in sent.items()}
    assert client_of(cast, who).post(path, said).status_code == status
    assert roles(cast) == before
    assert Person.objects.count() == people


@pytest.mark.parametrize("page", ["", "/{ben}", "/{ben}/remove", "/leave", "/hand-over"])
def test_a_form_without_its_token_does_nothing(cast: Cast, home: str, page: str) -> None:
    client, before = Client(enforce_csrf_checks=True), roles(cast)
    client.force_login(cast.aiko)
    sent = {"role": "admin", "email": "x@example.test", "successor": cast.ben.id, "sure": "on"}
    assert client.post(home + page.format(ben=cast.ben.id), sent).status_code == 403
    assert roles(cast) == before


def test_a_member_is_no_member_under_another_organisations_address(cast: Cast) -> None:
    """Chie is the owner elsewhere: her rights there open nothing of Ben, who belongs to the atelier."""
    page = f"/o/{cast.elsewhere.id}/members/{cast.ben.id}"
    client = client_of(cast, "chie")
    assert client.post(page, {"role": "member"}).status_code == 404
    assert client.post(f"{page}/remove").status_code == 404
    assert cast.atelier.id in cast.viewer("ben").roles


# --- adding ---------------------------------------------------------------------------------------------------
def test_adding_looks_the_same_whether_the_address_has_an_account_or_not(cast: Cast, home: str) -> None:
    client, pages = client_of(cast, "aiko"), []
    client_of(cast, "chie")  # who has an account, and has just signed in
    for email in ("Chie@example.test", "new@example.test"):
        sent = {"email": email, "role": "admin", "guest": "on"}
        page = client.post(home, sent, follow=True).content.decode()
        person = Person.objects.get(email=email.lower())
        one = client.get(f"{home}/{person.id}").content.decode()
        pages.append(
            (page.count("is a member now, and is told by mail"), "Chie</" in page, "Not known yet" in one)
        )
        actions.remove_member(cast.viewer("aiko"), cast.atelier.id, person.id)
    assert pages == [(1, False, True), (1, False, True)]


def test_a_personal_account_takes_nobody_and_says_so(cast: Cast) -> None:
    Organisation.objects.filter(id=cast.elsewhere.id).update(plan=Plan.FREE)
    home, client = f"/o/{cast.elsewhere.id}/members", client_of(cast, "chie", "ja")
    shown = client.get(home).content.decode()
    assert "個人のアカウント" in shown
    assert 'name="email"' not in shown
    assert client.post(home, {"email": "x@example.test", "role": "member"}).status_code == 403
    assert "/privacy/delete" in client.get(f"{home}/leave").content.decode()


# --- changing and removing --------------------------------------------------------------------------------------
def test_a_role_is_changed(cast: Cast, home: str) -> None:
    client = client_of(cast, "aiko")
    shown = client.post(f"{home}/{cast.ben.id}", {"role": "admin"}, follow=True).content.decode()
    assert "The role is changed" in shown
    assert roles(cast) == {"aiko": "primary_owner", "ben": "admin"}
    assert AuditEntry.objects.get(action="member.role_changed").actor == cast.aiko.id


@pytest.mark.parametrize(("sent", "left"), [({}, 1), ({"keys": "revoke"}, 0)], ids=["keys stay", "with keys"])
def test_removing_says_what_follows_and_bites_in_a_session_that_is_open(
    cast: Cast, home: str, sent: dict[str, str], left: int
) -> None:
    holds(cast, "ben", Role.ADMIN)
    actions.create_key(cast.viewer("ben"), cast.atelier.id, "Night run")
    ben, aiko = client_of(cast, "ben"), client_of(cast, "aiko")
    assert ben.get(home).status_code == 200
    shown = aiko.get(f"{home}/{cast.ben.id}/remove").content.decode()
    assert "They made 1 key that is in use" in shown
    assert "Night run" in shown
    assert roles(cast)["ben"] == "admin", "a look changes nothing"
    done = aiko.post(f"{home}/{cast.ben.id}/remove", sent, follow=True).content.decode()
    assert "no longer belongs to the organisation" in done
    assert ("1 key is revoked" in done) is (left == 0)
    assert ben.get(home).status_code == 404
    assert ben.post(home, {"email": "x@example.test", "role": "admin"}).status_code == 404
    assert ApiKey.objects.filter(revoked_at=None).count() == left
    assert aiko.post(f"{home}/{cast.ben.id}/remove", sent).status_code == 404, "again"


def test_leaving_asks_once_more(cast: Cast, home: str) -> None:
    client = client_of(cast, "ben")
    assert "Leave Aiko&#x27;s Atelier?" in client.get(f"{home}/leave").content.decode()
    assert client.get(f"{home}/{cast.ben.id}/remove").status_code == 403, "his role removes nobody"
    assert client.post(f"{home}/leave").status_code == 302
    assert roles(cast) == {"aiko": "primary_owner"}
    assert client.get(home).status_code == 404


# --- handing over ---------------------------------------------------------------------------------------------
def test_handing_over_asks_who_it_is_and_does_it_once(cast: Cast, home: str) -> None:
    client, page = client_of(cast, "aiko"), f"{home}/hand-over"
    client_of(cast, "ben")
    sent = {"successor": cast.ben.id, "sure": "on"}
    asked = client.post(page, sent)
    assert (asked.status_code, "reauthenticate" in asked["Location"]) == (302, True)
    assert roles(cast) == {"aiko": "primary_owner", "ben": "member"}, "nothing before she has proven it"
    proves(client)
    client.post(page, sent)
    assert roles(cast) == {"aiko": "owner", "ben": "primary_owner"}
    assert client.post(page, {**sent, "successor": cast.aiko.id}).status_code == 403, "a replay"
    assert AuditEntry.objects.filter(action="organisation.transferred").count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"successor": "ben"},
        {"successor": "chie", "sure": "on"},
        {"successor": "aiko", "sure": "on"},
        {"sure": "on"},
    ],
    ids=["unsure", "an outsider", "herself", "nobody"],
)
def test_ownership_goes_to_nobody_but_a_member_and_on_purpose(
    cast: Cast, home: str, sent: dict[str, str]
) -> None:
    client = client_of(cast, "aiko")
    client_of(cast, "ben")
    client.post(f"{home}/hand-over", {})
    proves(client)
    said = {name: getattr(cast, value).id if name == "successor" else value for name, value in sent.items()}
    assert client.post(f"{home}/hand-over", said).status_code == 422
    assert roles(cast)["aiko"] == "primary_owner"


def test_who_has_not_signed_in_since_is_named_and_not_offered(cast: Cast, home: str) -> None:
    shown = client_of(cast, "aiko").get(f"{home}/hand-over").content.decode()
    assert "There is nobody yet" in shown
    assert "ben@example.test" in shown
    assert 'name="successor"' not in shown


@pytest.mark.parametrize(("seconds_ago", "status"), [(60, 302), (301, 403)], ids=["just now", "a while ago"])
def test_who_signs_in_by_mail_alone_must_have_done_so_lately(
    cast: Cast, home: str, seconds_ago: int, status: int
) -> None:
    cast.aiko.set_unusable_password()
    cast.aiko.save()
    client = client_of(cast, "aiko")
    client_of(cast, "ben")
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time() - seconds_ago}]
    session["account_authentication_methods_user"] = cast.aiko.id
    session.save()
    sent = {"successor": cast.ben.id, "sure": "on"}
    assert client.post(f"{home}/hand-over", sent).status_code == status
    assert roles(cast)["ben"] == ("primary_owner" if status == 302 else "member")
