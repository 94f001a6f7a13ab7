"""People with accounts of their own, and an organisation that may take part in the partner program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts import actions as accounts
from sekisho.accounts import queries
from sekisho.accounts.models import Organisation
from sekisho.accounts.types import AgeBand
from sekisho.notices.models import Delivery
from sekisho.notices.types import Stage
from sekisho.records.consent import actions
from sekisho.records.consent.types import Purpose, Surface
from sekisho.records.consent.wording import current_words
from sekisho.records.models import Turn

AT = datetime(2025, 9, 1, 12, tzinfo=UTC)
"""In the programme, before the deadline of those who had an account before it."""


@pytest.fixture
def account(chie):
    """Chie's own account. She is an adult."""
    accounts.state_age(queries.viewer(chie.id), AgeBand.ADULT)
    made = accounts.open_account(chie.id)
    Organisation.objects.filter(id=made).update(created_at=AT)
    return made


def chooses(who, account, allow, at=AT, *, surface=Surface.PRIVACY_PAGE, language="en", **more):
    """Let the person choose, with the words of today before them. Returns the id of the receipt."""
    notice = more.pop("notice", current_words(Purpose.MODEL_IMPROVEMENT, language).version)
    return actions.choose(
        queries.viewer(who.id),
        account,
        allow,
        surface=surface,
        notice=notice,
        language=language,
        at=at,
        **more,
    )


@pytest.fixture
def mail_goes_out():
    """Marks every mail that waits as taken by a mail server."""

    def post():
        Delivery.objects.filter(stage=Stage.WAITING.value).update(stage=Stage.SENT.value, done_at=AT)

    return post


def turn(number, organisation, received_at, **more):
    """Return one kept turn of the organisation's coding client, by the provider's own service."""
    facts = {
        "id": f"req_{number:05}",
        "organisation": organisation,
        "key": "key_1",
        "received_at": received_at,
    }
    facts |= {"finished_at": received_at, "gateway": "g", "dialect": "anthropic", "endpoint": "messages"}
    facts |= {
        "outcome": "answered",
        "status": 200,
        "plan": "team",
        "terms": "commercial",
        "has_content": True,
    }
    facts |= {"upstream": "first_party", "product": "coding", "deadline_at": received_at + timedelta(days=30)}
    return Turn.objects.create(**(facts | more))
