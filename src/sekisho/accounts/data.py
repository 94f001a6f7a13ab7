"""What the tables of this room hold, and those of Django and django-allauth (R-DATA-121)."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import Category, TableData, Whose

_WITH_PERSON = "As long as the person has an account."
_IN_EXPORT = "In the person's export."
_OPENS_SOMETHING = "Not exported: it opens an account."
_MACHINERY = TableData(
    Category.OPERATION,
    Whose.NOBODY,
    retention="As long as the installation.",
    exported="Not exported: it is about no person.",
    erased="Not erased: it is about no person.",
)


def _of_person(category: Category, exported: str, retention: str = _WITH_PERSON) -> TableData:
    return TableData(category, Whose.PERSON, retention, exported, erased="Deleted with the person.")


def _of_organisation(category: Category, exported: str) -> TableData:
    return TableData(
        category,
        Whose.ORGANISATION,
        retention="As long as the organisation exists.",
        exported=exported,
        erased="Deleted with the organisation.",
    )


TABLES: Mapping[str, TableData] = {
    "accounts_person": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "accounts_staffappointment": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "accounts_membership": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "accounts_organisation": _of_organisation(Category.ACCOUNT, "In the organisation's export."),
    "accounts_apikey": _of_organisation(
        Category.CREDENTIAL, "Name, prefix and declared use, in the organisation's export; never the digest."
    ),
    "accounts_compliancestatement": _of_organisation(
        Category.ACCOUNT, "In the organisation's export, every version."
    ),
    "accounts_organisationsignin": _of_organisation(Category.ACCOUNT, "In the organisation's export."),
    "account_emailaddress": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "account_emailconfirmation": _of_person(Category.CREDENTIAL, _OPENS_SOMETHING, "Three days."),
    "mfa_authenticator": _of_person(Category.CREDENTIAL, "That it exists, and since when; never its secret."),
    "socialaccount_socialaccount": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "socialaccount_socialtoken": _of_person(
        Category.CREDENTIAL, "Nothing to export.", "Stays empty: tokens of providers are not kept."
    ),
    "socialaccount_socialapp": _of_organisation(
        Category.CREDENTIAL, "Address and client id, in the organisation's export; never the secret."
    ),
    "django_session": _of_person(Category.CREDENTIAL, _OPENS_SOMETHING, "Two weeks after the last sign-in."),
    "django_admin_log": _of_person(
        Category.AUDIT, "Nothing to export.", "Stays empty: the table pages are read-only."
    ),
    "auth_group": _MACHINERY,
    "auth_group_permissions": _MACHINERY,
    "auth_permission": _MACHINERY,
    "django_content_type": _MACHINERY,
    "django_migrations": _MACHINERY,
}
"""By the table's name."""
