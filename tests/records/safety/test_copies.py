"""The least of what was blocked: copied once, on a clock of its own, settled by people, read by two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import Plan, StaffRole, system
from sekisho.audit.queries import EntryFilter, entries
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.enforcement.actions import label, record_decisions, unwind
from sekisho.enforcement.types import Arrived, DecisionRecord, Found
from sekisho.link.safety import follow_outcomes, take_safety_copies
from sekisho.policy.types import Action, Ground, Severity
from sekisho.records.actions import store_turns
from sekisho.records.calendar import shipped
from sekisho.records.keystore.actions import destroy_subject_keys
from sekisho.records.keystore.queries import purpose_keys
from sekisho.records.models import Turn
from sekisho.records.retention.actions.expiring import expire
from sekisho.records.safety import actions, queries, rules
from sekisho.records.safety.models import SafetyRecord
from sekisho.records.safety.types import Access, Evidence, State
from sekisho.records.types import Destroyed, Part, Stamp, StoredBlock, TurnRecord
from tests.cast import Cast
from tests.pages import table

pytestmark = pytest.mark.database
PAGE = "docs/rules/feedback.md"
AT = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
BAD = "gift card scam"
TEXT = "a " * 900 + BAD + " z" * 900
SPAN = (1800, 1800 + len(BAD))
CLOCK = shipped()


def turn(cast: Cast, *, zero_retention: bool = False) -> TurnRecord:
    return TurnRecord(
        id="req_1",
        organisation=cast.atelier.id,
        key="key_1",
        stamp=Stamp(Plan.API, "route", zero_retention, AT),
        finished_at=AT,
        gateway="gw",
        dialect="anthropic",
        endpoint="messages",
        outcome="blocked",
        status=200,
        end_user="eu_1",
        conversation="c1",
        flagged=True,
        content={
            Part.PROMPT: (
                StoredBlock("user", "text", "Earlier words."),
                StoredBlock("user", "text", TEXT, "d1"),
            )
        },
    )


def decision(
    cast: Cast, action: str = "block", outcome: str = "match", span: tuple[int, int] | None = SPAN
) -> DecisionRecord:
    ground = Ground("fraud", Action.BLOCK, Severity.HIGH, "rules", "1", "", 0.9, 0.5, outcome, span)
    return DecisionRecord(
        "dec_1",
        "req_1",
        cast.atelier.id,
        "key_1",
        "eu_1",
        AT,
        "prompt",
        action,
        "reference@1",
        "fraud",
        "en",
        "d1",
        (ground,),
    )


def blocked(cast: Cast, **changed: object) -> None:
    """A turn arrives that was blocked."""
    made = turn(cast)
    store_turns([made])
    decided = decision(cast, **changed)  # type: ignore[arg-type]
    record_decisions([decided])
    take_safety_copies(Arrived((made,), (decided,)))


@pytest.fixture
def copied(cast: Cast) -> SafetyRecord:
    blocked(cast)
    return SafetyRecord.objects.get()


@pytest.fixture
def readers(cast: Cast) -> None:
    """Emi reviews; Daiki reviews beside her."""
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.REVIEWER)


# --- what is copied ---------------------------------------------------------------------------------------------
@given(st.text(max_size=5000), st.none() | st.tuples(st.integers(-5, 6000), st.integers(-5, 6000)))
def test_an_excerpt_is_short_whatever_is_named(text: str, span: tuple[int, int] | None) -> None:
    assert len(rules.excerpt(text, span)) <= 2 * rules.MOST


def test_the_place_and_a_little_around_it() -> None:
    found = rules.excerpt(TEXT, SPAN)
    assert BAD in found
    assert len(found) == len(BAD) + 2 * rules.AROUND
    assert rules.excerpt("password = 'hunter2hunter2'", None) == "password = '[redacted]'"


def test_a_block_leaves_the_least_of_its_text_and_nothing_of_the_conversation(
    cast: Cast, copied: SafetyRecord
) -> None:
    found = queries.evidence_for_appeal(cast.viewer("fumi"), "dec_1", "appeal apl_1", AT)
    assert isinstance(found, Evidence)
    assert BAD in found.text
    assert "Earlier words" not in found.text
    assert BAD.encode() not in bytes(copied.content)
    assert (copied.clause, copied.state, copied.stage) == ("fraud", "unconfirmed", "prompt")


def test_without_a_digest_it_is_the_last_block_and_never_all_of_them(cast: Cast) -> None:
    made, decided = turn(cast), replace(decision(cast, span=None), input_digest="")
    take_safety_copies(Arrived((made,), (decided,)))
    found = queries.evidence_for_appeal(cast.viewer("fumi"), "dec_1", "appeal", AT)
    assert isinstance(found, Evidence)
    assert found.text == TEXT[: rules.MOST]


@pytest.mark.parametrize("changed", [{"action": "modify"}, {"action": "hold"}, {"outcome": "error"}], ids=str)
def test_what_is_no_violation_that_was_seen_leaves_nothing(cast: Cast, changed: dict[str, object]) -> None:
    blocked(cast, **changed)
    assert not SafetyRecord.objects.exists()


def test_zero_retention_leaves_nothing_even_where_content_came_along(cast: Cast) -> None:
    take_safety_copies(Arrived((turn(cast, zero_retention=True),), (decision(cast),)))
    assert not SafetyRecord.objects.exists()


def test_the_same_turn_arriving_again_is_copied_once(cast: Cast, copied: SafetyRecord) -> None:
    take_safety_copies(Arrived((turn(cast),), (decision(cast),)))
    assert [row.id for row in SafetyRecord.objects.all()] == [copied.id]


def test_the_turns_own_clock_stays_as_it_was(cast: Cast) -> None:
    store_turns([turn(cast)])
    before = list(Turn.objects.values())
    take_safety_copies(Arrived((turn(cast),), (decision(cast),)))
    actions.confirm(["dec_1"], AT)
    assert list(Turn.objects.values()) == before


# --- how long ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "kept"), [pytest.param(*row, id=row[0]) for row in table(PAGE, "state", "kept until")]
)
def test_how_long_a_copy_is_kept(cast: Cast, copied: SafetyRecord, state: str, kept: str) -> None:
    if state == "confirmed":
        actions.confirm(["dec_1"], AT + timedelta(days=3))
    elif state == "false positive":
        actions.dismiss(["dec_1"], AT + timedelta(days=3))
    row = SafetyRecord.objects.filter(id=copied.id).first()
    days = (row.expires_at - AT).days if row else None
    assert f"{days} days after the turn was received" == kept if days else kept == "destroyed at once"


def test_what_is_over_is_unreadable_at_once_and_swept_with_its_key(
    cast: Cast, copied: SafetyRecord, readers: None
) -> None:
    actions.ask(cast.viewer("emi"), copied.id, "a pattern", AT)
    fumi, end = cast.viewer("fumi"), copied.expires_at
    last = end - timedelta(seconds=1)
    assert isinstance(queries.evidence_for_appeal(fumi, "dec_1", "appeal", last), Evidence)
    assert queries.evidence_for_appeal(fumi, "dec_1", "appeal", end) == Destroyed()
    expire(last, 100)
    assert purpose_keys([copied.key])
    while expire(end, 100):
        pass
    assert not purpose_keys([copied.key])
    assert not SafetyRecord.objects.exists()


def test_erasing_the_end_user_makes_it_unreadable(cast: Cast, copied: SafetyRecord) -> None:
    destroy_subject_keys(turn(cast).subject, AT)
    assert queries.evidence_for_appeal(cast.viewer("fumi"), "dec_1", "appeal", AT) == Destroyed()


# --- what people found ------------------------------------------------------------------------------------------
def test_a_reviewer_confirms_or_destroys_it(cast: Cast, copied: SafetyRecord) -> None:
    label(cast.viewer("emi"), "dec_1", Found(True), clock=lambda: AT + timedelta(days=1))
    assert follow_outcomes(lambda: AT + timedelta(days=1, minutes=1)) == 1
    assert SafetyRecord.objects.get().state == State.CONFIRMED
    label(cast.viewer("emi"), "dec_1", Found(False), clock=lambda: AT + timedelta(days=2))
    assert follow_outcomes(lambda: AT + timedelta(days=2, minutes=1)) == 1
    assert not SafetyRecord.objects.exists()
    assert follow_outcomes(lambda: AT + timedelta(days=2, minutes=2)) == 0


def test_what_is_not_clear_changes_nothing(cast: Cast, copied: SafetyRecord) -> None:
    label(cast.viewer("emi"), "dec_1", Found(None), clock=lambda: AT + timedelta(days=1))
    assert follow_outcomes(lambda: AT + timedelta(days=2)) == 0
    assert SafetyRecord.objects.get().state == State.UNCONFIRMED


def test_an_overturned_decision_takes_its_copy_along(cast: Cast, copied: SafetyRecord) -> None:
    actions.confirm(["dec_1"], AT)
    unwind(cast.viewer("fumi"), decisions=["dec_1"], because="apl_1", at=AT + timedelta(days=1))
    assert follow_outcomes(lambda: AT + timedelta(days=1, minutes=1)) == 1
    assert not purpose_keys([copied.key])


# --- who reads --------------------------------------------------------------------------------------------------
def test_one_asks_another_approves_and_all_of_it_is_logged(
    cast: Cast, copied: SafetyRecord, readers: None
) -> None:
    emi, daiki = cast.viewer("emi"), cast.viewer("daiki")
    request = actions.ask(emi, copied.id, "pattern in case R-1", AT)
    with pytest.raises(NotAllowedError):
        queries.opened(emi, request, AT)
    with pytest.raises(NotAllowedError) as refusal:
        actions.approve(emi, request, AT)
    assert refusal.value.code == "own_request"
    actions.approve(daiki, request, AT)
    found = queries.opened(emi, request, AT + timedelta(hours=23))
    assert isinstance(found, Evidence)
    assert BAD in found.text
    with pytest.raises(NotAllowedError):
        queries.opened(emi, request, AT + rules.OPEN_FOR)
    with pytest.raises(NotFoundError):
        queries.opened(daiki, request, AT)
    with pytest.raises(NotAllowedError):
        actions.approve(daiki, request, AT + timedelta(days=2))
    logged = [leaf.action for leaf in entries(system("tests"), EntryFilter(subject=copied.id))]
    assert logged == ["safety.read", "safety.approved", "safety.asked"]
    assert [one.access for one in queries.requests(emi, AT)] == [Access.OPEN]
    (shown,) = entries(system("tests"), EntryFilter(subject="req_1"))
    assert (shown.action, shown.facts["purpose"], shown.facts["role"]) == (
        "content.read",
        "review",
        "professional+reviewer",
    )


def test_nobody_asks_without_saying_why(cast: Cast, copied: SafetyRecord) -> None:
    with pytest.raises(SekishoError):
        actions.ask(cast.viewer("emi"), copied.id, " ", AT)


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "daiki"])
def test_others_find_nothing(cast: Cast, copied: SafetyRecord, name: str) -> None:
    who = cast.viewer(name)
    for asked in (
        lambda: queries.records(who),
        lambda: queries.requests(who, AT),
        lambda: actions.ask(who, copied.id, "why", AT),
        lambda: queries.evidence_for_appeal(who, "dec_1", "why", AT),
    ):
        with pytest.raises(NotFoundError):
            asked()


def test_lists_hold_no_text(cast: Cast, copied: SafetyRecord) -> None:
    listed = queries.records(cast.viewer("emi"))
    assert [one.id for one in listed] == [copied.id]
    assert BAD not in repr(listed)
    assert queries.evidence_of("req_1") == listed
