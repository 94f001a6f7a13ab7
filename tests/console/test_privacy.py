"""The privacy centre, the page that asks, and sign-up: yes and no are equally easy, and nothing is taken for a yes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client

from sekisho.accounts import actions as accounts
from sekisho.accounts import queries as people
from sekisho.accounts.models import Membership, Organisation, Person
from sekisho.accounts.sign_up import SIGNED_UP
from sekisho.accounts.types import AgeBand, system
from sekisho.base.errors import NotFoundError
from sekisho.records.actions import store_turn
from sekisho.records.consent import actions, queries
from sekisho.records.consent.types import Answer, Purpose, Surface
from sekisho.records.consent.wording import current_words
from sekisho.records.queries import events_of
from tests.cast import Cast
from tests.console.conftest import client_of
from tests.factories import PASSWORD
from tests.records.consent.conftest import own_turn

NEWCOMER = "chie.new@example.test"
SIGN_UP = {"email": NEWCOMER, "password1": PASSWORD, "password2": PASSWORD}
CONFIRM = "/accounts/confirm-email/"
BUTTON = re.compile(r'<button class="([^"]*)" name="choice" value="(\w+)"([^>]*)>')
HIDDEN = re.compile(r'<input type="hidden" name="(account|notice|from|next)" value="([^"]*)">')


@pytest.fixture
def account(cast: Cast) -> str:
    """Ben's own account. He is an adult."""
    accounts.state_age(cast.viewer("ben"), AgeBand.ADULT)
    return accounts.open_account(cast.ben.id)


def press(client: Client, page: str, choice: str | None) -> str:
    """Open the page and press one of its buttons, as a browser without script does; return where that leads."""
    markup = client.get(page).content.decode()
    sent = dict(HIDDEN.findall(markup)) | ({"choice": choice} if choice else {})
    answer = client.post("/privacy/choose", sent)
    return str(answer["Location"])


def answer_of(cast: Cast, account: str, who: str = "ben") -> Answer:
    return queries.choice(cast.viewer(who), account, datetime.now(UTC)).answer


def test_yes_and_no_take_the_same_single_step(cast: Cast, account: str) -> None:
    """R-DATA-022: off is never more steps than on. Both are one press on the same page."""
    client = client_of(cast, "ben")
    for choice, before in (("allow", ""), ("dont_allow", "allow"), ("allow", "dont_allow")):
        buttons = BUTTON.findall(client.get("/privacy").content.decode())
        assert [(css, value) for css, value, _ in buttons] == [("button", "allow"), ("button", "dont_allow")]
        assert [value for _, value, more in buttons if "aria-pressed" in more] == ([before] if before else [])
        assert press(client, "/privacy", choice) == "/privacy"
        assert answer_of(cast, account).value == choice


@pytest.mark.parametrize("sent", [None, "", "yes", "on", "true", "ALLOW"], ids=repr)
def test_what_is_not_a_press_of_a_button_is_no_choice(sent: str | None, cast: Cast, account: str) -> None:
    press(client_of(cast, "ben"), "/privacy", sent)
    assert answer_of(cast, account) is Answer.UNSET
    assert events_of(account) == ()


def test_nobody_presses_for_another(cast: Cast, account: str) -> None:
    words = current_words(Purpose.MODEL_IMPROVEMENT, "en")
    sent = {"account": account, "notice": words.version, "choice": "allow", "from": "privacy"}
    assert client_of(cast, "chie").post("/privacy/choose", sent).status_code == 404
    assert client_of(cast, "").post("/privacy/choose", sent)["Location"].startswith("/accounts/login/")
    assert client_of(cast, "ben").get("/privacy/choose").status_code == 405
    assert events_of(account) == ()


def test_a_form_of_another_site_chooses_nothing(cast: Cast, account: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ben)
    assert client.post("/privacy/choose", {"account": account, "choice": "allow"}).status_code == 403
    assert events_of(account) == ()


def test_a_receipt_is_listed_and_handed_out_to_its_subject_alone(cast: Cast, account: str) -> None:
    client = client_of(cast, "ben", "ja")
    press(client, "/privacy", "allow")
    (kept,) = queries.receipts(cast.viewer("ben"))
    answer = client.get(f"/privacy/receipts/{kept.id}")
    facts = json.loads(answer.content)["receipt"]["facts"]
    assert (facts["choice"], facts["collection_method"], facts["notice_language"]) == (
        "allow",
        "privacy_page",
        "ja",
    )
    assert answer["Content-Disposition"] == f'attachment; filename="{kept.id}.json"'
    assert client_of(cast, "chie").get(f"/privacy/receipts/{kept.id}").status_code == 404
    assert f"/privacy/receipts/{kept.id}" in client.get("/privacy").content.decode()


