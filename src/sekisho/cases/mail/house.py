"""How mail is set up in this installation, read from the settings: the one place where rules meet them."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings as django_settings
from django.utils.crypto import salted_hmac

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cases.mail.rules.addresses import plain
from sekisho.cases.mail.rules.deciding import House
from sekisho.cases.mail.rules.tokens import LONGEST_MAILBOX, Keeper
from sekisho.cases.types import Queue

_SALT = "sekisho.cases.mail"
_NOT_OPENED = frozenset({Queue.AUTHORITY, Queue.APPEALS})
"""Orders come by who writes, appeals by their own link: no mailbox opens either."""


def keeper() -> Keeper:
    """Return what makes and checks our own addresses. Raises `SekishoError` (`mailbox_unusable`)."""
    mailbox = own_address()
    local = mailbox.rpartition("@")[0]
    if not local or len(local) > LONGEST_MAILBOX or "+" in local:
        raise SekishoError("mailbox_unusable", _UNUSABLE.format(most=LONGEST_MAILBOX))
    secrets = (django_settings.SECRET_KEY, *django_settings.SECRET_KEY_FALLBACKS)
    return Keeper(
        tuple(salted_hmac(_SALT, "addresses", s, algorithm="sha256").digest() for s in secrets), mailbox
    )


def own_address() -> str:
    """Return the desk's address, in lower case."""
    return plain(settings.text("support_mail_address")) or plain(settings.text("email_from"))


def own_domain() -> str:
    """Return where the Message-IDs of our mails end."""
    return own_address().rpartition("@")[2] or "localhost"


def display_name() -> str:
    return parseaddr(settings.text("email_from"))[0] or "Support"


def house() -> House:
    """Return how mail is decided upon here. Raises `SekishoError` for settings that cannot be read."""
    return House(
        keeper(), mailboxes() or {own_address(): Queue.SUPPORT.value}, settings.words("authority_senders")
    )


def mailboxes() -> dict[str, str]:
    """Return the queue of each address that begins cases; empty where none is set."""
    found: dict[str, str] = {}
    for word in settings.words("support_mailboxes"):
        address, _, queue = word.partition("=")
        if not plain(address) or queue not in {one.value for one in Queue if one not in _NOT_OPENED}:
            raise SekishoError("mailboxes_unreadable", _UNREADABLE)
        found[plain(address)] = queue
    return found


def is_ours(address: str) -> bool:
    """Return whether mail for the address is taken in here at all."""
    found = house()
    return plain(address) in {found.keeper.mailbox, *found.mailboxes} or found.keeper.is_token(address)


def mark_of(address: str) -> str:
    """Return the mark by which an address is counted: nothing that leads back to it."""
    return salted_hmac(f"{_SALT}.sender", plain(address), algorithm="sha256").hexdigest()


def digest_of(mail: str, recipient: str) -> str:
    """Return the name under which a mail for somebody is known again; `identity` says what of the mail is asked."""
    return salted_hmac(f"{_SALT}.digest", f"{mail} {recipient}", algorithm="sha256").hexdigest()


_UNUSABLE = Text(
    "The desk's mail address cannot be used. Set SEKISHO_SUPPORT_MAIL_ADDRESS to an address with at most {most} "
    "characters before the @, and no +.",
    "サポート窓口のメールアドレスを使用できません。SEKISHO_SUPPORT_MAIL_ADDRESS に、@ より前が {most} 文字以内で + を"
    "含まないアドレスを指定してください。",
)
_UNREADABLE = Text(
    "The desk's mailboxes cannot be read. Write SEKISHO_SUPPORT_MAILBOXES as `support@example.com=support "
    "safety@example.com=safety`.",
    "サポート窓口のメールボックスを読み取れません。SEKISHO_SUPPORT_MAILBOXES を `support@example.com=support "
    "safety@example.com=safety` の形で指定してください。",
)
