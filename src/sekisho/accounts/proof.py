"""What happens when somebody proves that an e-mail address is theirs.

An account can exist before that: an organisation's provider made it, or an organisation was quicker to add
its member. Until the address is proven, nobody knows who left which way in. So the first proof closes every
way in but the one that the person has just come through; otherwise a stranger could wait under an address
until it is given rights.
"""

from __future__ import annotations

from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from allauth.socialaccount.models import SocialAccount
from django.dispatch import receiver
from django.http import HttpRequest

from sekisho.accounts.models import Person


def close_ways_in(person: Person) -> None:
    """Take away the password and the providers of somebody who has not proven any address."""
    if not EmailAddress.objects.filter(user=person, verified=True).exists():
        person.set_unusable_password()
        person.save(update_fields=["password"])
        SocialAccount.objects.filter(user=person).delete()


@receiver(email_confirmed)
def keep_only_the_way_just_taken(request: HttpRequest, email_address: EmailAddress, **_: object) -> None:
    """At the first proof of an address, disconnect every provider but the one of the sign-in under way."""
    proven = EmailAddress.objects.filter(user=email_address.user, verified=True)
    if proven.exclude(pk=email_address.pk).exists():
        return
    under_way = unstash_login(request, peek=True)
    social = (under_way.signal_kwargs or {}).get("sociallogin") if under_way else None
    taken = social.account.pk if social else None
    SocialAccount.objects.filter(user=email_address.user).exclude(pk=taken).delete()
