"""Writes about how an organisation's people sign in."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialApp
from django.db import transaction

from sekisho.accounts.actions.checks import own_role
from sekisho.accounts.models import OrganisationSignIn
from sekisho.accounts.rules import Permission
from sekisho.accounts.sealing import seal
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text


@transaction.atomic
def configure_sign_in(
    actor: Viewer, organisation_id: str, *, issuer: str, client_id: str, client_secret: str
) -> str:
    """Let the organisation's people sign in through its own OpenID Connect provider, and return the path
    where.

    `issuer` is the provider's `https` address, under which `/.well-known/openid-configuration` is found. The
    path is for the organisation to hand to its people: no public page lists it. Doing it again replaces what
    was there.
    """
    own_role(actor, Permission.ORG_SIGN_IN_CHANGE, organisation_id)
    SocialApp.objects.update_or_create(
        provider="openid_connect",
        provider_id=organisation_id,
        defaults={
            "name": organisation_id,
            "client_id": client_id,
            "secret": seal(client_secret),
            "settings": {"server_url": _https(issuer), "hidden": True},
        },
    )
    OrganisationSignIn.objects.get_or_create(
        organisation_id=organisation_id, defaults={"provider": organisation_id}
    )
    record(actor.id, "sign_in.configured", organisation_id, issuer=urlsplit(issuer).hostname)
    return f"/accounts/oidc/{organisation_id}/login/"


@transaction.atomic
def remove_sign_in(actor: Viewer, organisation_id: str) -> None:
    """Forget the organisation's provider. People sign in with their password or an e-mail code again."""
    own_role(actor, Permission.ORG_SIGN_IN_CHANGE, organisation_id)
    gone, _ = OrganisationSignIn.objects.filter(organisation_id=organisation_id).delete()
    SocialApp.objects.filter(provider="openid_connect", provider_id=organisation_id).delete()
    if gone:
        record(actor.id, "sign_in.removed", organisation_id)


def _https(issuer: str) -> str:
    if urlsplit(issuer).scheme != "https" or not urlsplit(issuer).hostname:
        raise SekishoError(
            "issuer_not_https",
            Text(
                "Give the provider's address with https, such as https://login.example.com.",
                "プロバイダーのアドレスを https で始まる形で入力してください（例: https://login.example.com）。",
            ),
        )
    return issuer.rstrip("/")
