"""Opening a case does everything, once, or nothing."""

from __future__ import annotations

from sekisho.cases import queries
from sekisho.cases.models import Delivery
from sekisho.cases.types import CaseView, State, Voice
from tests.cases.conftest import AT
from tests.cast import Cast


def test_opening_stores_all_and_confirms_once(asked: CaseView, cast: Cast) -> None:
    assert (asked.state, asked.reference[4]) == (State.NEW, "-")
    (message,) = queries.messages(cast.viewer("aiko"), asked.id)
    assert (message.voice, message.text) == (Voice.REQUESTER, "請求書の宛名を変えたいです。")
    (mail,) = Delivery.objects.all()
    assert (mail.kind, mail.email, mail.person) == ("confirmation", "aiko@example.test", cast.aiko.id)
    (clock,) = queries.clocks(asked.id)
    assert (clock.duty, clock.due) == ("first_reply", queries.promise(asked.plan, AT))
    assert queries.by_reference(asked.reference.lower().replace("-", " ")) == asked.id
