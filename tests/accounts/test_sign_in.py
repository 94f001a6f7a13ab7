"""Signing in: password, e-mail code, second factor, an organisation's own provider."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress, Login
from allauth.account.signals import email_confirmed
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory

from sekisho.accounts import actions, queries
from sekisho.accounts.models import Person
from sekisho.accounts.sealing import seal
from sekisho.accounts.types import Role, StaffRole, system
from sekisho.base.errors import NotAllowedError, SekishoError
from tests.cast import Cast
from tests.factories import PASSWORD

LOGIN = "/accounts/login/"
CODE = "/accounts/login/code/"
CONFIRM = "/accounts/login/code/confirm/"
SECOND = "/accounts/2fa/authenticate/"
AT = 1_767_600_000
"""A moment for one-time passwords, in seconds since 1970."""


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def answer_password(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": email, "password": password})


def code_in_mail() -> str:
    found = re.search(r"^\s*([A-Z0-9]{4,8}(?:-[A-Z0-9]{4})?)\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


# --- password ---------------------------------------------------------------------------------------------------------
def test_a_password_signs_in(client: Client, ben: Person) -> None:
    assert answer_password(client, ben.email).status_code == 302
    assert client.session["_auth_user_id"] == ben.id


def test_an_address_may_be_written_in_capitals(client: Client, ben: Person) -> None:
    answer_password(client, "BEN@example.test")
    assert is_in(client)


def test_a_wrong_password_and_an_unknown_address_read_the_same(client: Client, ben: Person) -> None:
    wrong = answer_password(client, ben.email, "something else entirely")
    unknown = answer_password(client, "nobody@example.test", "something else entirely")
    assert not is_in(client)
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_guessing_is_slowed_down(client: Client, ben: Person) -> None:
    for _ in range(6):
        answer_password(client, ben.email, "something else entirely")
    answer_password(client, ben.email)
    assert not is_in(client)


def test_disabled_people_do_not_get_in(client: Client, ben: Person) -> None:
    Person.objects.filter(id=ben.id).update(is_active=False)
    answer_password(client, ben.email)
    assert not is_in(client)


# --- e-mail code ------------------------------------------------------------------------------------------------------
def test_a_code_by_mail_signs_in_and_proves_the_address(client: Client, cast: Cast) -> None:
    invited = actions.add_member(cast.viewer("aiko"), cast.atelier.id, "new@example.test")
    client.post(CODE, {"email": "new@example.test"})
    client.post(CONFIRM, {"code": code_in_mail()})
    assert client.session["_auth_user_id"] == invited
    assert EmailAddress.objects.get(user_id=invited).verified


def test_a_wrong_code_does_not(client: Client, ben: Person) -> None:
    client.post(CODE, {"email": ben.email})
    for guess in ("AAAAAA", "BBBBBB", "CCCCCC"):
        client.post(CONFIRM, {"code": guess})
    client.post(CONFIRM, {"code": code_in_mail()})
    assert not is_in(client)


def test_asking_for_a_code_does_not_tell_who_has_an_account(client: Client, ben: Person) -> None:
    known = client.post(CODE, {"email": ben.email})
    unknown = Client().post(CODE, {"email": "nobody@example.test"})
    assert (known.status_code, known.headers.get("location")) == (
        unknown.status_code,
        unknown.headers.get("location"),
    )


# --- second factor ----------------------------------------------------------------------------------------------------
@pytest.fixture
def secret(ben: Person, monkeypatch: pytest.MonkeyPatch) -> str:
    """The secret of Ben's second factor, at a fixed moment."""
    monkeypatch.setattr(time, "time", lambda: float(AT))
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(ben, secret)
    return secret


