"""What the tables of this room, and of the libraries that sign people in, hold (R-DATA-121)."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import Category, TableData, Whose

_WITH_PERSON = "as long as the person has an account"
_WITH_ORGANISATION = "as long as the organisation exists"
_IN_EXPORT = "in the person's export"
_NOT_A_CREDENTIAL = "not: it opens something; its existence is told"
_GOES_WITH_PERSON = "deleted with the person"
_GOES_WITH_ORGANISATION = "deleted with the organisation"


def _of_person(category: Category, exported: str, retention: str = _WITH_PERSON) -> TableData:
    return TableData(category, Whose.PERSON, retention, exported, _GOES_WITH_PERSON)


def _of_organisation(category: Category, exported: str, erased: str = _GOES_WITH_ORGANISATION) -> TableData:
    return TableData(category, Whose.ORGANISATION, _WITH_ORGANISATION, exported, erased)


def _of_nobody(retention: str) -> TableData:
    return TableData(
        Category.OPERATION, Whose.NOBODY, retention, "not: about no person", "not: about no person"
    )


TABLES: Mapping[str, TableData] = {
    # ours
    "accounts_person": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "accounts_staffappointment": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "accounts_membership": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "accounts_organisation": _of_organisation(Category.ACCOUNT, "in the organisation's export"),
    "accounts_apikey": _of_organisation(
        Category.CREDENTIAL, "name, prefix and declared use in the organisation's export; never the digest"
    ),
    "accounts_organisationsignin": _of_organisation(Category.ACCOUNT, "in the organisation's export"),
    # of django-allauth
    "account_emailaddress": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "account_emailconfirmation": _of_person(Category.CREDENTIAL, _NOT_A_CREDENTIAL, "three days"),
    "mfa_authenticator": _of_person(Category.CREDENTIAL, _NOT_A_CREDENTIAL),
    "socialaccount_socialaccount": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "socialaccount_socialtoken": _of_person(Category.CREDENTIAL, _NOT_A_CREDENTIAL, "never written"),
    "socialaccount_socialapp": _of_organisation(
        Category.CREDENTIAL, "address and client id in the organisation's export; never the secret"
    ),
    # of Django
    "django_session": _of_person(Category.CREDENTIAL, _NOT_A_CREDENTIAL, "two weeks after the last sign-in"),
    "django_admin_log": _of_person(
        Category.AUDIT, _IN_EXPORT, "never written: the table pages are read-only"
    ),
    "auth_group": _of_nobody("never written"),
    "auth_group_permissions": _of_nobody("never written"),
    "auth_permission": _of_nobody("as long as the installation"),
    "django_content_type": _of_nobody("as long as the installation"),
    "django_migrations": _of_nobody("as long as the installation"),
}
"""By name of the table."""
