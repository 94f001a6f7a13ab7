"""Who reads content: logged with purpose and role, shown to its subject; support by the subject's grant alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, Viewer, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.records import queries as records
from sekisho.records.models import Turn
from sekisho.records.rights import actions, queries
from sekisho.records.rights.types import AccessView
from sekisho.records.rules.purposes import may_read
from sekisho.records.types import Readable
from sekisho.records.types.purposes import USES, Purpose
from tests import pages
from tests.records.rights.makers import AT, LATER, NOW, account, member, ready, store, turn

STANDARD = timedelta(days=30)
ENDS = AT + STANDARD
SECOND = timedelta(seconds=1)
STAFF = system("test")


# --- purposes (R-DATA-102) ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    pages.table(
        "docs/rules/rights.md",
        "purpose",
        "use",
        "within the standard time",
        "kept longer, by consent to training",
    ),
    ids=lambda row: row[0],
)
def test_for_what_content_is_read_is_on_the_page(row):
    purpose, long = Purpose(row[0]), AT + timedelta(days=5 * 365)
    assert USES[purpose] == row[1]
    assert may_read(purpose, AT, long, STANDARD, ENDS) == (row[2] == "yes")
    assert may_read(purpose, AT, long, STANDARD, ENDS + SECOND) == (row[3] == "yes")


def test_the_page_names_every_purpose():
    rows = pages.table(
        "docs/rules/rights.md",
        "purpose",
        "use",
        "within the standard time",
        "kept longer, by consent to training",
    )
    assert {row[0] for row in rows} == set(Purpose)


# --- the log --------------------------------------------------------------------------------------------------


@pytest.fixture
def said(cast):
    own = cast.atelier.id
    store(turn(1, own, member=cast.aiko.id), turn(2, own, member=cast.ben.id, conversation="c2"))
    store(turn(3, cast.elsewhere.id, member=cast.chie.id))


def test_a_reading_says_role_purpose_and_reason_and_its_subject_sees_it(cast, said):
    emi = cast.viewer("emi")
    records.content_of(emi, "req_00002", "case case_1", purpose=Purpose.REVIEW)
    records.contents_of(emi, ["req_00001", "req_00002", "req_00003"], "trial", purpose=Purpose.BACKTEST)
    ben = queries.accesses(cast.viewer("ben"), cast.atelier.id).readings
    assert [(one.purpose, one.turns) for one in ben] == [
        ("backtest", ("req_00002",)),
        ("review", ("req_00002",)),
    ]
    aiko = queries.accesses(cast.viewer("aiko"), cast.atelier.id).readings
    assert [one.turns for one in aiko] == [("req_00001", "req_00002"), ("req_00002",)]
    assert {one.role for one in aiko} == {"professional+reviewer"}
    assert cast.emi.id not in repr(aiko)


@pytest.mark.parametrize("name", ["chie", "daiki", "emi"])
def test_others_do_not_see_who_read(name, cast, said):
    with pytest.raises(NotFoundError):
        queries.accesses(cast.viewer(name), cast.atelier.id)


def test_pages_of_the_log_join_without_a_gap(cast, said):
    emi = cast.viewer("emi")
    for number in range(7):
        records.content_of(emi, "req_00001", f"case {number}", purpose=Purpose.REVIEW)
    seen, before = list[AccessView](), None
    while True:
        page = queries.accesses(cast.viewer("aiko"), cast.atelier.id, before=before, limit=3)
        seen += page.readings
        if (before := page.next) is None:
            break
    assert [one.reason for one in seen] == [f"case {number}" for number in reversed(range(7))]


def test_an_organisations_copy_is_shown_to_its_members(cast, said):
    ready(cast.viewer("aiko"), account(cast.atelier.id))
    (one,) = queries.accesses(cast.viewer("ben"), cast.atelier.id).readings
    assert (one.role, one.purpose) == ("owner", "export")
    assert queries.accesses(cast.viewer("aiko"), cast.atelier.id).readings == ()


def test_ones_own_copy_is_nobody_elses_reading(cast, said):
    ready(cast.viewer("ben"), member(cast.atelier.id, cast.ben.id))
    assert queries.accesses(cast.viewer("ben"), cast.atelier.id).readings == ()


# --- grants (R-DATA-238) --------------------------------------------------------------------------------------


def conversation_of(number: int) -> str:
    return str(Turn.objects.get(id=f"req_{number:05}").conversation_id)


@pytest.fixture
def granted(cast, said):
    """Ben shows support his conversation for ticket T-1, for a week."""
    week = NOW + timedelta(days=7)
    return actions.grant(
        cast.viewer("ben"), "T-1", cast.atelier.id, [conversation_of(2)], until=week, clock=LATER
    )


def test_support_reads_what_was_shown_and_the_subject_sees_that_it_did(cast, granted):
    found = queries.content_for_ticket(cast.viewer("daiki"), "T-1", "req_00002", NOW)
    assert isinstance(found, Readable)
    (one,) = queries.accesses(cast.viewer("ben"), cast.atelier.id).readings
    assert (one.role, one.purpose, one.ticket) == ("support", "support", "T-1")
    assert queries.grants(cast.viewer("ben"))[0].readings == 1


@pytest.mark.parametrize(
    ("who", "ticket", "turn_id", "at"),
    [
        pytest.param("daiki", "T-2", "req_00002", NOW, id="another ticket"),
        pytest.param("daiki", "T-1", "req_00001", NOW, id="another conversation"),
        pytest.param("daiki", "T-1", "req_00003", NOW, id="another organisation"),
        pytest.param("daiki", "T-1", "req_none", NOW, id="nothing there"),
        pytest.param("daiki", "T-1", "req_00002", NOW + timedelta(days=7), id="when it is over"),
        pytest.param("daiki", "T-1", "req_00002", NOW - SECOND, id="before it was made"),
        pytest.param("emi", "T-1", "req_00002", NOW, id="a reviewer"),
        pytest.param("fumi", "T-1", "req_00002", NOW, id="the appeals desk"),
        pytest.param("aiko", "T-1", "req_00002", NOW, id="the owner"),
        pytest.param("chie", "T-1", "req_00002", NOW, id="an outsider"),
    ],
)
def test_nobody_reads_anything_else(who, ticket, turn_id, at, cast, granted):
    with pytest.raises(NotAllowedError) as refusal:
        queries.content_for_ticket(cast.viewer(who), ticket, turn_id, at)
    assert refusal.value.code == "not_granted"
    assert queries.accesses(cast.viewer("ben"), cast.atelier.id).readings == ()


def test_a_process_reads_by_a_grant_to_the_bot_alone(cast, granted):
    bot = system("support_bot")
    with pytest.raises(NotAllowedError):
        queries.content_for_ticket(bot, "T-1", "req_00002", NOW)
    shown = [conversation_of(2)]
    actions.grant(cast.viewer("ben"), "T-1", cast.atelier.id, shown, to="bot", clock=LATER)
    assert isinstance(queries.content_for_ticket(bot, "T-1", "req_00002", NOW), Readable)
    assert queries.accesses(cast.viewer("ben"), cast.atelier.id).readings[0].role == "bot"


def test_taken_back_means_now(cast, granted):
    actions.revoke(cast.viewer("ben"), granted.id, clock=LATER)
    actions.revoke(cast.viewer("ben"), granted.id, clock=LATER)
    with pytest.raises(NotAllowedError):
        queries.content_for_ticket(cast.viewer("daiki"), "T-1", "req_00002", NOW)
    assert len(audit.entries(STAFF, audit.EntryFilter(action="grant.revoked"))) == 1


@pytest.mark.parametrize("name", ["aiko", "chie", "daiki"])
def test_nobody_takes_back_anothers_grant(name, cast, granted):
    with pytest.raises(NotFoundError):
        actions.revoke(cast.viewer(name), granted.id)


def test_roles_are_those_held_now(cast, granted):
    before = cast.viewer("daiki")
    StaffAppointment.objects.filter(person=cast.daiki, role=StaffRole.SUPPORT).delete()
    with pytest.raises(NotAllowedError):
        queries.content_for_ticket(before, "T-1", "req_00002", NOW)


@pytest.mark.parametrize("name", ["ben", "chie", "daiki"])
def test_nobody_shows_what_is_anothers(name, cast, said):
    with pytest.raises(NotFoundError):
        actions.grant(cast.viewer(name), "T-1", cast.atelier.id, [conversation_of(1)])


@pytest.mark.parametrize(
    ("to", "count"), [("support", 0), ("support", 51), ("reviewer", 1), ("", 1)], ids=str
)
def test_a_grant_is_to_those_who_answer_and_names_what_it_shows(to, count, cast, said):
    shown = [conversation_of(2), *(f"cnv_{number}" for number in range(count - 1))] if count else []
    with pytest.raises(SekishoError) as refusal:
        actions.grant(cast.viewer("ben"), "T-1", cast.atelier.id, shown, to=to)
    assert refusal.value.code == "grant_unclear"


def test_a_grant_ends_by_itself(cast, said):
    years = NOW + timedelta(days=3_650)
    made = actions.grant(
        cast.viewer("ben"), "T-1", cast.atelier.id, [conversation_of(2)], until=years, clock=LATER
    )
    assert made.until == NOW + STANDARD


def test_what_training_alone_keeps_is_not_for_support(cast, said):
    Turn.objects.filter(id="req_00002").update(deadline_at=AT + timedelta(days=1_800))
    later = AT + timedelta(days=40)
    shown = [conversation_of(2)]
    actions.grant(cast.viewer("ben"), "T-9", cast.atelier.id, shown, clock=fixed_clock(later - SECOND))
    with pytest.raises(NotAllowedError) as refusal:
        queries.content_for_ticket(cast.viewer("daiki"), "T-9", "req_00002", later)
    assert refusal.value.code == "kept_for_training_alone"


def test_a_viewer_made_up_of_roles_does_not_pass(cast, granted):
    forged = replace(Viewer("usr_nobody"), staff=frozenset({StaffRole.SUPPORT}))
    with pytest.raises(NotAllowedError):
        queries.content_for_ticket(forged, "T-1", "req_00002", NOW)
