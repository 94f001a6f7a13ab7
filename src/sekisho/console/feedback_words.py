"""Words of feedback and safety records, as pages say them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sekisho.records.feedback.types import IssueState, Kind, Scope
from sekisho.records.redaction import Secret
from sekisho.records.safety.types import Access, State

Words = Mapping[str, str | Promise]

KINDS: Words = {
    Kind.BUG.value: _("Report"),
    Kind.THUMBS_UP.value: _("Thumb up"),
    Kind.THUMBS_DOWN.value: _("Thumb down"),
}
SCOPES: Words = {
    Scope.TEXT.value: _("Text only"),
    Scope.SESSION.value: _("This session"),
    Scope.DAY.value: _("The project, last 24 hours"),
    Scope.WEEK.value: _("The project, last 7 days"),
}
ISSUES: Words = {
    IssueState.NONE.value: _("None"),
    IssueState.WAITING.value: _("On its way"),
    IssueState.FILED.value: _("Filed"),
    IssueState.FAILED.value: _("Could not be filed"),
}
SECRETS: Words = {
    Secret.API_KEY.value: _("API keys"),
    Secret.CLOUD_KEY.value: _("Cloud keys"),
    Secret.PRIVATE_KEY.value: _("Private keys"),
    Secret.TOKEN.value: _("Tokens"),
    Secret.PASSWORD.value: _("Passwords in addresses"),
    Secret.ASSIGNED.value: _("Values of what is called a secret"),
    Secret.RANDOM.value: _("Words that look drawn by lot"),
}
STATES: Words = {
    State.UNCONFIRMED.value: _("Unconfirmed"),
    State.CONFIRMED.value: _("Confirmed"),
}
ACCESSES: Words = {
    Access.WAITING.value: _("Waits for approval"),
    Access.OPEN.value: _("Open for reading"),
    Access.ENDED.value: _("Ended"),
}

OF: Mapping[str, Words] = {
    "feedback_kind": KINDS,
    "feedback_scope": SCOPES,
    "feedback_issue": ISSUES,
    "secret": SECRETS,
    "safety_state": STATES,
    "safety_access": ACCESSES,
}
"""By the name under which templates ask for them."""
