"""What `sekisho doctor` says of the way out: the address that people are given, and whether mail reaches them."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sekisho.base import settings
from sekisho.base.text import Text
from sekisho.cli.health import Check, State

LOOKED_BACK = timedelta(days=7)


def check_address() -> Check:
    url = settings.text("public_url")
    is_local = url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
    if url.startswith("https://"):
        return Check("address", State.OK, Text(url, url))
    remedy = Text(
        "Put it behind TLS and set SEKISHO_PUBLIC_URL to the https address before others use it.",
        "他の方が使う前に TLS を用意し、SEKISHO_PUBLIC_URL に https のアドレスを設定してください。",
    )
    return Check(
        "address",
        State.NOTE if is_local else State.FAILED,
        Text(f"{url}, without TLS", f"{url}（TLS なし）"),
        remedy,
    )


def check_transit() -> Check:
    """Whether what leaves this machine is encrypted on its way (R-DATA-161)."""
    plain = [name for name in _ADDRESSES if _is_plain(settings.text(name))]
    if not plain:
        return Check(
            "transit", State.OK, Text("everything that leaves has TLS", "外部への通信はすべて TLS です")
        )
    names = ", ".join(f"SEKISHO_{name.upper()}" for name in plain)
    return Check(
        "transit",
        State.FAILED,
        Text(f"{names}: not encrypted on the way", f"{names}：通信が暗号化されません"),
        Text(
            "Use an address that begins with https://. Plain HTTP is for this machine alone.",
            "https:// で始まるアドレスを指定してください。暗号化しない HTTP は、このマシン内でのみ使えます。",
        ),
    )


_ADDRESSES = ("anthropic_base_url", "openai_base_url", "judge_base_url", "vault_addr", "tracker_url")
"""Settings that say where content, keys or people's words go."""


def _is_plain(address: str) -> bool:
    """Whether it leads elsewhere without TLS."""
    url = urlsplit(address)
    host = url.hostname or ""
    is_here = host == "localhost" or host.startswith("127.") or host == "::1"
    return url.scheme == "http" and not is_here


def check_mail(at: datetime) -> Check:
    from sekisho.notices.queries import undelivered

    waiting, given_up = undelivered(at - LOOKED_BACK)
    if waiting or given_up:
        return Check(
            "mail",
            State.NOTE,
            Text(
                f"{waiting} mails are tried again, {given_up} were given up in 7 days.",
                f"再送待ちのメールが {waiting} 件、7 日以内に送信を断念したメールが {given_up} 件あります。",
            ),
            Text(
                "Check SEKISHO_EMAIL_URL and the mail server's log; docs/operate/mail.md says how to find the readers.",
                "SEKISHO_EMAIL_URL とメールサーバーのログを確認してください。"
                "宛先の調べ方は docs/operate/mail.md にあります。",
            ),
        )
    if settings.text("email_url").startswith("console:"):
        return Check(
            "mail",
            State.NOTE,
            Text(
                "Mail is printed, and reaches nobody.", "メールは画面に表示されるだけで、誰にも届きません。"
            ),
            Text(
                "Set SEKISHO_EMAIL_URL to your mail server before others use it.",
                "他の方が使う前に、SEKISHO_EMAIL_URL にメールサーバーを設定してください。",
            ),
        )
    return Check("mail", State.OK, Text("every mail was taken", "すべて送信済みです"))
