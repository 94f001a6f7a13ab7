"""A person chooses: who may, what is written down, and that nothing else can."""

from __future__ import annotations

import ast
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sekisho.accounts import actions as accounts
from sekisho.accounts import queries as people
from sekisho.accounts.models import Organisation, Person
from sekisho.accounts.types import AccountFacts, AgeBand, Plan, system
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.notices.models import Notice
from sekisho.records.calendar import shipped
from sekisho.records.consent import queries
from sekisho.records.consent.models import ChoiceRow
from sekisho.records.consent.rules import current_holder, may_allow
from sekisho.records.consent.types import Answer, May, MayNot, Purpose, Surface
from sekisho.records.consent.wording import VERSIONS, words
from sekisho.records.queries import events_of
from sekisho.records.rules import consumer_epochs
from sekisho.records.types import Kind
from tests.records.consent.conftest import AT, chooses

SRC = Path(__file__).parents[3] / "src" / "sekisho"
HOUR = timedelta(hours=1)


def test_nothing_is_chosen_until_the_person_chooses(chie, account):
    found = queries.choice(people.viewer(chie.id), account, AT)
    assert (found.answer, found.may_allow, found.at) == (Answer.UNSET, May(), None)
    assert queries.consents_for_gateway(AT) == {}


def test_an_allow_begins_an_epoch_and_a_refusal_ends_it(chie, account):
    chooses(chie, account, True)
    (event,) = events_of(account)
    assert queries.consents_for_gateway(AT) == {account: event.seq}
    chooses(chie, account, True, AT + HOUR)
    assert queries.consents_for_gateway(AT) == {account: event.seq}, "the epoch that is open goes on"
    chooses(chie, account, False, AT + 2 * HOUR)
    assert queries.consents_for_gateway(AT) == {}
    (epoch,) = consumer_epochs(events_of(account))
    assert (epoch.since, epoch.until) == (AT, AT + 2 * HOUR)
    assert {one.scope.member for one in events_of(account)} == {chie.id}


def test_each_choice_has_a_receipt_that_says_which_words_were_read(chie, account):
    chooses(chie, account, True, surface=Surface.SIGN_UP, language="ja")
    chooses(chie, account, False, AT + HOUR)
    viewer = people.viewer(chie.id)
    last, first = queries.receipts(viewer)
    assert (first.answer, first.previous, first.surface) == (Answer.ALLOW, Answer.UNSET, "sign_up")
    assert (last.answer, last.previous, last.surface) == (Answer.DONT_ALLOW, Answer.ALLOW, "privacy_page")
    facts = queries.receipt_document(viewer, first.id)["receipt"]["facts"]
    read = words(facts["notice_version"], "ja")
    assert facts["notice_sha256"] == read.digest
    assert (facts["event"], facts["retention"], facts["lawful_basis"]) == ("consent_given", "P5Y", "consent")
    withdrawn = queries.receipt_document(viewer, last.id)["receipt"]["facts"]
    assert (withdrawn["event"], withdrawn["retention"]) == ("consent_withdrawn", "P30D")
    assert json.dumps(facts, ensure_ascii=False).count("@") == 0, "no address, no content"


def test_nobody_else_sees_a_receipt_or_a_choice(chie, ben, account):
    made = chooses(chie, account, True)
    for ask in (queries.receipt, queries.receipt_document):
        with pytest.raises(NotFoundError):
            ask(people.viewer(ben.id), made)
    with pytest.raises(NotFoundError):
        queries.choice(people.viewer(ben.id), account, AT)


@pytest.mark.parametrize("who", ["ben", "aiko", "emi", "system", "nobody"])
def test_nobody_chooses_for_another(who, chie, account, request):
    actor = system("cli").id if who == "system" else ""
    viewer = system("cli") if who == "system" else people.viewer(actor)
    if who not in ("system", "nobody"):
        viewer = people.viewer(request.getfixturevalue(who).id)
    from sekisho.records.consent import actions

    for allow in (True, False):
        with pytest.raises(NotFoundError):
            actions.choose(
                viewer,
                account,
                allow,
                surface=Surface.PRIVACY_PAGE,
                notice=VERSIONS[-1],
                language="en",
                at=AT,
            )
    assert events_of(account) == ()


