"""Every page there is, and who may see it. A page that is missing here is found by `test_pages.py`."""

from __future__ import annotations

from dataclasses import dataclass

from tests.cast import Cast


@dataclass(frozen=True)
class Address:
    path: str
    """With `ORG` for Aiko's organisation and `KEY` for its key."""
    who: str
    """A person of the cast who sees it; empty for a page that everybody sees."""
    route: str

    def of(self, cast: Cast, key_id: str) -> str:
        return self.path.replace("ORG", cast.atelier.id).replace("KEY", key_id)


ADDRESSES = (
    Address("/", "", "console:front"),
    Address("/policy", "", "console:policy"),
    Address("/policy/versions", "", "console:policy-versions"),
    Address("/policy/2024-06-06", "", "console:policy-version"),
    Address("/policy/diff/2024-06-06..2025-09-15", "", "console:policy-diff"),
    Address("/accounts/login/", "", "account_login"),
    Address("/accounts/login/code/", "", "account_request_login_code"),
    Address("/accounts/password/reset/", "", "account_reset_password"),
    Address("/o/ORG", "ben", "console:home"),
    Address("/o/ORG/decisions?period=month", "ben", "console:decisions"),
    Address("/o/ORG/decisions/dec_0000", "ben", "console:decision"),
    Address("/o/ORG/keys", "ben", "console:keys"),
    Address("/o/ORG/keys/new", "aiko", "console:key-new"),
    Address("/o/ORG/keys/KEY/revoke", "aiko", "console:key-revoke"),
    Address("/playground", "ben", "console:playground"),
    Address("/accounts/password/change/", "ben", "account_change_password"),
    Address("/accounts/2fa/", "ben", "mfa_index"),
    Address("/accounts/logout/", "ben", "account_logout"),
    Address("/staff/decisions", "emi", "console:staff-decisions"),
    Address("/staff/decisions/dec_0000", "emi", "console:staff-decision"),
    Address("/staff/policy", "emi", "console:staff-policy"),
    Address("/staff/policy/reference@2025-09-15", "emi", "console:staff-policy-version"),
    Address("/staff/policy/reference@2025-09-15/activate", "emi", "console:staff-policy-activate"),
    Address("/staff/model", "emi", "console:staff-model"),
    Address("/operator", "daiki", "console:operator"),
)
ELSEWHERE = {"console:preferences", "console:playground-found"}
"""Routes that are no pages: one takes a form, one gives a part of a page."""
