"""Mails of recovery that must not be kept as notices: codes, and acknowledgements to strangers."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings as django_settings
from django.core.mail import EmailMessage

from sekisho.base import settings
from sekisho.base.text import Lang, Text


def letter(to: str, subject: Text, body: Text, lang: Lang, name: str) -> EmailMessage:
    """Return a mail that says a program sent it (RFC 3834, section 5). Made again under the same `name`, it has the
    same Message-ID."""
    return EmailMessage(
        subject=subject.in_(lang),
        body=body.in_(lang) + "\n",
        to=[to],
        headers={
            "Message-ID": f"<{name}@{_domain()}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": lang,
        },
    )


def place() -> str:
    """Return where people ask: the installation's own address."""
    return settings.text("public_url").rstrip("/")


def _domain() -> str:
    return parseaddr(django_settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
