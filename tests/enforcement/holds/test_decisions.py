"""From the ticket to the released answer: who may decide, what is kept of it, and what the client is told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import Plan, StaffRole, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.databases import KEYSTORE
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.enforcement.holds import actions, queries
from sekisho.enforcement.holds.attestation import RESPONSIBILITY, verified
from sekisho.enforcement.holds.events import hold_changed
from sekisho.enforcement.holds.models import Attestation, Hold
from sekisho.enforcement.holds.rules import LEASE, TIMERS
from sekisho.enforcement.holds.types import (
    Ended,
    Expired,
    FactsAsked,
    HoldState,
    Rejected,
    Released,
    Waiting,
)
from sekisho.enforcement.types import Arrived
from sekisho.records.actions import conversation_id, destroy_conversation, store_turns
from sekisho.records.keystore.queries import signing_public_keys
from sekisho.records.models import Content
from sekisho.records.types import Part, Stamp
from tests.enforcement.holds.makers import AT, DRAFT, PROMPT, decision, hold, key, professional, turn

pytestmark = pytest.mark.django_db(databases=["default", KEYSTORE])
CLOCK = fixed_clock(AT)
MINUTE = timedelta(minutes=1)


def later(minutes):
    return fixed_clock(AT + minutes * MINUTE)


def audited(action):
    found = audit.entries(system("test"), audit.EntryFilter(action=action))
    return [(one.actor, one.subject, one.facts) for one in found]


@pytest.fixture
def doctor(cast):
    """Emi, who is a registered doctor."""
    professional(cast.emi.id)
    return cast.viewer("emi")


@pytest.fixture
def ticket(cast):
    return hold(organisation=cast.atelier.id)


@pytest.fixture
def client(cast):
    """The organisation's key."""
    return key(cast.atelier.id)


@pytest.fixture
def claimed(doctor, ticket):
    actions.claim(doctor, ticket, CLOCK)
    return ticket


# --- arriving -----------------------------------------------------------------------------------------------------
def test_a_held_answer_arrives_once_however_often_it_is_handed_in(cast, client):
    arriving = turn(organisation=cast.atelier.id)
    store_turns([arriving])
    arrived = Arrived((arriving,), (decision(arriving),))
    actions.take_holds(arrived)
    actions.take_holds(arrived)
    found = queries.hold_view("rev_1", AT)
    assert (found.turn, found.domain, found.state) == ("req_1", "hr_healthcare", HoldState.WAITING)
    assert found.expires_at == AT + TIMERS["hr_healthcare"].expire
    assert queries.hold_for_key(client, "rev_1", AT) == Waiting("rev_1", AT, found.expires_at)
    assert len(audited("hold.opened")) == 1


@pytest.mark.parametrize("outcome", ["completed", "blocked", "client_gone", "upstream_broken"])
def test_only_an_answer_whose_ticket_was_given_waits(outcome):
    hold(outcome=outcome)
    assert not Hold.objects.exists()


def test_of_two_decisions_the_one_whose_ticket_was_given_counts():
    arriving = turn()
    store_turns([arriving])
    prompt = decision(arriving, "hr_legal", stage="prompt", language="ja")
    actions.take_holds(Arrived((arriving,), (prompt, decision(arriving))))
    found = queries.hold_view("rev_1", AT)
    assert (found.domain, found.language) == ("hr_legal", "ja")


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"stamp": Stamp(Plan.API, "fake", True, AT)}, id="nothing is retained"),
        pytest.param({"content": {}}, id="no content came"),
    ],
)
def test_an_answer_of_which_nothing_is_kept_ends_at_once_and_the_client_is_told(cast, client, more):
    ticket = hold(organisation=cast.atelier.id, **more)
    assert queries.hold_for_key(client, ticket, AT) == Expired(ticket, AT, Ended.NO_DRAFT)


def test_no_word_of_the_content_is_in_the_row(ticket):
    row = Hold.objects.values().get(id=ticket)
    assert not any(word in str(row) for word in (PROMPT, DRAFT))


