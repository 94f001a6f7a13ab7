"""Who signs up by themselves gets an account of their own."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_signed_up
from django.dispatch import receiver
from django.http import HttpRequest

from sekisho.accounts.actions.own import open_account
from sekisho.accounts.models import Person

SIGNED_UP = "signed_up"
"""Mark in the session of somebody who has just signed up: what they choose now, they choose during sign-up. `TO_ASK`
until they were asked, `ASKED` from then on."""
TO_ASK, ASKED = "to_ask", "asked"


@receiver(user_signed_up)
def open_own_account(request: HttpRequest, user: Person, **how: Any) -> None:
    """Open a consumer account, unless the person comes through their organisation's provider and belongs there."""
    if "sociallogin" not in how:
        open_account(user.pk)
        request.session[SIGNED_UP] = TO_ASK
