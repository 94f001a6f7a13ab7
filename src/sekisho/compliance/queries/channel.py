"""How somebody uses the forms: what may be done about it, and whether their matters rest (R-SUP-125)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain

from sekisho.compliance.models import Complaint, Notice, SenderMeasure
from sekisho.compliance.types import Decision, Outcome
from sekisho.enforcement.appeals.rules.misuse import Answered, MayPause, MayWarn, Unremarkable, misuse

DAY = timedelta(days=1)


def channel_of(sender: str, at: datetime) -> Unremarkable | MayWarn | MayPause:
    """Return what a person may do about a sender: by the same rule as for appeals. Nothing about nobody."""
    if not sender:
        return Unremarkable()
    notices = Notice.objects.filter(by_whom=sender).exclude(decision="")
    complaints = Complaint.objects.filter(by_whom=sender).exclude(outcome="")
    decided = chain(
        ((at_, what == Decision.UNFOUNDED) for at_, what in notices.values_list("received_at", "decision")),
        ((at_, what == Outcome.UNFOUNDED) for at_, what in complaints.values_list("received_at", "outcome")),
    )
    warned = SenderMeasure.objects.filter(by_whom=sender, until=None).order_by("-at").first()
    answered = [Answered(received, unfounded) for received, unfounded in decided]
    return misuse(answered, warned.at if warned else None, at)


def sent_lately(sender: str, at: datetime) -> int:
    """Return how many notices and complaints a sender has sent in the last day; 0 for nobody."""
    since = at - DAY
    asked = {"by_whom": sender, "received_at__gt": since, "received_at__lte": at}
    rows = (model.objects.filter(**asked).count() for model in (Notice, Complaint))
    return sum(rows) if sender else 0


def rests_until(sender: str, at: datetime) -> datetime | None:
    """Return until when matters of a sender rest; None when they do not."""
    if not sender:
        return None
    row = SenderMeasure.objects.filter(by_whom=sender, until__gt=at).order_by("-until").first()
    return row.until if row else None
