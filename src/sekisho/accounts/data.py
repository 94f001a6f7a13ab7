"""What the tables of this room, and of the library that signs people in, hold (R-DATA-121)."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import Category, TableData, Whose

_WITH_PERSON = "As long as the person has an account."
_IN_EXPORT = "In the person's export."
_OPENS_SOMETHING = "Not exported: it opens an account."


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
    "accounts.Person": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "accounts.StaffAppointment": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "accounts.Membership": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "accounts.Organisation": _of_organisation(Category.ACCOUNT, "In the organisation's export."),
    "accounts.ApiKey": _of_organisation(
        Category.CREDENTIAL, "Name, prefix and declared use, in the organisation's export; never the digest."
    ),
    "accounts.OrganisationSignIn": _of_organisation(Category.ACCOUNT, "In the organisation's export."),
    "account.EmailAddress": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "account.EmailConfirmation": _of_person(Category.CREDENTIAL, _OPENS_SOMETHING, "Three days."),
    "mfa.Authenticator": _of_person(Category.CREDENTIAL, "That it exists, and since when; never its secret."),
    "socialaccount.SocialAccount": _of_person(Category.ACCOUNT, _IN_EXPORT),
    "socialaccount.SocialToken": _of_person(
        Category.CREDENTIAL, "Nothing to export.", "Stays empty: tokens of providers are not kept."
    ),
    "socialaccount.SocialApp": _of_organisation(
        Category.CREDENTIAL, "Address and client id, in the organisation's export; never the secret."
    ),
}
"""By the model's label."""