# --- deciding -----------------------------------------------------------------------------------------------------
def test_a_release_gives_the_draft_with_disclosure_note_and_attestation(claimed, doctor, client):
    actions.release(doctor, claimed, agreed=True, language="ja", clock=CLOCK)
    found = queries.hold_for_key(client, claimed, AT)
    assert isinstance(found, Released)
    assert (found.edited, found.answer.text) == (False, DRAFT)
    assert "AI" in found.answer.disclosure
    assert "Healthcare" in found.answer.note
    assert found.answer.whole.split("\n\n") == [found.answer.disclosure, DRAFT, found.answer.note]
    told = verified(found.attestation, signing_public_keys(), answer=DRAFT, salt=found.answer.salt)
    assert (told["reviewer"], told["decision"], told["policy"]) == (
        doctor.id,
        "released",
        "reference@2025-09-15",
    )
    assert told["statement"] == RESPONSIBILITY.ja
    assert told["draft_digest"] == told["released_digest"]
    ((actor, subject, facts),) = audited("hold.released")
    assert (actor, subject, facts["edited"]) == (doctor.id, claimed, False)


def test_an_edit_is_given_instead_and_its_diff_is_kept_where_the_draft_is(claimed, doctor, client):
    actions.release(doctor, claimed, "Take one pill a day.\r\n", agreed=True, clock=CLOCK)
    found = queries.hold_for_key(client, claimed, AT)
    assert (found.edited, found.answer.text) == (True, "Take one pill a day.")
    assert "edited" in found.answer.note
    told = verified(found.attestation, answer=found.answer.text, salt=found.answer.salt)
    assert told["draft_digest"] != told["released_digest"]
    made = json.loads(queries.edits_of(claimed))
    assert [one["text"] for one in made if one["kind"] == "out"] == ["two", "pills"]
    stored = b"".join(bytes(row.ciphertext) for row in Content.objects.all())
    assert b"pill" not in stored
    assert "pill" not in Attestation.objects.get().document


def test_an_edit_that_changes_nothing_is_none(claimed, doctor, client):
    actions.release(doctor, claimed, f" {DRAFT}\r\n", agreed=True, clock=CLOCK)
    assert queries.hold_for_key(client, claimed, AT).edited is False


def test_a_rejection_tells_the_client_why(claimed, doctor, client):
    actions.reject(doctor, claimed, "See a doctor in person.", clock=CLOCK)
    assert queries.hold_for_key(client, claimed, AT) == Rejected(claimed, AT, "See a doctor in person.")
    told = verified(Attestation.objects.get().document, signing_public_keys())
    assert (told["decision"], told["released_digest"]) == ("rejected", "")
    assert queries.answer_of(claimed) is None


def test_facts_are_asked_for_answered_and_read(claimed, doctor, client):
    actions.ask_facts(doctor, claimed, "How old are you?", CLOCK)
    asked = queries.hold_for_key(client, claimed, AT)
    assert isinstance(asked, FactsAsked)
    assert asked.question == "How old are you?"
    told = actions.add_facts(client, claimed, "41.", later(60))
    assert isinstance(told, Waiting)
    actions.claim(doctor, claimed, later(61))
    opened = queries.opened(doctor, claimed, AT + 61 * MINUTE)
    assert [(one.role, one.kind, one.text) for one in opened.dialogue] == [
        ("reviewer", "question", "How old are you?"),
        ("client", "facts", "41."),
    ]
    actions.release(doctor, claimed, agreed=True, clock=later(62))
    assert isinstance(queries.hold_for_key(client, claimed, AT + 62 * MINUTE), Released)


def test_content_is_shown_with_the_claim_and_what_was_said_before(cast, doctor):
    earlier = turn(0, cast.atelier.id, outcome="completed", review="")
    store_turns([earlier])
    ticket = hold(organisation=cast.atelier.id)
    with pytest.raises(NotAllowedError, match="not_claimed"):
        queries.opened(doctor, ticket, AT)
    actions.claim(doctor, ticket, CLOCK)
    opened = queries.opened(doctor, ticket, AT)
    assert (opened.draft, [one.text for one in opened.prompt]) == (DRAFT, [PROMPT])
    assert [one.kind for one in opened.beside] == ["thinking"]
    assert [one.text for one in opened.before] == [PROMPT, DRAFT]
    assert [entry[:2] for entry in audited("hold.claimed")] == [(doctor.id, ticket)]
    with pytest.raises(NotAllowedError, match="not_claimed"):
        queries.opened(doctor, ticket, AT + LEASE)


# --- refusals -----------------------------------------------------------------------------------------------------
def refused(deed, code, ticket, actor):
    with pytest.raises(SekishoError) as problem:
        deed()
    assert problem.value.code == code
    assert (actor.id, ticket, code) in [
        (who, subject, facts["code"]) for who, subject, facts in audited("hold.refused")
    ]


