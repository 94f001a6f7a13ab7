"""People with accounts of their own, and an organisation that may take part in the partner program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts import actions as accounts
from sekisho.accounts import queries
from sekisho.accounts.models import Organisation, Person
from sekisho.accounts.types import AgeBand, Plan
from sekisho.base.text import Lang
from sekisho.notices.models import Delivery
from sekisho.notices.types import Stage
from sekisho.records.consent import actions
from sekisho.records.consent.types import Purpose, Surface
from sekisho.records.consent.wording import current_words
from sekisho.records.models import Turn
from sekisho.records.types import Part, Product, Stamp, StoredBlock, TurnRecord, Upstream

AT = datetime(2025, 9, 1, 12, tzinfo=UTC)
"""In the programme, before the deadline of those who had an account before it."""


@pytest.fixture
def account(chie: Person) -> str:
    """Chie's own account. She is an adult."""
    accounts.state_age(queries.viewer(chie.id), AgeBand.ADULT)
    made = accounts.open_account(chie.id)
    Organisation.objects.filter(id=made).update(created_at=AT)
    return made


def chooses(
    who: Person,
    account: str,
    allow: bool,
    at: datetime = AT,
    *,
    surface: Surface = Surface.PRIVACY_PAGE,
    language: Lang = "en",
    notice: str = "",
) -> str:
    """Let the person choose, with the words of today before them. Returns the id of the receipt."""
    read = notice or current_words(Purpose.MODEL_IMPROVEMENT, language).version
    return actions.choose(
        queries.viewer(who.id),
        account,
        allow,
        surface=surface,
        notice=read,
        language=language,
        at=at,
    )


@pytest.fixture
def mail_goes_out() -> Callable[[], None]:
    """Marks every mail that waits as taken by a mail server."""

    def post() -> None:
        Delivery.objects.filter(stage=Stage.WAITING.value).update(stage=Stage.SENT.value, done_at=AT)

    return post


def turn(number: int, organisation: str, received_at: datetime, **more: object) -> Turn:
    """Return one kept turn of the organisation's coding client, by the provider's own service."""
    facts: dict[str, object] = {
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


def own_turn(who: Person, account: str, name: str, at: datetime) -> TurnRecord:
    """Return a turn of the person's own key, as ingest hands it over; its id is `req_` and the name."""
    stamp = Stamp(
        Plan.FREE, "route", False, at, upstream=Upstream.FIRST_PARTY, product=Product.CODING, member=who.id
    )
    blocks = (StoredBlock("user", "text", f"The {name} question.", digest=name),)
    return TurnRecord(
        f"req_{name}", account, "key_1", stamp, finished_at=at, gateway="g", dialect="anthropic",
        endpoint="messages", outcome="answered", status=200, conversation="talk", content={Part.PROMPT: blocks},
    )  # fmt: skip
