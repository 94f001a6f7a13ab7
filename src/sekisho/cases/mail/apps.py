"""Cases by e-mail: what comes in, what goes out, and what keeps the two from answering each other for ever."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.timezone import now


class MailConfig(AppConfig):
    name = "sekisho.cases.mail"
    label = "mail"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.account.signals import email_confirmed

        email_confirmed.connect(_proven, dispatch_uid="sekisho.cases.mail")


def _proven(email_address: Any, **_: object) -> None:
    """Write to an address, again or from now on, when its owner has just verified it (R-SUP-076)."""
    from sekisho.cases.mail.actions import renew

    renew(str(email_address.user_id), email_address.email, now())