def test_two_at_once_one_has_it_and_the_other_is_told(cast, claimed, doctor):
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.PROFESSIONAL)
    professional(cast.daiki.id)
    daiki = cast.viewer("daiki")
    refused(lambda: actions.claim(daiki, claimed, CLOCK), "claimed_by_other", claimed, daiki)
    refused(
        lambda: actions.release(daiki, claimed, agreed=True, clock=CLOCK), "claimed_by_other", claimed, daiki
    )
    actions.give_back(doctor, claimed, CLOCK)
    actions.claim(daiki, claimed, CLOCK)
    assert queries.hold_view(claimed, AT).claimed_by == daiki.id


def test_who_acts_on_what_has_changed_meanwhile_is_told(claimed, doctor, monkeypatch):
    from sekisho.enforcement.holds.actions import step

    row = Hold.objects.get(id=claimed)
    monkeypatch.setattr(step, "held_of", lambda _: _race(row))

    def _race(row):
        Hold.objects.filter(id=row.id).update(version=99)
        return queries.held_of(row)

    refused(
        lambda: actions.release(doctor, claimed, agreed=True, clock=CLOCK),
        "changed_meanwhile",
        claimed,
        doctor,
    )
    assert not Attestation.objects.exists()
    assert queries.answer_of(claimed) is None


def test_nobody_decides_twice(claimed, doctor):
    actions.release(doctor, claimed, agreed=True, clock=CLOCK)
    refused(lambda: actions.reject(doctor, claimed, "no", clock=CLOCK), "decided_already", claimed, doctor)
    refused(
        lambda: actions.release(doctor, claimed, agreed=True, clock=CLOCK),
        "decided_already",
        claimed,
        doctor,
    )
    assert Attestation.objects.count() == 1


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        pytest.param(lambda who, hold: actions.release(who, hold, agreed=False, clock=CLOCK), "not_agreed"),
        pytest.param(
            lambda who, hold: actions.release(who, hold, " \n", agreed=True, clock=CLOCK), "text_missing"
        ),
        pytest.param(
            lambda who, hold: actions.release(who, hold, "x" * 100_001, agreed=True, clock=CLOCK),
            "text_too_long",
        ),
        pytest.param(
            lambda who, hold: actions.release(who, hold, agreed=True, clock=later(30)), "lease_ended"
        ),
        pytest.param(lambda who, hold: actions.reject(who, hold, "", clock=CLOCK), "text_missing"),
        pytest.param(lambda who, hold: actions.ask_facts(who, hold, " ", CLOCK), "text_missing"),
    ],
)
def test_what_is_not_right_is_refused_and_nothing_is_given(claimed, doctor, client, deed, code):
    refused(lambda: deed(doctor, claimed), code, claimed, doctor)
    assert isinstance(queries.hold_for_key(client, claimed, AT), Waiting)
    assert not Attestation.objects.exists()


def test_a_licence_that_ends_meanwhile_releases_nothing(cast, ticket):
    registration = professional(cast.emi.id)
    emi = cast.viewer("emi")
    actions.claim(emi, ticket, CLOCK)
    actions.end_registration(system("test"), registration, "withdrawn", CLOCK)
    refused(lambda: actions.release(emi, ticket, agreed=True, clock=CLOCK), "not_registered", ticket, emi)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        pytest.param({"domains": ["hr_legal"]}, "other_domain", id="another domain"),
        pytest.param({"jurisdictions": ["US"]}, "other_jurisdiction", id="another place"),
        pytest.param({}, "not_registered", id="no licence"),
    ],
)
def test_who_is_not_qualified_is_told_why(cast, more, code):
    actions.demand(cast.viewer("aiko"), cast.atelier.id, "jp")
    ticket = hold(organisation=cast.atelier.id)
    if more:
        professional(cast.emi.id, **more)
    emi = cast.viewer("emi")
    refused(lambda: actions.claim(emi, ticket, CLOCK), code, ticket, emi)
    assert queries.queue(emi, AT).holds == ()


def test_a_licence_that_has_expired_is_refused(cast, ticket):
    professional(cast.emi.id)
    emi, when = cast.viewer("emi"), AT.replace(year=2027)
    Hold.objects.update(counts_from=when, expires_at=when + LEASE)
    refused(lambda: actions.claim(emi, ticket, fixed_clock(when)), "licence_expired", ticket, emi)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("aiko", NotAllowedError),
        ("ben", NotAllowedError),
        ("chie", NotFoundError),
        ("daiki", NotFoundError),
        ("fumi", NotFoundError),
    ],
)
def test_nobody_else_decides(cast, ticket, name, error):
    with pytest.raises(error):
        actions.claim(cast.viewer(name), ticket, CLOCK)


