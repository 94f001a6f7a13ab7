"""Notices of illegal content, from the form to the decision and the complaint about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sekisho.accounts.types import Viewer, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.cases import queries as cases
from sekisho.cases.models import Case, Delivery
from sekisho.cases.types import Kind, Queue, State
from sekisho.compliance import queries
from sekisho.compliance.actions import decide_notice, register_flagger, take_notice
from sekisho.compliance.marks import page_of
from sekisho.compliance.types import Basis, Category, Decision, Matter, Regime
from sekisho.enforcement.actions import impose
from sekisho.enforcement.queries.statements import imposed
from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind
from sekisho.notices.models import Notice as Told
from sekisho.policy.actions import install_reference
from tests.cast import Cast
from tests.compliance.conftest import AT
from tests.compliance.makers import notice

CLOCK = fixed_clock(AT)
DAY = timedelta(days=1)
REASONS = "The chat names your shop and asks for card numbers."


def test_a_notice_is_received_at_once_and_its_decision_has_a_term(everywhere: None, legal: Viewer) -> None:
    taken = take_notice(notice(), clock=CLOCK)
    view = queries.matter(legal, taken.case)
    assert (view.matter, view.regime, view.what) == (Matter.NOTICE, Regime.DSA, "fraud")
    assert view.acknowledged_at == AT
    received, decided = queries.clocks_of(view)
    assert (received.duty, received.met_at) == ("notice_acknowledgement", AT)
    assert (decided.duty, decided.due, decided.met_at) == ("notice_outcome", AT + 7 * DAY, None)
    asked = cases.case(system("test"), taken.case)
    assert (asked.kind, asked.queue) == (Kind.NOTICE, Queue.LEGAL)
    assert asked.details["locations"] == "https://ai.example.test/share/7"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"explanation": " "}, "explanation_missing", id="no explanation"),
        pytest.param({"locations": ("", " ")}, "location_missing", id="no place"),
        pytest.param({"name": ""}, "notifier_missing", id="no name"),
        pytest.param({"email": ""}, "notifier_missing", id="no address"),
        pytest.param({"good_faith": False}, "good_faith_missing", id="no good faith"),
        pytest.param({"explanation": "x" * 10_001}, "too_long", id="a flood of words"),
        pytest.param({"locations": ("a",) * 51}, "too_many_locations", id="a flood of places"),
    ],
)
def test_a_notice_without_what_the_law_asks_is_refused(db: None, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(SekishoError) as raised:
        take_notice(notice(**changes), clock=CLOCK)
    assert raised.value.code == code


def test_who_reports_the_abuse_of_a_child_need_not_say_who_they_are(
    everywhere: None, legal: Viewer, cast: Cast
) -> None:
    taken = take_notice(notice(category=Category.CHILD_ABUSE, name="", email=""), clock=CLOCK)
    view = queries.matter(legal, taken.case)
    assert view.is_urgent
    assert queries.clocks_of(view)[-1].due == AT + DAY
    called = set(Told.objects.filter(kind="urgent_notice").values_list("person", flat=True))
    assert called == {cast.daiki.id, cast.emi.id}


def test_the_same_form_sent_twice_is_one_notice(everywhere: None, legal: Viewer) -> None:
    assert take_notice(notice(), clock=CLOCK) == take_notice(notice(), clock=CLOCK)
    assert len(queries.matters(legal, Matter.NOTICE)) == 1


@pytest.mark.parametrize(
    ("region", "regime"),
    [
        pytest.param("EU", Regime.DSA, id="European Union"),
        pytest.param("GB", Regime.UK_OSA, id="United Kingdom"),
        pytest.param("AU", Regime.AU_DIS, id="Australia"),
        pytest.param("JP", Regime.JP_LARGE, id="Japan"),
        pytest.param("BR", Regime.OWN, id="elsewhere"),
        pytest.param("", Regime.OWN, id="not said"),
    ],
)
def test_where_somebody_is_decides_which_clock_runs(
    everywhere: None, legal: Viewer, region: str, regime: Regime
) -> None:
    taken = take_notice(notice(region=region), clock=CLOCK)
    assert queries.matter(legal, taken.case).regime is regime


def test_a_fresh_installation_promises_nothing_of_law_and_answers_all_the_same(legal: Viewer) -> None:
    taken = take_notice(notice(), clock=CLOCK)
    assert queries.matter(legal, taken.case).regime is Regime.OWN
    assert queries.contact_points() == ()


def test_the_decision_says_why_and_where_one_can_go_on(everywhere: None, legal: Viewer) -> None:
    taken = take_notice(notice(), clock=CLOCK)
    later = AT + 2 * DAY
    decide_notice(legal, taken.case, Decision.REMOVED, Basis.LAW, REASONS, clock=fixed_clock(later))
    seen = queries.followed(taken.link.rpartition("/")[2], later)
    assert seen.may_complain
    assert all(one.met_at for one in seen.clocks)
    told = seen.said[-1].text
    for words in (REASONS, "A person looked at this", "court", "free of charge"):
        assert words in told
    assert cases.case(system("test"), taken.case).state is State.SOLVED
    assert REASONS not in "".join(str(entry) for entry in audit.entries(system("test")))


def test_the_decision_is_the_one_letter(everywhere: None, legal: Viewer) -> None:
    taken = take_notice(notice(), clock=CLOCK)
    Case.objects.filter(id=taken.case).update(is_proven=True)
    decide_notice(legal, taken.case, Decision.REMOVED, Basis.LAW, REASONS, clock=CLOCK)
    kinds = list(Delivery.objects.filter(case=taken.case).order_by("id").values_list("kind", flat=True))
    assert kinds == ["confirm_contact", "reply"], "no mail says besides that it is settled"


def test_a_measure_that_followed_is_named_by_its_statement(
    everywhere: None, legal: Viewer, cast: Cast
) -> None:
    install_reference()
    unit = Unit(UnitKind.ORGANISATION, cast.elsewhere.id, cast.elsewhere.id)
    told = Statement(Text("It pretended to be a shop.", "店を装いました。"), is_own_initiative=False)
    impose(cast.viewer("emi"), unit, Measure.SUSPENDED, "fraud_predation", AT + 9 * DAY, told, clock=CLOCK)
    (measure,) = imposed(system("test"))
    taken = take_notice(notice(), clock=CLOCK)
    with pytest.raises(SekishoError) as raised:
        decide_notice(
            legal, taken.case, Decision.RESTRICTED, Basis.TERMS, REASONS, statement="sor_x", clock=CLOCK
        )
    assert raised.value.code == "statement_missing"
    decide_notice(
        legal,
        taken.case,
        Decision.RESTRICTED,
        Basis.TERMS,
        REASONS,
        statement=measure.statement_id,
        clock=CLOCK,
    )
    assert queries.matter(legal, taken.case).statement == measure.statement_id


@pytest.mark.parametrize("name", ["aiko", "chie", "emi"])
def test_nobody_else_sees_or_decides(everywhere: None, cast: Cast, legal: Viewer, name: str) -> None:
    taken = take_notice(notice(), clock=CLOCK)
    with pytest.raises(NotFoundError):
        queries.matter(cast.viewer(name), taken.case)
    with pytest.raises(NotAllowedError):
        decide_notice(cast.viewer(name), taken.case, Decision.REMOVED, Basis.LAW, REASONS, clock=CLOCK)


def test_no_process_decides(everywhere: None) -> None:
    taken = take_notice(notice(), clock=CLOCK)
    with pytest.raises(SekishoError) as raised:
        decide_notice(system("bot"), taken.case, Decision.REMOVED, Basis.LAW, REASONS, clock=CLOCK)
    assert raised.value.code == "not_a_person"


def test_a_notice_is_decided_once(everywhere: None, legal: Viewer) -> None:
    taken = take_notice(notice(), clock=CLOCK)
    decide_notice(legal, taken.case, Decision.REMOVED, Basis.LAW, REASONS, clock=CLOCK)
    with pytest.raises(SekishoError) as raised:
        decide_notice(legal, taken.case, Decision.NO_ACTION, Basis.NONE, REASONS, clock=CLOCK)
    assert raised.value.code == "decided_already"


def test_only_a_flagger_of_the_register_counts_as_trusted(everywhere: None, legal: Viewer) -> None:
    register_flagger(legal, "TF-7", "Shop watch", AT + DAY, clock=CLOCK)
    known = take_notice(notice(flagger="TF-7"), clock=CLOCK)
    claimed = take_notice(notice(submission="b", flagger="TF-8"), clock=CLOCK)
    ended = take_notice(notice(submission="c", flagger="TF-7"), clock=fixed_clock(AT + 2 * DAY))
    assert [queries.matter(legal, one.case).flagger for one in (known, claimed, ended)] == ["TF-7", "", ""]


def test_a_link_opens_its_own_matter_and_nothing_else(everywhere: None) -> None:
    taken = take_notice(notice(), clock=CLOCK)
    link = taken.link.rpartition("/")[2]
    assert taken.link == page_of(taken.case, AT)
    with pytest.raises(SekishoError):
        queries.followed(link[:-1] + ("a" if link[-1] != "a" else "b"), AT)
    with pytest.raises(SekishoError):
        queries.followed(link, AT + 730 * DAY)
