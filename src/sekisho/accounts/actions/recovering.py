"""What recovery changes of a person, once people have decided and nobody has stopped it."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from sekisho.accounts.actions.keys import revoke_made_by
from sekisho.accounts.models import Person
from sekisho.accounts.queries import not_found
from sekisho.audit.actions import record
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text


@transaction.atomic
def readdress(person_id: str, email: str, *, at: datetime, by: str) -> tuple[str, ...]:
    """Put another, proven address in the place of all that a person had, and return those. Every way in that was
    there is shut: the password is no more, so every session ends; providers are disconnected, keys made by them are
    revoked. Nobody is signed in by it.

    Raises `NotFoundError`, and `SekishoError` (`address_taken`) for an address that is another's.
    """
    address = email.strip().lower()
    person = Person.objects.select_for_update().filter(id=person_id, is_active=True).first()
    if person is None:
        raise not_found("person_not_found")
    if is_taken(address, person_id):
        raise SekishoError("address_taken", _TAKEN)
    old = tuple(EmailAddress.objects.filter(user=person).order_by("id").values_list("email", flat=True))
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    SocialAccount.objects.filter(user=person).delete()
    person.email = address
    person.set_unusable_password()  # sessions carry a digest of the password: all of them end with it
    person.save(update_fields=["email", "password"])
    revoke_made_by(person_id, by=by, at=at)
    record(by, "person.readdressed", person_id, addresses=len(old))
    return old


def is_taken(address: str, by_other_than: str) -> bool:
    """Return whether an address is another person's."""
    mine = EmailAddress.objects.filter(email=address.strip().lower()).exclude(user_id=by_other_than)
    return (
        mine.exists()
        or Person.objects.filter(email=address.strip().lower()).exclude(id=by_other_than).exists()
    )


_TAKEN = Text(
    "This address belongs to another account. Ask for one that does not.",
    "このメールアドレスは別のアカウントで使われています。別のアドレスを指定してください。",
)