CHIE, BEN = "usr_chie", "usr_ben"
ADULT = {CHIE: AgeBand.ADULT}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, "", id="an adult alone"),
        pytest.param({"plan": Plan.PRO}, "", id="pro"),
        pytest.param({"plan": Plan.MAX}, "", id="max"),
        pytest.param({"plan": Plan.TEAM}, "organisation", id="team"),
        pytest.param({"plan": Plan.API}, "organisation", id="api"),
        pytest.param({"plan": Plan.GOV}, "organisation", id="gov"),
        pytest.param({"plan": Plan.THIRD_PARTY}, "organisation", id="third party"),
        pytest.param({"plan": Plan.ENTERPRISE}, "organisation", id="enterprise"),
        pytest.param({"people": {CHIE: AgeBand.MINOR}}, "minor", id="a minor"),
        pytest.param({"people": {CHIE: AgeBand.UNKNOWN}}, "age_unknown", id="an unknown age"),
        pytest.param({"education": True}, "education", id="a school"),
        pytest.param({"people": ADULT | {BEN: AgeBand.ADULT}}, "shared_account", id="two people"),
        pytest.param({"people": {BEN: AgeBand.ADULT}}, "not_own_account", id="another's account"),
        pytest.param({"people": {}}, "not_own_account", id="nobody's account"),
    ],
)
def test_who_may_allow(facts, expected):
    account = AccountFacts(**({"id": "org_1", "plan": Plan.FREE, "people": ADULT, "created_at": AT} | facts))
    answer = may_allow(account, CHIE)
    assert (answer.code if isinstance(answer, MayNot) else "") == expected
    assert (current_holder(account) == CHIE) is (expected == "")


@pytest.mark.parametrize("age", [AgeBand.MINOR, AgeBand.UNKNOWN])
def test_a_minor_and_who_does_not_say_cannot_allow_but_may_say_no(age, chie, account):
    Person.objects.filter(id=chie.id).update(age_band=age.value)
    with pytest.raises(SekishoError) as refused:
        chooses(chie, account, True)
    assert refused.value.code == "cannot_allow"
    assert events_of(account) == ()
    chooses(chie, account, False)
    assert [one.kind for one in events_of(account)] == [Kind.DENIED]


@pytest.mark.parametrize(
    "change", ["a second person joins", "it becomes a school's", "its person is a minor"]
)
def test_consent_ends_where_nobody_may_hold_it_any_more(
    change, chie, ben, account, django_capture_on_commit_callbacks
):
    chooses(chie, account, True)
    with django_capture_on_commit_callbacks(execute=True):
        match change:
            case "a second person joins":
                accounts.add_member(system("cli"), account, ben.email)
            case "it becomes a school's":
                accounts.set_education(system("cli"), account, True)
            case _:
                accounts.state_age(people.viewer(chie.id), AgeBand.MINOR, "I clicked the wrong one.")
        assert queries.consents_for_gateway(AT) == {}, "gateways are told so at once"
    assert [one.kind for one in events_of(account)] == [Kind.ALLOWED, Kind.DENIED]
    assert queries.choice(people.viewer(chie.id), account, AT).answer is Answer.DONT_ALLOW
    assert Notice.objects.filter(kind="consent_ended", person=chie.id).count() == 1


def test_consent_does_not_come_back_when_the_second_person_leaves(
    chie, ben, account, django_capture_on_commit_callbacks
):
    chooses(chie, account, True)
    with django_capture_on_commit_callbacks(execute=True):
        accounts.add_member(system("cli"), account, ben.email)
    with django_capture_on_commit_callbacks(execute=True):
        accounts.remove_member(people.viewer(chie.id), account, ben.id)
    assert queries.consents_for_gateway(AT) == {}