def test_who_has_not_said_their_age_is_asked_when_they_allow(cast: Cast) -> None:
    account = accounts.open_account(cast.ben.id)
    client = client_of(cast, "ben")
    asked = press(client, "/privacy/choice?next=/policy", "allow")
    assert asked.startswith("/privacy/age?next=")
    assert answer_of(cast, account) is Answer.UNSET
    assert client.post(asked, {"age": "adult"})["Location"] == "/privacy/choice?next=%2Fpolicy"
    press(client, "/privacy", "allow")
    assert answer_of(cast, account) is Answer.ALLOW


def test_an_age_is_corrected_once_with_a_reason(cast: Cast, account: str) -> None:
    client = client_of(cast, "ben")
    assert client.post("/privacy/age", {"age": "minor"}).status_code == 422
    assert (
        client.post("/privacy/age", {"age": "minor", "reason": "I clicked the wrong one."}).status_code == 302
    )
    assert people.person(cast.viewer("ben"), cast.ben.id).age is AgeBand.MINOR
    assert client.post("/privacy/age", {"age": "adult", "reason": "Once more."}).status_code == 422


# --- who had an account before ------------------------------------------------------------------------------
@pytest.fixture
def existing(cast: Cast, account: str) -> str:
    Organisation.objects.filter(id=account).update(created_at=datetime(2025, 1, 1, tzinfo=UTC))
    return account


def test_the_next_session_of_who_has_not_chosen_waits_for_two_buttons(cast: Cast, existing: str) -> None:
    client = client_of(cast, "ben")
    asked = client.get(f"/o/{existing}?period=month")
    assert asked["Location"] == f"/privacy/choice?next=%2Fo%2F{existing}%3Fperiod%3Dmonth"
    assert client.get("/playground")["Location"].startswith("/privacy/choice")
    page = client.get(asked["Location"]).content.decode()
    assert len(BUTTON.findall(page)) == 2
    assert "Decide later" not in page
    assert press(client, asked["Location"], "dont_allow") == f"/o/{existing}?period=month"
    assert client.get(f"/o/{existing}?period=month").status_code == 200


@pytest.mark.parametrize("page", ["/privacy", "/privacy/age", "/notices", "/policy", "/accounts/logout/"])
def test_rights_do_not_wait_for_a_choice(page: str, cast: Cast, existing: str) -> None:
    assert client_of(cast, "ben").get(page).status_code == 200


def test_an_organisations_pages_do_not_wait_for_a_personal_choice(cast: Cast, existing: str) -> None:
    assert client_of(cast, "ben").get(f"/o/{cast.atelier.id}/keys").status_code == 200


def test_who_came_later_is_not_stopped(cast: Cast, account: str) -> None:
    client = client_of(cast, "ben")
    assert client.get(f"/o/{account}").status_code == 200
    assert "Decide later" in client.get("/privacy/choice").content.decode()


@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_way_back_never_leads_to_another_site(page: str, cast: Cast, existing: str) -> None:
    assert press(client_of(cast, "ben"), f"/privacy/choice?next={page}", "dont_allow") == "/"


