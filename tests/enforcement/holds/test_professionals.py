"""Who is registered as qualified, by whom, and how their licence is shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.enforcement.holds import actions, queries
from sekisho.enforcement.holds.models import Professional
from sekisho.enforcement.holds.rules import TIMERS
from tests.enforcement.holds.makers import AT, hold, professional

CLOCK = fixed_clock(AT)
FIELDS = {
    "name": "Emi",
    "domains": ["hr_healthcare"],
    "jurisdictions": ["jp"],
    "licence": "M-482913",
    "valid_until": date(2026, 12, 31),
    "evidence": "Seen in the public register.",
}


@pytest.fixture
def registrar(cast):
    """Daiki, who works for the policy team."""
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.POLICY)
    return cast.viewer("daiki")


def test_a_colleague_registers_and_the_licence_is_shown_to_few(cast, registrar):
    made = actions.register(registrar, cast.emi.id, **FIELDS, clock=CLOCK)
    seen = queries.professional(registrar, made)
    assert (seen.licence, seen.jurisdictions, seen.registered_by) == ("M-482913", ("JP",), registrar.id)
    assert queries.professional(cast.viewer("emi"), made).licence == "M-482913"
    with pytest.raises(NotFoundError):
        queries.professional(cast.viewer("fumi"), made)
    (entry,) = audit.entries(system("test"), audit.EntryFilter(action="professional.registered"))
    assert (entry.actor, entry.subject) == (registrar.id, made)
    assert "482913" not in str(entry.facts)


@pytest.mark.parametrize(
    ("licence", "expected"), [("M-482913", "•••13"), ("123456789", "•••789"), ("12", "•••"), ("1234", "•••4")]
)
def test_a_masked_licence_tells_little(licence, expected):
    assert queries.masked(licence) == expected


@pytest.mark.parametrize(
    ("more", "code"),
    [
        pytest.param({"domains": []}, "domain_unknown", id="no domain"),
        pytest.param({"domains": ["hr_astrology"]}, "domain_unknown", id="a domain that is none"),
        pytest.param({"jurisdictions": []}, "jurisdiction_unknown", id="no place"),
        pytest.param({"jurisdictions": ["Japan"]}, "jurisdiction_unknown", id="a place that is no code"),
        pytest.param({"licence": " "}, "licence_missing", id="no licence"),
        pytest.param({"valid_until": date(2025, 12, 31)}, "licence_expired", id="expired"),
        pytest.param({"evidence": ""}, "evidence_missing", id="no evidence"),
        pytest.param({"name": "x" * 121}, "name_missing", id="a name that is too long"),
    ],
)
def test_what_is_incomplete_is_refused(cast, registrar, more, code):
    with pytest.raises(SekishoError) as problem:
        actions.register(registrar, cast.emi.id, **{**FIELDS, **more}, clock=CLOCK)
    assert problem.value.code == code
    assert not Professional.objects.exists()


def test_nobody_registers_renews_or_ends_themselves(cast, registrar):
    StaffAppointment.objects.create(person=cast.emi, role=StaffRole.POLICY)
    emi = cast.viewer("emi")
    made = actions.register(registrar, cast.emi.id, **FIELDS, clock=CLOCK)
    for deed in (
        lambda: actions.register(emi, cast.emi.id, **FIELDS, clock=CLOCK),
        lambda: actions.renew(emi, made, date(2028, 1, 1), "I say so.", CLOCK),
        lambda: actions.end_registration(emi, made, "enough", CLOCK),
    ):
        with pytest.raises(SekishoError, match="own_registration"):
            deed()


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "emi", "fumi"])
def test_nobody_else_registers(cast, name):
    with pytest.raises(NotAllowedError):
        actions.register(cast.viewer(name), cast.daiki.id, **FIELDS, clock=CLOCK)


@pytest.mark.parametrize(
    ("person", "organisation", "code"),
    [
        pytest.param("ben", "", "not_professional", id="not on the staff"),
        pytest.param("fumi", "", "not_professional", id="on the staff for something else"),
        pytest.param("chie", "atelier", "not_member", id="of another organisation"),
    ],
)
def test_who_has_not_the_standing_is_not_registered(cast, registrar, person, organisation, code):
    scope = getattr(cast, organisation).id if organisation else ""
    with pytest.raises(SekishoError) as problem:
        actions.register(registrar, getattr(cast, person).id, **FIELDS, organisation=scope, clock=CLOCK)
    assert problem.value.code == code
    with pytest.raises(NotFoundError):
        actions.register(registrar, "usr_nobody", **FIELDS, clock=CLOCK)


def test_who_leaves_the_staff_decides_no_more(cast):
    professional(cast.emi.id)
    ticket = hold(organisation=cast.atelier.id)
    StaffAppointment.objects.filter(person=cast.emi, role=StaffRole.PROFESSIONAL).delete()
    assert queries.domains_of(cast.viewer("emi"), AT) == ("",)  # a reviewer still
    with pytest.raises(NotFoundError):
        actions.claim(cast.viewer("emi"), ticket, CLOCK)


def test_a_renewal_needs_new_evidence_and_a_later_day(cast, registrar):
    made = professional(cast.emi.id)
    actions.renew(registrar, made, date(2028, 12, 31), "Seen again.", CLOCK)
    found = queries.professional(registrar, made)
    assert (found.valid_until, found.evidence, found.is_valid(AT.replace(year=2028))) == (
        date(2028, 12, 31),
        "Seen again.",
        True,
    )
    for until, evidence in ((date(2025, 1, 1), "Seen."), (date(2029, 1, 1), "")):
        with pytest.raises(SekishoError):
            actions.renew(registrar, made, until, evidence, CLOCK)


def test_an_ended_registration_is_ended_for_good(cast, registrar):
    made = professional(cast.emi.id)
    actions.end_registration(registrar, made, "Struck off.", CLOCK)
    assert queries.professional(registrar, made).ended_at == AT
    with pytest.raises(NotFoundError):
        actions.renew(registrar, made, date(2028, 12, 31), "Seen.", CLOCK)


# --- demands ------------------------------------------------------------------------------------------------------
def test_an_organisation_says_where_its_professionals_are_licensed(cast):
    actions.demand(cast.viewer("aiko"), cast.atelier.id, " us-ca ")
    assert queries.jurisdiction_of(cast.atelier.id) == "US-CA"
    ticket = hold(organisation=cast.atelier.id)
    actions.demand(cast.viewer("aiko"), cast.atelier.id, "")
    assert queries.jurisdiction_of(cast.atelier.id) == ""
    assert queries.hold_view(ticket, AT).jurisdiction == "US-CA"  # as it was when the answer came


@pytest.mark.parametrize(
    ("name", "error"), [("ben", NotAllowedError), ("chie", NotFoundError), ("emi", NotFoundError)]
)
def test_others_demand_nothing(cast, name, error):
    with pytest.raises(error):
        actions.demand(cast.viewer(name), cast.atelier.id, "JP")


def test_a_demand_names_a_place(cast):
    with pytest.raises(SekishoError, match="jurisdiction_unknown"):
        actions.demand(cast.viewer("aiko"), cast.atelier.id, "Kyoto")


# --- the queue ----------------------------------------------------------------------------------------------------
@pytest.fixture
def doctor(cast):
    professional(cast.emi.id, domains=["hr_healthcare", "hr_legal"])
    return cast.viewer("emi")


def test_the_queue_shows_the_next_deadline_first_of_what_one_may_decide(cast, doctor):
    law = hold(1, cast.atelier.id, "hr_legal")
    health = hold(2, cast.atelier.id)
    hold(3, cast.atelier.id, "hr_media")
    missing = hold(4, cast.atelier.id, "weapons")
    page = queries.queue(doctor, AT)
    assert [one.id for one in page.holds] == [health, missing, law]
    assert [one.id for one in queries.queue(doctor, AT, domain="hr_legal").holds] == [law]
    assert queries.domains_of(doctor, AT) == ("hr_legal", "hr_healthcare", "")
    for name in ("aiko", "chie", "daiki", "fumi"):
        assert queries.queue(cast.viewer(name), AT).holds == ()


def test_pages_of_the_queue_leave_nothing_out(cast, doctor):
    wanted = [
        hold(number, cast.atelier.id, clause, finished_at=AT + timedelta(seconds=number % 3))
        for number, clause in enumerate(["hr_healthcare", "hr_legal", "weapons"] * 5)
    ]
    found, after = [], ""
    while True:
        page = queries.queue(doctor, AT, after=after, limit=4)
        found += page.holds
        if not (after := page.next):
            break
    assert [one.id for one in found] == [
        one.id for one in sorted(found, key=lambda one: (one.due_at, one.id))
    ]
    assert sorted(one.id for one in found) == sorted(wanted)
    with pytest.raises(NotFoundError):
        queries.queue(doctor, AT, after="soon~rev_1")


def test_what_waits_for_facts_is_not_in_the_queue(cast, doctor):
    ticket = hold(organisation=cast.atelier.id)
    actions.claim(doctor, ticket, CLOCK)
    assert queries.queue(doctor, AT).holds[0].claimed_by == doctor.id
    actions.ask_facts(doctor, ticket, "How old are you?", CLOCK)
    assert queries.queue(doctor, AT).holds == ()


def test_what_is_over_is_not_in_the_queue_also_before_the_clock_has_come_by(cast, doctor):
    hold(organisation=cast.atelier.id)
    over = AT + TIMERS["hr_healthcare"].expire
    assert queries.queue(doctor, over - timedelta(seconds=1)).holds
    assert queries.queue(doctor, over).holds == ()


def test_a_places_part_is_covered_in_the_queue_too(cast):
    professional(cast.emi.id, jurisdictions=["US"])
    actions.demand(cast.viewer("aiko"), cast.atelier.id, "US-CA")
    ticket = hold(1, cast.atelier.id)
    actions.demand(cast.viewer("aiko"), cast.atelier.id, "JP")
    hold(2, cast.atelier.id)
    assert [one.id for one in queries.queue(cast.viewer("emi"), AT).holds] == [ticket]


def test_an_organisations_people_see_states_and_outsiders_nothing(cast, doctor):
    for number in range(3):
        hold(number, cast.atelier.id)
    ben = cast.viewer("ben")
    page = queries.holds_of(ben, cast.atelier.id, AT, limit=2)
    assert [one.id for one in page.holds] == ["rev_2", "rev_1"]
    rest = queries.holds_of(ben, cast.atelier.id, AT, before=page.next, limit=2)
    assert ([one.id for one in rest.holds], rest.next) == (["rev_0"], "")
    assert queries.hold(ben, "rev_0", AT).organisation == cast.atelier.id
    chie = cast.viewer("chie")
    for ask in (
        lambda: queries.holds_of(chie, cast.atelier.id, AT),
        lambda: queries.hold(chie, "rev_0", AT),
        lambda: queries.counts(chie, AT),
        lambda: queries.hold(ben, "rev_9", AT),
    ):
        with pytest.raises(NotFoundError):
            ask()


def test_counts_tell_what_is_open_and_what_was_decided_of_late(cast, doctor):
    for number in range(3):
        hold(number, cast.atelier.id)
    actions.claim(doctor, "rev_0", CLOCK)
    actions.release(doctor, "rev_0", agreed=True, clock=CLOCK)
    actions.claim(doctor, "rev_1", CLOCK)
    found = {state.value: count for state, count in queries.counts(doctor, AT).items() if count}
    assert found == {"waiting": 1, "claimed": 1, "released": 1}
    assert queries.hold_view("rev_1", AT + timedelta(hours=1)).claimed_by == ""
