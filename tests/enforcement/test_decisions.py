"""Decision records: who sees them, page by page, and counted for charts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.types import NOBODY
from sekisho.base.errors import NotFoundError
from sekisho.enforcement import queries
from sekisho.enforcement.actions import record_decisions
from sekisho.enforcement.models import Decision
from sekisho.enforcement.types import Count, DecisionFilter, DecisionRecord, Difference
from sekisho.policy.types import Action, Ground, Severity

AT = datetime(2026, 1, 1, 9, tzinfo=UTC)
GROUND = Ground("weapons", Action.BLOCK, Severity.HIGH, "scorer", "3", "score", 0.97, 0.9, "match", (2, 8))


def decision(id, organisation="org_1", *, at=AT, action="block", clause="weapons", **more) -> DecisionRecord:
    fields = {
        "turn": "req_1",
        "key": "key_1",
        "end_user": "",
        "stage": "prompt",
        "pack": "reference@2025-09-15",
    }
    return DecisionRecord(
        id=id,
        organisation=organisation,
        at=at,
        action=action,
        clause=clause,
        grounds=(GROUND,),
        **{**fields, **more},
    )


def ids(page):
    return [one.id for one in page.decisions]


def test_a_decision_is_read_back_as_it_was_recorded(cast):
    one = decision("dec_1", cast.atelier.id, unscreened=("image",), screened_chars=40, took_us=90)
    record_decisions([one])
    assert queries.decision(cast.viewer("ben"), "dec_1") == one


def test_recording_twice_keeps_the_first(db):
    record_decisions([decision("dec_1")])
    record_decisions([decision("dec_1", action="allow"), decision("dec_2")])
    assert dict(Decision.objects.values_list("id", "action")) == {"dec_1": "block", "dec_2": "block"}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("aiko", ["dec_own"]),
        ("ben", ["dec_own"]),
        ("chie", ["dec_else"]),
        ("daiki", []),
        ("emi", ["dec_own", "dec_else"]),
        ("fumi", ["dec_own", "dec_else"]),
    ],
)
def test_everybody_sees_their_own_and_reviewers_all(cast, who, sees):
    record_decisions([decision("dec_own", cast.atelier.id), decision("dec_else", cast.elsewhere.id)])
    assert ids(queries.decisions(cast.viewer(who))) == sees


def test_what_one_may_not_see_is_not_found(cast):
    record_decisions([decision("dec_1", cast.atelier.id)])
    chie = cast.viewer("chie")
    for ask in (
        lambda: queries.decision(chie, "dec_1"),
        lambda: queries.decision(chie, "dec_never"),
        lambda: queries.decisions(chie, DecisionFilter(organisation=cast.atelier.id)),
        lambda: queries.counts_over_time(chie, DecisionFilter(organisation=cast.atelier.id)),
        lambda: queries.restrictions(chie, cast.atelier.id, AT),
    ):
        with pytest.raises(NotFoundError):
            ask()
    assert queries.decisions_of_turn(chie, "req_1") == ()
    assert queries.decisions(NOBODY).decisions == ()


def test_pages_stay_right_while_new_decisions_come_in(cast):
    emi = cast.viewer("emi")
    record_decisions([decision(f"dec_{n}", at=AT + timedelta(seconds=n // 2)) for n in range(5)])
    first = queries.decisions(emi, limit=2)
    record_decisions([decision("dec_new", at=AT + timedelta(hours=1))])
    second = queries.decisions(emi, after=first.next, limit=2)
    third = queries.decisions(emi, after=second.next, limit=2)
    assert [ids(first), ids(second), ids(third)] == [["dec_4", "dec_3"], ["dec_2", "dec_1"], ["dec_0"]]
    assert third.next == ""


def test_a_page_mark_that_is_none_is_not_found(cast):
    with pytest.raises(NotFoundError):
        queries.decisions(cast.viewer("emi"), after="rubbish")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param(DecisionFilter(clause="cyber"), ["dec_2"], id="clause"),
        pytest.param(DecisionFilter(actions=("allow", "hold")), ["dec_3"], id="actions"),
        pytest.param(DecisionFilter(stage="output"), ["dec_3"], id="stage"),
        pytest.param(DecisionFilter(key="key_2"), ["dec_2"], id="key"),
        pytest.param(
            DecisionFilter(since=AT, until=AT + timedelta(days=1)), ["dec_1"], id="since included, until not"
        ),
    ],
)
def test_filters_narrow(cast, wanted, found):
    day = timedelta(days=1)
    record_decisions(
        [
            decision("dec_1"),
            decision("dec_2", at=AT + day, clause="cyber", key="key_2"),
            decision("dec_3", at=AT + 2 * day, action="allow", stage="output"),
        ]
    )
    assert ids(queries.decisions(cast.viewer("emi"), wanted)) == found


def test_counts_over_time_by_clause_and_action(cast):
    record_decisions([decision(f"dec_{n}", at=AT + timedelta(hours=n)) for n in range(3)])
    record_decisions([decision("dec_x", at=AT + timedelta(days=1), action="allow", clause="")])
    midnight = AT.replace(hour=0)
    assert queries.counts_over_time(cast.viewer("emi")) == (
        Count(midnight, "weapons", "block", 3),
        Count(midnight + timedelta(days=1), "", "allow", 1),
    )


# --- what a draft would have decided ---


def drafted(id, organisation, **more):
    return decision(id, organisation, shadow=True, pack="reference@next", **more)


def test_what_a_draft_would_decide_is_left_out_unless_staff_ask(cast):
    org = cast.atelier.id
    record_decisions([decision("dec_1", org), drafted("dec_2", org, action="allow", clause="")])
    aiko, emi = cast.viewer("aiko"), cast.viewer("emi")
    for who in (aiko, emi):
        assert ids(queries.decisions(who)) == ["dec_1"]
        assert [one.id for one in queries.decisions_of_turn(who, "req_1")] == ["dec_1"]
        assert [one.count for one in queries.counts_over_time(who)] == [1]
    asked = DecisionFilter(shadow="reference@next")
    assert ids(queries.decisions(emi, asked)) == ["dec_2"]
    assert queries.decision(emi, "dec_2").shadow
    for refused in (
        lambda: queries.decisions(aiko, asked),
        lambda: queries.decision(aiko, "dec_2"),
        lambda: queries.shadow_differences(aiko, "reference@next", AT),
    ):
        with pytest.raises(NotFoundError):
            refused()


def test_differences_are_counted_decision_by_decision(cast):
    org = cast.atelier.id
    for turn, (was, would) in enumerate([("block", "allow"), ("block", "allow"), ("allow", "hold")]):
        place = {"turn": f"req_{turn}"}
        record_decisions([decision(f"dec_{turn}", org, action=was, **place)])
        clause = "" if would == "allow" else "hr_legal"
        record_decisions([drafted(f"dec_{turn}s", org, action=would, clause=clause, **place)])
    found = queries.shadow_differences(cast.viewer("emi"), "reference@next", AT)
    assert found == (Difference("block", "allow", "weapons", 2), Difference("allow", "hold", "hr_legal", 1))
