"""How sign-in (django-allauth) fits our accounts."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.http import HttpRequest

from sekisho.accounts.models import Membership, OrganisationSignIn, Person
from sekisho.accounts.sealing import seal, unseal
from sekisho.accounts.types import Role
from sekisho.base import settings as declared


def display_name(person: Person) -> str:
    """Return how mails and pages address the person."""
    return person.get_full_name()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves unless the operator says so: people are added by their organisation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return declared.flag("open_signup")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second factors encrypted, so that a stolen database does not hand them over."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)


class OrganisationSignInAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in through an organisation's own provider.

    An organisation's provider can say any e-mail address is its own. So its word makes a *new* person, who
    becomes a member of that organisation alone and still proves the address; it never opens an account that
    exists already, unless its owner has connected the two while signed in.
    """

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the providers, their client secrets opened in memory alone."""
        apps: list[SocialApp] = super().list_apps(request, provider=provider, client_id=client_id)
        for app in apps:
            app.secret = unseal(app.secret)
        return apps

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return _organisation_of(sociallogin) is not None

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: object = None) -> Person:
        for address in sociallogin.email_addresses:
            address.verified = False  # the provider may speak for an address of somebody else
        person: Person = super().save_user(request, sociallogin, form)
        if organisation_id := _organisation_of(sociallogin):
            Membership.objects.get_or_create(
                organisation_id=organisation_id, person=person, defaults={"role": Role.MEMBER}
            )
        return person


def _organisation_of(sociallogin: SocialLogin) -> str | None:
    link = OrganisationSignIn.objects.filter(provider=sociallogin.account.provider).first()
    return link.organisation_id if link else None
