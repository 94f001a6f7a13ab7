"""Orders of authorities: sealed, receipted by a person, answered, and moved in from the ordinary mailbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.accounts.types import Viewer, system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.cases import queries as cases
from sekisho.cases.actions import open_case
from sekisho.cases.models import Delivery
from sekisho.cases.types import Contact, Kind, Opening, Queue, State
from sekisho.compliance import queries
from sekisho.compliance.actions import acknowledge, give_effect, take_from_mailbox, take_order
from sekisho.compliance.types import Effect, Matter, OrderGiven, OrderKind, Regime
from sekisho.notices.models import Notice as Told
from tests.cast import Cast
from tests.compliance.conftest import AT

CLOCK = fixed_clock(AT)
DAY = timedelta(days=1)
ORDER = OrderGiven(
    "o", OrderKind.ACT, "Office of Example", "DE", "Remove share 7.", "Article 9", "office@example.test"
)


def test_an_order_is_seen_by_those_alone_who_may_open_it(everywhere: None, legal: Viewer, cast: Cast) -> None:
    taken = take_order(ORDER, clock=CLOCK)
    view = queries.matter(legal, taken.case)
    assert (view.matter, view.regime, view.what) == (Matter.ORDER, Regime.DSA, "act")
    for name in ("aiko", "chie", "emi", "fumi"):
        with pytest.raises(NotFoundError):
            queries.matter(cast.viewer(name), taken.case)
        with pytest.raises(NotFoundError):
            cases.case(cast.viewer(name), taken.case)
    assert list(Told.objects.filter(kind="order").values_list("person", flat=True)) == [legal.id]
    assert "Remove share 7" not in "".join(Told.objects.values_list("body_en", flat=True))


def test_nothing_is_mailed_before_a_person_has_looked(everywhere: None, legal: Viewer) -> None:
    taken = take_order(ORDER, clock=CLOCK)
    assert not Delivery.objects.filter(case=taken.case).exists()
    with pytest.raises(SekishoError):
        queries.followed(taken.link.rpartition("/")[2], AT)


def test_receipt_and_effect_are_told_and_clocked(everywhere: None, legal: Viewer) -> None:
    taken = take_order(ORDER, clock=CLOCK)
    acknowledge(legal, taken.case, "Received by Daiki.", clock=fixed_clock(AT + DAY / 2))
    give_effect(legal, taken.case, Effect.COMPLIED, "Removed.", clock=fixed_clock(AT + 2 * DAY))
    view = queries.matter(legal, taken.case)
    assert (view.outcome, view.acknowledged_at) == ("complied", AT + DAY / 2)
    assert [one.is_late(AT + 9 * DAY) for one in queries.clocks_of(view)] == [False, False]
    with pytest.raises(SekishoError) as raised:
        give_effect(legal, taken.case, Effect.PARTLY, "Again.", clock=CLOCK)
    assert raised.value.code == "decided_already"


def test_only_the_legal_team_answers(everywhere: None, cast: Cast, legal: Viewer) -> None:
    taken = take_order(ORDER, clock=CLOCK)
    with pytest.raises(NotAllowedError):
        give_effect(cast.viewer("emi"), taken.case, Effect.COMPLIED, "Removed.", clock=CLOCK)


def test_what_a_regulator_wrote_to_the_ordinary_mailbox_keeps_its_time_of_receipt(
    everywhere: None, legal: Viewer
) -> None:
    opening = Opening(
        kind=Kind.SUPPORT,
        queue=Queue.LEGAL,
        submission="mail",
        subject="Question",
        text="How do you keep to the standard?",
        contact=Contact("officer@example.org", True),
        surface="mail",
    )
    case = open_case(opening, clock=CLOCK)
    later = fixed_clock(AT + 3 * DAY)
    taken = take_from_mailbox(legal, case.id, OrderKind.QUESTION, "eSafety", "AU", clock=later)
    view = queries.matter(legal, taken.case)
    assert view.received_at == AT
    assert {one.starts for one in queries.clocks_of(view)} == {AT}
    assert cases.case(system("test"), case.id).state is State.SOLVED
    assert cases.case(legal, taken.case).about == case.id
    assert cases.linked(system("test"), case.id) == ()
