"""Count an answer to the survey; choose whether there is one."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import NotAllowedError
from sekisho.base.text import Text
from sekisho.records.feedback.models import OrganisationChoice, SurveyCount
from sekisho.records.feedback.types import Answer, Choices


def count(answer: Answer) -> None:
    """Add one to the number of those who answered so. That is all that is written, anywhere: an entry in the audit log
    would have a moment, and so say who it was (R-DATA-083, R-DATA-084)."""
    same = {"day": answer.day, "version": answer.version, "rating": answer.rating, "client": answer.client}
    SurveyCount.objects.bulk_create([SurveyCount(**same, count=0)], ignore_conflicts=True)
    SurveyCount.objects.filter(**same).update(count=F("count") + 1)


@transaction.atomic
def choose(actor: Viewer, organisation: str, choices: Choices) -> None:
    """Turn feedback and the survey on or off for the organisation. It holds from the next request.

    Raises `NotAllowedError` for who may not change how its data are used.
    """
    now = as_of_now(actor)
    if not may(now, Permission.ORG_DATA_CHANGE, organisation):
        raise NotAllowedError("not_allowed", NOT_ALLOWED, permission=Permission.ORG_DATA_CHANGE.value)
    OrganisationChoice.objects.update_or_create(
        organisation=organisation,
        defaults={"product_feedback": choices.product_feedback, "survey": choices.survey},
    )
    facts = {"product_feedback": choices.product_feedback, "survey": choices.survey}
    record(now.id, "feedback.chosen", organisation, **facts)


NOT_ALLOWED = Text(
    "Only owners of the organisation change this. Ask one of them.",
    "この設定を変更できるのは組織のオーナーだけです。オーナーにご依頼ください。",
)
