"""What the tables of this room hold, and those of Django and django-allauth (R-DATA-121)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sekisho.base.inventory import DELETE, Category, Reach, Subject, TableData, Where, Whose, where

_WITH_PERSON = "As long as the person has an account."
_IN_EXPORT = "In the person's export."
_OF_ORGANISATION = where(organisation="{organisation}")
_OF_USER = where(user="{person}")
_OPENS_SOMETHING = "Not exported: it opens an account."
_MACHINERY = TableData(
    Category.OPERATION,
    Whose.NOBODY,
    retention="As long as the installation.",
    exported="Not exported: it is about no person.",
    erased="Not erased: it is about no person.",
)


def _of_person(
    category: Category, exported: str, found: Where, retention: str = _WITH_PERSON, also: Where | None = None
) -> TableData:
    """`found` leads from the table to the person, `also` to the organisation."""
    return TableData(
        category,
        Whose.PERSON,
        retention,
        exported,
        erased="Deleted with the person.",
        reach=Reach(person=found, organisation=also),
        erase=DELETE,
    )


def _of_organisation(category: Category, exported: str, found: Where = _OF_ORGANISATION) -> TableData:
    return TableData(
        category,
        Whose.ORGANISATION,
        retention="As long as the organisation exists.",
        exported=exported,
        erased="Deleted with the organisation.",
        reach=Reach(organisation=found),
        erase=DELETE,
    )


def _sessions(subject: Subject, _: datetime) -> tuple[str, ...] | None:
    """Whose a session is stands inside it: all that have not ended are opened, which erasing an account is worth."""
    from django.contrib.sessions.models import Session

    rows = Session.objects.iterator()
    found = tuple(row.pk for row in rows if row.get_decoded().get("_auth_user_id") == subject.person)
    return found if subject.person else None


TABLES: Mapping[str, TableData] = {
    "accounts_person": _of_person(Category.ACCOUNT, _IN_EXPORT, where(id="{person}")),
    "accounts_staffappointment": _of_person(Category.ACCOUNT, _IN_EXPORT, where(person="{person}")),
    "accounts_membership": _of_person(
        Category.ACCOUNT, _IN_EXPORT, where(person="{person}"), also=where(organisation="{organisation}")
    ),
    "accounts_organisation": _of_organisation(
        Category.ACCOUNT, "In the organisation's export.", where(id="{organisation}")
    ),
    "accounts_apikey": _of_organisation(
        Category.CREDENTIAL, "Name, prefix and declared use, in the organisation's export; never the digest."
    ),
    "accounts_project": _of_organisation(
        Category.ACCOUNT, "Names and settings, in the organisation's export."
    ),
    "accounts_compliancestatement": _of_organisation(
        Category.ACCOUNT, "In the organisation's export, every version."
    ),
    "accounts_organisationsignin": _of_organisation(Category.ACCOUNT, "In the organisation's export."),
    "account_emailaddress": _of_person(Category.ACCOUNT, _IN_EXPORT, _OF_USER),
    "account_emailconfirmation": _of_person(
        Category.CREDENTIAL, _OPENS_SOMETHING, where(email_address__user="{person}"), "Three days."
    ),
    "mfa_authenticator": _of_person(
        Category.CREDENTIAL, "That it exists, and since when; never its secret.", _OF_USER
    ),
    "socialaccount_socialaccount": _of_person(Category.ACCOUNT, _IN_EXPORT, _OF_USER),
    "socialaccount_socialtoken": _of_person(
        Category.CREDENTIAL,
        "Nothing to export.",
        where(account__user="{person}"),
        "Stays empty: tokens of providers are not kept.",
    ),
    "socialaccount_socialapp": _of_organisation(
        Category.CREDENTIAL,
        "Address and client id, in the organisation's export; never the secret.",
        where(provider_id="{organisation}"),
    ),
    "django_session": _of_person(
        Category.CREDENTIAL,
        _OPENS_SOMETHING,
        where(session_key__in=_sessions),
        "Two weeks after the last sign-in.",
    ),
    "django_admin_log": _of_person(
        Category.AUDIT, "Nothing to export.", _OF_USER, "Stays empty: the table pages are read-only."
    ),
    "auth_group": _MACHINERY,
    "auth_group_permissions": _MACHINERY,
    "auth_permission": _MACHINERY,
    "django_content_type": _MACHINERY,
    "django_migrations": _MACHINERY,
}
"""By the table's name."""