def test_automation_decides_nothing(ticket):
    for deed in (
        lambda: actions.claim(system("worker"), ticket, CLOCK),
        lambda: actions.release(system("worker"), ticket, agreed=True, clock=CLOCK),
    ):
        with pytest.raises(NotFoundError):
            deed()


def test_an_organisations_own_professional_sees_its_answers_alone(cast):
    own, others = hold(1, cast.atelier.id), hold(2, cast.elsewhere.id)
    professional(cast.ben.id, organisation=cast.atelier.id)
    ben = cast.viewer("ben")
    assert [one.id for one in queries.queue(ben, AT).holds] == [own]
    actions.claim(ben, own, CLOCK)
    actions.release(ben, own, agreed=True, clock=CLOCK)
    with pytest.raises(NotFoundError):
        actions.claim(ben, others, CLOCK)


def test_a_missing_checks_answer_is_for_reviewers(cast, client):
    ticket = hold(organisation=cast.atelier.id, clause="critical_infrastructure")
    emi = cast.viewer("emi")
    assert [one.id for one in queries.queue(emi, AT).holds] == [ticket]
    actions.claim(emi, ticket, CLOCK)
    actions.release(emi, ticket, agreed=True, clock=CLOCK)
    found = queries.hold_for_key(client, ticket, AT)
    assert found.answer.note == "A person reviewed this answer before it was given to you."


# --- the holder of the ticket -------------------------------------------------------------------------------------
def test_another_organisations_key_finds_no_ticket(cast, ticket):
    other = key(cast.elsewhere.id)
    for ask in (
        lambda: queries.hold_for_key(other, ticket, AT),
        lambda: actions.add_facts(other, ticket, "41.", CLOCK),
        lambda: queries.hold_for_key(other, "rev_9", AT),
    ):
        with pytest.raises(NotFoundError, match="review_not_found"):
            ask()


def test_facts_that_nobody_asked_for_are_refused(ticket, client):
    with pytest.raises(SekishoError, match="facts_not_asked"):
        actions.add_facts(client, ticket, "41.", CLOCK)


@pytest.mark.parametrize("facts", ["", "x" * 100_001])
def test_facts_have_to_be_some(claimed, doctor, client, facts):
    actions.ask_facts(doctor, claimed, "How old are you?", CLOCK)
    with pytest.raises(SekishoError, match="text_"):
        actions.add_facts(client, claimed, facts, CLOCK)
    assert isinstance(queries.hold_for_key(client, claimed, AT), FactsAsked)


# --- erasure ------------------------------------------------------------------------------------------------------
def erase(cast):
    destroy_conversation("usr_aiko", conversation_id(turn(organisation=cast.atelier.id)), "asked for")


def test_an_erased_conversations_answer_expires_when_somebody_looks(cast, ticket, doctor, client):
    erase(cast)
    actions.claim(doctor, ticket, CLOCK)
    assert queries.hold_for_key(client, ticket, AT) == Expired(ticket, AT, Ended.ERASED)
    assert audited("hold.erased")


def test_an_erasure_under_the_reviewers_hands_releases_nothing(cast, claimed, doctor):
    erase(cast)
    assert queries.opened(doctor, claimed, AT) is None
    refused(lambda: actions.release(doctor, claimed, agreed=True, clock=CLOCK), "erased", claimed, doctor)


def test_an_erasure_after_the_release_leaves_the_attestation_and_no_word(cast, claimed, doctor, client):
    actions.release(doctor, claimed, agreed=True, clock=CLOCK)
    erase(cast)
    found = queries.hold_for_key(client, claimed, AT)
    assert found.answer is None
    assert verified(found.attestation)["hold"] == claimed


# --- telling others -----------------------------------------------------------------------------------------------
def test_every_step_is_told_once_it_is_durable(ticket, doctor, client, django_capture_on_commit_callbacks):
    heard = []

    def hear(hold, **_):
        heard.append(hold)

    hold_changed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            actions.claim(doctor, ticket, CLOCK)
            assert heard == []
        assert heard == [ticket]
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(SekishoError):
            actions.release(doctor, ticket, agreed=False, clock=CLOCK)
        assert heard == [ticket]
    finally:
        hold_changed.disconnect(hear)


def test_records_keep_what_was_released_as_parts_of_the_turn(claimed, doctor):
    actions.release(doctor, claimed, "Take one.", agreed=True, clock=CLOCK)
    assert {row.part for row in Content.objects.filter(turn="req_1")} == {part.value for part in Part} - {
        "withheld"
    }