def test_with_a_second_factor_the_password_alone_is_not_enough(
    client: Client, ben: Person, secret: str
) -> None:
    assert answer_password(client, ben.email).headers["location"].startswith(SECOND)
    assert not is_in(client)
    client.post(SECOND, {"code": format_hotp_value(hotp_value(secret, AT // 30))})
    assert is_in(client)


def test_nor_is_a_code_by_mail(client: Client, ben: Person, secret: str) -> None:
    client.post(CODE, {"email": ben.email})
    client.post(CONFIRM, {"code": code_in_mail()})
    assert not is_in(client)


def test_a_wrong_one_time_password_does_not_sign_in(client: Client, ben: Person, secret: str) -> None:
    answer_password(client, ben.email)
    client.post(SECOND, {"code": format_hotp_value(hotp_value(secret, AT // 30 + 1000))})
    assert not is_in(client)


def test_the_secret_of_a_second_factor_is_sealed_at_rest(ben: Person, secret: str) -> None:
    assert secret not in json.dumps(Authenticator.objects.get(user=ben).data)


# --- who may not come by themselves -----------------------------------------------------------------------------------
def test_sign_up_is_closed_unless_the_operator_opens_it(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"email": "chie@example.test", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", form)
    assert not Person.objects.exists()
    monkeypatch.setenv("SEKISHO_OPEN_SIGNUP", "1")
    client.post("/accounts/signup/", form)
    assert Person.objects.get().email == "chie@example.test"
    assert not is_in(client), "the address has to be proven first"


def test_the_tables_open_for_operators_alone_and_only_to_read(client: Client, cast: Cast) -> None:
    client.force_login(cast.aiko)
    assert client.get("/operator/tables/").status_code == 302
    actions.grant_staff_role(system("cli"), cast.daiki.id, StaffRole.OPERATOR)
    client.force_login(cast.daiki)
    page = client.get(f"/operator/tables/accounts/person/{cast.aiko.id}/change/")
    assert page.status_code == 200
    assert cast.aiko.password not in page.content.decode()
    assert client.post(f"/operator/tables/accounts/person/{cast.aiko.id}/delete/").status_code == 403


def test_the_tables_are_ours_alone_and_give_nobody_an_address_or_a_second_factor(
    client: Client, cast: Cast
) -> None:
    actions.grant_staff_role(system("cli"), cast.daiki.id, StaffRole.OPERATOR)
    client.force_login(cast.daiki)
    page = client.get("/operator/tables/").content.decode()
    names = {"apikey", "membership", "organisation", "person", "staffappointment"}
    assert set(re.findall(r'href="/operator/tables/(\w+/\w+/\S*)"', page)) == {
        f"accounts/{one}/" for one in names
    }
    for others in ("account/emailaddress", "mfa/authenticator", "socialaccount/socialapp", "auth/group"):
        assert client.get(f"/operator/tables/{others}/add/").status_code == 404


# --- an organisation's own provider -----------------------------------------------------------------------------------
ISSUER = {"issuer": "https://login.example.test/", "client_id": "sekisho", "client_secret": "keep this quiet"}


@pytest.fixture
def provider(cast: Cast) -> str:
    """The path at which Aiko's organisation signs in."""
    return actions.configure_sign_in(cast.viewer("aiko"), cast.atelier.id, **ISSUER)


def test_its_secret_is_sealed_and_opened_for_use(provider: str, cast: Cast) -> None:
    assert ISSUER["client_secret"] not in SocialApp.objects.get().secret
    request = RequestFactory().get("/")
    assert get_adapter(request).get_app(request, cast.atelier.id).secret == ISSUER["client_secret"]


def test_no_public_page_names_it(client: Client, provider: str, cast: Cast) -> None:
    assert cast.atelier.id not in client.get(LOGIN).content.decode()


def test_its_page_alone_may_lead_there(client: Client, provider: str) -> None:
    assert "form-action 'self' https://login.example.test;" in _policy(client.get(provider))
    assert "login.example.test" not in _policy(client.get(LOGIN))


def test_configuring_again_replaces_and_removing_forgets(provider: str, cast: Cast) -> None:
    aiko = cast.viewer("aiko")
    assert actions.configure_sign_in(aiko, cast.atelier.id, **{**ISSUER, "client_id": "other"}) == provider
    assert SocialApp.objects.get().client_id == "other"
    actions.remove_sign_in(aiko, cast.atelier.id)
    assert not SocialApp.objects.exists()


def test_only_owners_configure_it_and_only_over_https(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        actions.configure_sign_in(cast.viewer("ben"), cast.atelier.id, **ISSUER)
    with pytest.raises(SekishoError, match="issuer_not_https"):
        actions.configure_sign_in(
            cast.viewer("aiko"), cast.atelier.id, **{**ISSUER, "issuer": "http://login.example.test"}
        )


def _come_from(provider_id: str, email: str) -> SocialLogin:
    """Return a sign-in as the provider would complete it: its person has this address, it says, and proven."""
    request = RequestFactory().get("/")
    request.session = SessionStore()
    with context.request_context(request):
        adapter = get_adapter(request)
        login = SocialLogin(
            user=Person(email=email),
            account=SocialAccount(provider=provider_id, uid="subject-1", extra_data={}),
            email_addresses=[EmailAddress(email=email, verified=True)],
            provider=adapter.get_provider(request, provider_id),
        )
        login.lookup()
        if not login.is_existing and adapter.is_open_for_signup(request, login):
            adapter.save_user(request, login)
        return login


def test_a_new_person_becomes_a_member_of_that_organisation_alone(provider: str, cast: Cast) -> None:
    login = _come_from(cast.atelier.id, "new@example.test")
    assert queries.viewer(login.user.pk).roles == {cast.atelier.id: Role.MEMBER}
    assert not EmailAddress.objects.get(user=login.user).verified, "its word proves no address"


def test_a_stranger_who_waits_under_an_unproven_address_is_shut_out_when_it_gets_rights(
    provider: str, cast: Cast
) -> None:
    waiting = _come_from(cast.atelier.id, "new@example.test").user
    actions.add_member(cast.viewer("chie"), cast.elsewhere.id, "new@example.test")
    assert not SocialAccount.objects.filter(user=waiting).exists()


def test_a_stranger_is_shut_out_when_the_owner_of_the_address_proves_it(
    client: Client, provider: str, cast: Cast
) -> None:
    waiting = _come_from(cast.atelier.id, "new@example.test").user
    client.post(CODE, {"email": "new@example.test"})
    client.post(CONFIRM, {"code": code_in_mail()})
    assert client.session["_auth_user_id"] == waiting.pk
    assert not SocialAccount.objects.filter(user=waiting).exists()


def test_who_proves_the_address_on_the_way_through_the_provider_stays_connected(
    provider: str, cast: Cast
) -> None:
    login = _come_from(cast.atelier.id, "new@example.test")
    request = RequestFactory().get("/")
    request.session = SessionStore()
    under_way = Login(user=login.user, signal_kwargs={"sociallogin": login})
    request.session["account_login"] = under_way.serialize()
    address = EmailAddress.objects.get(user=login.user)
    with context.request_context(request):
        email_confirmed.send(sender=EmailAddress, request=request, email_address=address)
    assert SocialAccount.objects.filter(user=login.user).exists()


def test_a_provider_cannot_open_an_account_that_exists_already(provider: str, cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _come_from(cast.atelier.id, cast.chie.email)
    assert queries.viewer(cast.chie.id).roles == {cast.elsewhere.id: Role.PRIMARY_OWNER}


def test_a_provider_that_belongs_to_no_organisation_opens_nothing(db: None) -> None:
    SocialApp.objects.create(
        provider="openid_connect",
        provider_id="stray",
        secret=seal("x"),
        settings={"server_url": ISSUER["issuer"]},
    )
    _come_from("stray", "new@example.test")
    assert not Person.objects.exists()


# --- what browsers are told -------------------------------------------------------------------------------------------
def _policy(response: Any) -> str:
    return f"{response.headers['content-security-policy']};"


@pytest.mark.parametrize(
    "directive",
    [
        "default-src 'none';",
        "script-src 'self';",
        "style-src 'self';",
        "connect-src 'self';",
        "frame-ancestors 'none';",
        "form-action 'self';",
        "base-uri 'none';",
    ],
)
def test_pages_run_no_script_and_no_style_but_our_own(client: Client, db: None, directive: str) -> None:
    assert directive in _policy(client.get(LOGIN))


def test_pages_are_not_framed_sniffed_or_referred_from(client: Client, db: None) -> None:
    headers = client.get(LOGIN).headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_form_without_its_token_is_refused(ben: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert answer_password(strict, ben.email).status_code == 403
    assert not is_in(strict)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_sign_in_page_speaks_the_readers_language(client: Client, db: None, language: str) -> None:
    page = client.get(LOGIN, headers={"accept-language": language})
    assert page.headers["content-language"] == language