def test_consent_never_transfers(chie, ben, account, django_capture_on_commit_callbacks):
    """Not to another account of the person, not to who takes the account over, not to who gets the address."""
    chooses(chie, account, True)
    again = accounts.open_account(chie.id)
    assert queries.choice(people.viewer(chie.id), again, AT).answer is Answer.UNSET
    Person.objects.filter(id=ben.id).update(age_band=AgeBand.ADULT.value)
    with django_capture_on_commit_callbacks(execute=True):
        accounts.add_member(system("cli"), account, ben.email)
        accounts.transfer_ownership(system("cli"), account, ben.id)
        accounts.remove_member(people.viewer(ben.id), account, chie.id)
    assert queries.choice(people.viewer(ben.id), account, AT).answer is Answer.UNSET
    assert queries.consents_for_gateway(AT) == {}
    address = chie.email
    chie.delete()
    anew = Person.objects.create_user(address, None)
    assert queries.receipts(people.viewer(anew.id)) == ()


def test_words_that_were_not_read_bind_nobody(chie, account):
    with pytest.raises(SekishoError) as refused:
        chooses(chie, account, True, notice="2024-01-01")
    assert refused.value.code == "notice_changed"
    assert events_of(account) == ()


def test_the_words_of_a_version_never_change():
    """A receipt names version, language and digest: whoever edits a version that was in force breaks this."""
    assert {(version, lang): words(version, lang).digest[:16] for version in VERSIONS for lang in ("en", "ja")} == {
        ("2025-08-28", "en"): "46cc92dfebff88c4",
        ("2025-08-28", "ja"): "9e53c8eecd513f29",
    }  # fmt: skip


def test_an_answer_holds_for_its_purpose_alone(chie, account):
    assert list(Purpose) == [Purpose.MODEL_IMPROVEMENT]
    chooses(chie, account, True)
    row = ChoiceRow.objects.get()
    row.purpose = "another_purpose"
    row.save()
    assert queries.choice(people.viewer(chie.id), account, AT).answer is Answer.UNSET
    assert queries.consents_for_gateway(AT) == {}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_words_say_the_numbers_of_the_calendar(language):
    said, calendar = " ".join(words(VERSIONS[-1], language).paragraphs), shipped()
    for number in (
        calendar.allowed_years,
        calendar.standard.days,
        calendar.grace // HOUR,
        calendar.recall // HOUR,
    ):
        assert str(number) in said


@pytest.mark.parametrize(
    ("created_at", "at", "answer", "expected"),
    [
        pytest.param(
            "2025-08-28T11:59:59", "2025-10-09T12:00:00", None, True, id="existing, the deadline itself"
        ),
        pytest.param(
            "2025-08-28T11:59:59", "2025-10-09T11:59:59", None, False, id="existing, a second before it"
        ),
        pytest.param(
            "2025-08-28T12:00:00", "2026-10-09T12:00:00", None, False, id="new: was asked at sign-up"
        ),
        pytest.param("2025-08-28T11:59:59", "2026-10-09T12:00:00", False, False, id="existing, said no"),
        pytest.param("2025-08-28T11:59:59", "2026-10-09T12:00:00", True, False, id="existing, said yes"),
    ],
)
def test_who_is_asked_before_the_next_session(created_at, at, answer, expected, chie, account):
    Organisation.objects.filter(id=account).update(created_at=_utc(created_at))
    if answer is not None:
        chooses(chie, account, answer)
    assert queries.choice(people.viewer(chie.id), account, _utc(at)).must_choose is expected


def _utc(moment):
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_only_the_pages_of_a_signed_in_person_lead_to_an_allow():
    """No settings file, variable, flag, key or administrator: nothing else in the source calls `choose` or writes the
    event (R-DATA-037)."""
    callers = {path.relative_to(SRC).as_posix() for path in SRC.rglob("*.py") if _chooses(path)}
    assert callers <= {"console/privacy.py"}
    writers = {path.relative_to(SRC).as_posix() for path in SRC.rglob("*.py") if _appends_allowed(path)}
    assert writers == {"records/consent/actions/choosing.py"}


def _names(path, wanted):
    tree = ast.parse(path.read_text("utf-8"))
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(getattr(one, "attr", getattr(one, "id", "")) == wanted for one in calls)


def _chooses(path):
    return "records.consent" in path.read_text("utf-8") and _names(path, "choose")


def _appends_allowed(path):
    text = path.read_text("utf-8")
    return "Kind.ALLOWED" in text and "records.actions" in text
