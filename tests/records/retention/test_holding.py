"""Legal holds: two persons, kept and sealed, never a resurrection (R-DATA-117, R-DATA-118)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.types import Plan, StaffRole, Viewer, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.inventory import Holder, Subject
from sekisho.notices.models import Notice
from sekisho.records.actions import conversation_id
from sekisho.records.reading import contents
from sekisho.records.retention import actions, queries
from sekisho.records.retention.actions import Proposal
from sekisho.records.retention.models import Erasure
from sekisho.records.retention.types import ErasureState, HoldState
from sekisho.records.types import Destroyed, Readable, Scope, Stamp
from tests import factories
from tests.records.retention.makers import AT, DAY, DUE, opens, store, sweep, turn

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def daiki(db: None) -> Viewer:
    """Proposes holds."""
    return Viewer(factories.staff("Daiki", StaffRole.PRIVACY).id, staff=frozenset({StaffRole.PRIVACY}))


@pytest.fixture
def emi(db: None) -> Viewer:
    """Approves them."""
    return Viewer(factories.staff("Emi", StaffRole.PRIVACY).id, staff=frozenset({StaffRole.PRIVACY}))


def held(daiki: Viewer, emi: Viewer, at: datetime, scope: Scope = Scope("org_1"), **more: str) -> str:  # noqa: B008
    """Return a hold that two persons have placed at the moment `at`."""
    hold = actions.place_hold(daiki, Proposal(scope, "A court asked for it.", **more), fixed_clock(at))
    actions.approve_hold(emi, hold, fixed_clock(at))
    return hold


# The golden vectors, end to end (specification of data use, 3.4): received 2 September 2025.
RECEIVED = datetime(2025, 9, 2, tzinfo=UTC)


def september(day: int, month: int = 9, year: int = 2025) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@pytest.fixture
def kept(db: None) -> str:
    return store(turn(at=RECEIVED, stamp=Stamp(Plan.FREE, "fake", False, RECEIVED)))


def test_v19_what_a_hold_pins_lives_until_its_release_and_dies_with_it(
    kept: str, daiki: Viewer, emi: Viewer, django_capture_on_commit_callbacks
):
    hold = held(daiki, emi, september(10))
    assert isinstance(contents(["req_1"], at=september(20), subject=True)["req_1"], Readable)
    done = sweep(september(2, 10))
    assert (done.result, done.turns, done.pinned, done.past_due) == ("complete", 0, 1, 0)
    assert opens("req_1") == (True,)
    assert contents(["req_1"], at=september(3, 10))["req_1"] == Destroyed(), "kept is not readable"
    with django_capture_on_commit_callbacks(execute=True):
        actions.release_hold(emi, hold, "The case is over.", fixed_clock(september(1, 3, 2026)))
    assert opens("req_1") == (False,), "destroyed at once"


def test_v20_a_hold_that_comes_too_late_saves_nothing(kept: str, daiki: Viewer, emi: Viewer):
    held(daiki, emi, september(10, 11))
    assert sweep(september(10, 11) + timedelta(minutes=5)).turns == 1
    assert opens("req_1") == (False,)


def test_v22_deleted_under_a_hold_it_is_hidden_at_once_and_destroyed_at_the_release(
    kept: str, daiki: Viewer, emi: Viewer, django_capture_on_commit_callbacks
):
    hold = held(daiki, emi, september(3))
    with django_capture_on_commit_callbacks(execute=True):
        erasure = actions.delete_conversation("usr_aiko", "org_1", kept, at=september(4))
    assert actions.proceed(erasure, fixed_clock(september(4))) is ErasureState.HELD
    assert queries.erasure(erasure).held_by == (hold,)
    assert contents(["req_1"], at=september(4), subject=True)["req_1"] == Destroyed()
    sweep(september(5))
    assert opens("req_1") == (True,)
    with django_capture_on_commit_callbacks(execute=True):
        actions.release_hold(emi, hold, "The case is over.", fixed_clock(september(4, 12)))
    assert opens("req_1") == (False,)
    assert actions.proceed(erasure, fixed_clock(september(4, 12))) is ErasureState.DONE


@pytest.mark.parametrize(
    ("scope", "pinned"),
    [
        pytest.param(Scope("org_1"), 3, id="an organisation"),
        pytest.param(Scope("org_1", end_user="pseudonym"), 2, id="an end user"),
        pytest.param(Scope("org_1", member="usr_ben"), 1, id="a member"),
        pytest.param(
            Scope("org_1", conversation=conversation_id(turn("req_2", conversation="c2"))),
            1,
            id="one conversation",
        ),
        pytest.param(Scope("org_2"), 0, id="somebody else's"),
    ],
)
def test_a_hold_keeps_what_its_scope_says_and_no_more(scope: Scope, pinned: int, daiki: Viewer, emi: Viewer):
    store(turn("req_1", member="usr_ben"), turn("req_2", conversation="c2"), turn("req_3", end_user="other"))
    held(daiki, emi, AT + DAY, scope)
    done = sweep(DUE)
    assert (done.pinned, done.turns, done.past_due) == (pinned, 3 - pinned, 0)


def test_of_a_conversation_a_hold_keeps_one_turn_while_the_other_falls(daiki: Viewer, emi: Viewer):
    store(turn("req_1", member="usr_ben"), turn("req_2", at=AT + timedelta(minutes=1)))
    held(daiki, emi, AT + DAY, Scope("org_1", member="usr_ben"))
    done = sweep(DUE + DAY)
    assert (done.cut, done.keys) == (1, 0)
    assert opens("req_1", "req_2") == (True, False)


def test_it_takes_two_persons(daiki: Viewer, emi: Viewer):
    store(turn())
    hold = actions.place_hold(daiki, Proposal(Scope("org_1"), "A court asked."), fixed_clock(AT + DAY))
    with pytest.raises(SekishoError, match="hold_same_person"):
        actions.approve_hold(daiki, hold, fixed_clock(AT + DAY))
    assert sweep(DUE).turns == 1, "what only one person wants is kept by nothing"
    actions.refuse_hold(emi, hold, fixed_clock(DUE))
    with pytest.raises(SekishoError, match="hold_not_waiting"):
        actions.approve_hold(emi, hold, fixed_clock(DUE))


@pytest.mark.parametrize(
    ("proposal", "code"),
    [
        pytest.param(Proposal(Scope("org_1"), " "), "hold_reason_missing", id="no reason"),
        pytest.param(Proposal(Scope(), "All of it."), "hold_scope_missing", id="everybody"),
    ],
)
def test_a_hold_has_a_scope_and_a_reason(daiki: Viewer, proposal: Proposal, code: str):
    with pytest.raises(SekishoError, match=code):
        actions.place_hold(daiki, proposal)


@pytest.mark.parametrize("name", ["aiko", "ben", "chie"])
def test_nobody_else_places_holds_or_sees_them(name: str, cast):
    with pytest.raises(NotAllowedError):
        actions.place_hold(cast.viewer(name), Proposal(Scope(cast.atelier.id), "Because."))
    with pytest.raises(NotAllowedError):
        queries.holds(cast.viewer(name), AT)


@pytest.mark.parametrize(
    ("law", "told"),
    [pytest.param("", 1, id="told"), pytest.param("Act, section 5", 0, id="barred by law")],
)
def test_the_subject_is_told_unless_a_law_forbids_it(law: str, told: int, daiki: Viewer, emi: Viewer):
    hold = held(daiki, emi, AT, Scope("org_1", end_user="pseudonym"), why_silent=law)
    assert Notice.objects.filter(kind="hold.placed", end_user="pseudonym").count() == told
    assert queries.hold(emi, hold, AT).why_silent == law


def test_a_hold_is_reviewed_within_180_days_and_never_dropped(daiki: Viewer, emi: Viewer):
    hold = held(daiki, emi, AT)
    assert queries.hold(daiki, hold, AT).review_by == AT + 180 * DAY
    assert actions.remind_of_reviews(fixed_clock(AT + 100 * DAY)) == 0
    assert actions.remind_of_reviews(fixed_clock(AT + 170 * DAY)) == 2
    assert actions.remind_of_reviews(fixed_clock(AT + 171 * DAY)) == 2, "the same mails"
    assert Notice.objects.filter(kind="hold.review_due").count() == 2
    late = AT + 181 * DAY
    assert queries.holds(daiki, late)[0].state is HoldState.OVERDUE
    store(turn(at=late))
    assert sweep(late + 30 * DAY).pinned == 1, "it still bites"
    actions.review_hold(emi, hold, "The case goes on.", fixed_clock(late))
    assert queries.hold(daiki, hold, late).state is HoldState.IN_FORCE
    assert queries.hold(daiki, hold, late).review_by == late + 180 * DAY


def test_erasing_somebody_under_a_hold_waits_and_says_why(daiki: Viewer, emi: Viewer):
    store(turn(), turn("req_2", end_user="other"))
    hold = held(daiki, emi, AT + DAY, Scope("org_1", end_user="pseudonym"))
    subject = Subject(Holder.ORGANISATION, "org_1")
    erasure = actions.erase("usr_aiko", subject, at=AT + 2 * DAY)
    assert actions.proceed(erasure, fixed_clock(AT + 2 * DAY)) is ErasureState.HELD
    assert opens("req_1", "req_2") == (True, False), "what is under no hold falls at once"
    actions.release_hold(emi, hold, "Over.", fixed_clock(AT + 3 * DAY))
    assert actions.proceed(erasure, fixed_clock(AT + 3 * DAY)) is ErasureState.DONE
    assert Erasure.objects.get(id=erasure).held_by == []


def test_each_step_is_in_the_audit_log(daiki: Viewer, emi: Viewer):
    hold = held(daiki, emi, AT)
    actions.review_hold(emi, hold, "Still needed.", fixed_clock(AT))
    actions.release_hold(daiki, hold, "Over.", fixed_clock(AT + DAY))
    logged = {entry.action for entry in audit.entries(system("test"))}
    assert {"hold.proposed", "data.hold_placed", "hold.reviewed", "data.hold_released"} <= logged
