"""How mail goes out, from one address such as `smtp://user:password@mail.example.com:587`. No Django here."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text

BACKENDS = "django.core.mail.backends"
DEFAULT_PORTS = {"smtp": 587, "smtps": 465}
"""Submission ports: STARTTLS on 587, TLS from the first byte on 465 (RFC 8314, section 3.3)."""

TIMEOUT_S = 20


def mail(url: str) -> dict[str, object]:
    """Return Django's `EMAIL_*` settings for the address.

    `console:` prints mails; `smtp://` asks for TLS before it says anything (except to this very machine,
    where nobody listens in); `smtps://` speaks TLS from the start. Raises `SekishoError`, which never shows
    the address.
    """
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{BACKENDS}.console.EmailBackend"}
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise SekishoError(
            "email_url_unreadable",
            Text(
                "The mail address cannot be read. Write `console:` or `smtp://USER:PASSWORD@HOST:PORT`.",
                "メール送信の指定を読み取れません。`console:` または "
                "`smtp://USER:PASSWORD@HOST:PORT` の形で指定してください。",
            ),
        )
    is_local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return {
        "EMAIL_BACKEND": f"{BACKENDS}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or DEFAULT_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp" and not is_local,
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": TIMEOUT_S,
    }