# --- signing up ---------------------------------------------------------------------------------------------
@pytest.fixture
def newcomer(db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("SEKISHO_OPEN_SIGNUP", "1")
    return Client(headers={"accept-language": "ja"})


def sign_up(client: Client, **more: str) -> str:
    """Sign up and prove the address by the code from the mail. Return where that leads."""
    assert client.post("/accounts/signup/", SIGN_UP | more).status_code == 302
    found = re.search(r"^\s*([A-Z0-9]{4,8}(?:-[A-Z0-9]{4})?)\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return str(client.post(CONFIRM, {"code": found[1]})["Location"])


def own_account() -> tuple[str, Person]:
    person = Person.objects.get(email=NEWCOMER)
    return Membership.objects.get(person=person).organisation_id, person


def test_who_signs_up_chooses_then_and_there(newcomer: Client) -> None:
    assert sign_up(newcomer, age="adult") == "/privacy/choice"
    _, person = own_account()
    assert (person.language, person.age_band) == ("ja", "adult")
    page = newcomer.get("/privacy/choice").content.decode()
    assert not [value for _, value, more in BUTTON.findall(page) if "aria-pressed" in more], (
        "nothing is preselected"
    )
    press(newcomer, "/privacy/choice", "allow")
    (receipt,) = queries.receipts(people.viewer(person.id))
    assert (receipt.surface, receipt.previous, receipt.language) == ("sign_up", Answer.UNSET, "ja")
    assert SIGNED_UP not in newcomer.session


def test_sign_up_completes_when_the_question_is_left_open(newcomer: Client) -> None:
    sign_up(newcomer)
    account, person = own_account()
    assert person.age_band == "unknown"
    assert 'href="/"' in newcomer.get("/privacy/choice").content.decode(), "decide later"
    assert newcomer.get(f"/o/{account}").status_code == 200
    assert queries.choice(people.viewer(person.id), account, datetime.now(UTC)).answer is Answer.UNSET
    assert events_of(account) == ()
    assert Organisation.objects.get(id=account).plan == "free"


def test_the_question_comes_once_wherever_sign_up_was_to_lead(newcomer: Client) -> None:
    assert sign_up(newcomer, next="/playground") == "/playground"
    asked = newcomer.get("/playground")["Location"]
    assert asked == "/privacy/choice?next=%2Fplayground"
    assert "/playground" in newcomer.get(asked).content.decode()
    assert newcomer.get("/playground").status_code == 200, "left open, it is not asked again"


def test_nothing_is_preselected_at_sign_up(newcomer: Client) -> None:
    page = newcomer.get("/accounts/signup/").content.decode()
    assert page.count('type="radio"') == 2
    assert "checked" not in page


def test_signing_up_is_closed_as_installed(client: Client, db: None) -> None:
    client.post("/accounts/signup/", SIGN_UP)
    assert not Person.objects.filter(email=NEWCOMER).exists()


def test_an_address_that_has_an_account_gets_no_second_one(newcomer: Client, cast: Cast) -> None:
    newcomer.post("/accounts/signup/", SIGN_UP | {"email": cast.ben.email})
    assert list(Membership.objects.filter(person=cast.ben).values_list("organisation_id", flat=True)) == [
        cast.atelier.id
    ]


def test_a_plan_never_turns_a_person_into_an_organisation(cast: Cast, account: str) -> None:
    from sekisho.accounts.types import Plan
    from sekisho.base.errors import SekishoError

    accounts.change_plan(system("cli"), account, Plan.MAX)
    with pytest.raises(SekishoError) as refused:
        accounts.change_plan(system("cli"), account, Plan.TEAM)
    assert refused.value.code == "other_terms"


def test_conversations_are_moved_by_their_person_and_nothing_is_chosen_before(
    cast: Cast, account: str
) -> None:
    store_turn(own_turn(cast.ben, account, "kept", datetime.now(UTC)))
    client = client_of(cast, "ben")
    page = client.get("/privacy/move").content.decode()
    assert "checked" not in page
    (talk,) = queries.movable(cast.viewer("ben"), account, datetime.now(UTC))
    assert client.post("/privacy/move", {"organisation": cast.atelier.id}).status_code == 422
    sent = {"organisation": cast.atelier.id, "conversations": [talk.id]}
    assert client.post("/privacy/move", sent)["Location"] == "/privacy"
    assert queries.settings(cast.viewer("aiko"), cast.atelier.id, datetime.now(UTC)).stored == 1
    assert client_of(cast, "chie").get("/privacy/move").status_code == 404


def test_earlier_messages_are_included_conversation_by_conversation_and_nothing_is_chosen_before(
    cast: Cast, account: str
) -> None:
    store_turn(own_turn(cast.ben, account, "earlier", datetime.now(UTC)))
    client, ben = client_of(cast, "ben"), cast.viewer("ben")
    assert queries.includable(ben, account, datetime.now(UTC)) == ()  # nothing is allowed yet
    words = current_words(Purpose.MODEL_IMPROVEMENT, "en")
    actions.choose(
        ben,
        account,
        True,
        surface=Surface.PRIVACY_PAGE,
        notice=words.version,
        language="en",
        at=datetime.now(UTC),
    )
    assert "checked" not in client.get("/privacy/include").content.decode()
    (talk,) = queries.includable(ben, account, datetime.now(UTC))
    assert client.post("/privacy/include", {}).status_code == 422
    assert client.post("/privacy/include", {"conversations": [talk.id]})["Location"] == "/privacy"
    assert queries.includable(ben, account, datetime.now(UTC)) == ()  # it may be used now
    with pytest.raises(NotFoundError):
        actions.include(cast.viewer("chie"), account, [talk.id], at=datetime.now(UTC))
