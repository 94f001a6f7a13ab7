"""A notice as a mail: plain text in the reader's language, which says that a program sent it."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings as django_settings
from django.core.mail import EmailMessage

from sekisho.base import settings
from sekisho.base.text import Lang, Text, as_lang
from sekisho.notices.models import Delivery, Notice


def letter(delivery: Delivery) -> EmailMessage:
    """Return the mail of a delivery. Made again, it is the same mail, with the same Message-ID."""
    notice, lang = delivery.notice, as_lang(delivery.language)
    return EmailMessage(
        subject=notice.subject_ja if lang == "ja" else notice.subject_en,
        body=body_of(notice, lang),
        to=[delivery.address],
        headers={
            "Message-ID": f"<{delivery.id}@{_domain()}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834, section 5: no machine is to answer it
            "Content-Language": lang,
        },
    )


def body_of(notice: Notice, lang: Lang) -> str:
    """Return the text: what is told, where to go, and by what name to ask about it."""
    told = Text(notice.body_en, notice.body_ja).in_(lang)
    parts = [told.strip(), address_of(notice.link), "-- \n" + _FOOT.format(id=notice.id).in_(lang)]
    return "\n\n".join(part for part in parts if part) + "\n"


def address_of(link: str) -> str:
    """Return the whole address of a link: a path is one of this installation."""
    return settings.text("public_url").rstrip("/") + link if link.startswith("/") else link


def _domain() -> str:
    return parseaddr(django_settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


_FOOT = Text(
    "This message was sent by a program. When you write to us about it, please name {id}.",
    "このメールは自動送信されています。お問い合わせの際は {id} をお知らせください。",
)
