"""The messenger's pages without a browser: as plain forms, in JSON, from an old host to a new one."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now

from sekisho.accounts.models import Person
from sekisho.accounts.types import Plan
from sekisho.console.messenger.asking import CAME_LIVES, COOKIE
from sekisho.support.bot.types import Answer, AnswerKind, Failure
from sekisho.support.messenger import models, seam
from sekisho.support.messenger.rules.terms import TERMS
from tests.cast import Cast
from tests.support.messenger.talks import GOOD, Scripted

SCRIPT = Path(__file__).parents[2] / "src/sekisho/console/static/console/js/messenger.js"
OLD, NEW = "console.old.example", "platform.example"
JSON = {"accept": "application/json"}


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """A bot that knows one answer, again and again."""
    scripted = Scripted([GOOD] * 9)
    monkeypatch.setattr(seam, "responder", lambda: scripted)
    return scripted


@pytest.fixture
def browser(cast: Cast, client: Client) -> Client:
    cast.atelier.plan = Plan.PRO.value
    cast.atelier.save()
    client.force_login(cast.ben)
    return client


def agreed(client: Client, **more: str) -> str:
    """Begin a conversation and return its address."""
    answer = client.post("/help/messenger/agree", {"version": TERMS.version, **more})
    assert answer.status_code == 302, answer.content
    return answer["location"].partition("#")[0].partition("?")[0]


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


# --- the first screen ------------------------------------------------------------------------------------------------
def test_the_first_screen_offers_search_and_the_bot_and_stores_nothing(db: None, client: Client):
    page = text_of(client.get("/help/messenger"))
    assert re.findall(r"<h2[^>]*>([^<]+)</h2>", page) == ["Search help resources", "Chat with the bot"]
    assert client.get("/help/messenger", {"q": "key"}).status_code == 200
    assert client.get("/help/messenger/talk").status_code == 200
    assert COOKIE not in client.cookies
    assert not models.Conversation.objects.exists()


def test_the_whole_way_without_script(browser: Client, bot: Scripted):
    talk = agreed(browser)
    page = text_of(browser.get(talk))
    assert 'value="how_to"' in page
    browser.post(f"{talk}/issue", {"issue": "technical_problem"})
    page = text_of(browser.get(talk))
    assert 'name="happened"' in page
    wrong = browser.post(f"{talk}/details", {"happened": "", "submission": "1"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in text_of(wrong)
    assert browser.post(f"{talk}/details", {"happened": "It fails", "submission": "2"}).status_code == 302
    page = text_of(browser.get(talk))
    assert GOOD.text in page
    assert "Did this answer your question?" in page
    browser.post(f"{talk}/say", {"text": "May I talk to a person?", "submission": "3"})
    assert "/people" in text_of(browser.get(talk))
    browser.post(f"{talk}/people")
    page = text_of(browser.get(talk))
    assert "A person answers by e-mail to" in page
    assert "b•••" in page


def test_forms_are_protected_against_other_sites(cast: Cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ben)
    assert client.post("/help/messenger/agree", {"version": TERMS.version}).status_code == 403
    assert not models.Conversation.objects.exists()


def test_markup_is_shown_as_it_was_typed(browser: Client, bot: Scripted):
    talk = agreed(browser)
    browser.post(f"{talk}/say", {"text": "<script>alert(1)</script>", "submission": "1"})
    page = text_of(browser.get(talk))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_a_message_that_is_too_long_is_refused_in_words_and_nothing_of_it_is_cut_off(
    browser: Client, bot: Scripted
):
    talk, long = agreed(browser), "word " * 60_000
    browser.post(f"{talk}/say", {"text": "Hello", "submission": "0"})
    refused = browser.post(f"{talk}/say", {"text": long, "submission": "1"})
    assert refused.status_code == 422
    assert "The message has 299,999 characters, and at most 4,000 are taken." in text_of(refused)
    assert long in text_of(refused)


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "has 5,001 characters, and at most 5,000"), ("ja", "5,001 文字です")]
)
def test_a_detail_that_is_too_long_is_refused_beside_its_field_with_every_word(
    lang: str, said: str, browser: Client, bot: Scripted
):
    talk, long = agreed(browser), "a" * 5_001
    browser.post(f"{talk}/issue", {"issue": "technical_problem"})
    refused = browser.post(
        f"{talk}/details", {"happened": long, "submission": "1"}, headers={"accept-language": lang}
    )
    assert refused.status_code == 422
    assert said in text_of(refused)
    assert long in text_of(refused)


def test_the_element_is_told_how_long_each_text_may_be_and_what_to_say_of_a_longer_one(
    browser: Client, bot: Scripted
):
    talk = agreed(browser)
    browser.post(f"{talk}/issue", {"issue": "technical_problem"})
    state = browser.get("/help/messenger/state").json()
    bounds = {one["name"]: one["most"] for one in state["talk"]["fields"]}
    assert (state["most"], bounds["happened"]) == (4_000, 5_000)
    assert set(bounds.values()) == {300, 5_000}
    assert all(
        f"at most {one['most']:,} are" in one["long"] and "{count}" in one["long"]
        for one in state["talk"]["fields"]
    )


def test_somebody_else_finds_nothing_there(browser: Client, cast: Cast, bot: Scripted):
    talk = agreed(browser)
    other = Client()
    for who in (None, cast.chie):
        if who:
            other.force_login(who)
        assert other.get(talk).status_code == 404
        for path in ("say", "details", "issue", "people", "rate", "transcript", "end", "owner"):
            assert other.post(f"{talk}/{path}", {"text": "x", "issue": "how_to"}).status_code == 404


def test_a_visitor_comes_back_by_a_cookie_that_scripts_cannot_read(db: None, client: Client, bot: Scripted):
    talk = agreed(client)
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get("/help/messenger/talk")["location"].startswith(talk)
    assert Client().get(talk).status_code == 404


@pytest.mark.parametrize("is_known", [False, True])
def test_a_secret_that_somebody_else_put_into_a_browser_opens_no_conversation(db: None, is_known: bool):
    attacker, client = Client(), Client()
    attacker.cookies[COOKIE] = "planted"
    if is_known:
        agreed(attacker)
    client.cookies[COOKIE] = planted = attacker.cookies[COOKIE].value
    talk = agreed(client)
    assert client.get(talk).status_code == 200
    assert client.cookies[COOKIE].value != planted
    assert attacker.get(talk).status_code == 404


def test_what_was_begun_before_signing_in_is_taken_along(cast: Cast, client: Client, bot: Scripted):
    talk = agreed(client)
    secret = client.cookies[COOKIE].value
    client.force_login(cast.ben)
    assert client.get("/help/messenger/state").json()["talk"]["url"] == talk
    other = Client()
    other.cookies[COOKIE] = secret
    assert other.get(talk).status_code == 404
    assert models.Conversation.objects.get().person == cast.ben.id


def test_who_belongs_to_several_accounts_says_which(cast: Cast, client: Client):
    from sekisho.accounts.types import Role
    from tests import factories

    factories.member(cast.elsewhere, cast.ben, Role.MEMBER)
    client.force_login(cast.ben)
    page = text_of(client.get("/help/messenger/talk"))
    assert cast.atelier.name.replace("'", "&#x27;") in page
    assert cast.elsewhere.name in page
    agreed(client, organisation=cast.elsewhere.id)
    assert models.Conversation.objects.get().organisation == cast.elsewhere.id


def test_an_organisation_that_is_not_ones_own_is_none(cast: Cast, client: Client):
    client.force_login(cast.ben)
    agreed(client, organisation=cast.elsewhere.id)
    assert models.Conversation.objects.get().organisation == cast.atelier.id


# --- in JSON ---------------------------------------------------------------------------------------------------------
def test_the_state_says_all_that_the_element_needs(browser: Client, bot: Scripted):
    state = browser.get("/help/messenger/state?from=product").json()
    assert state["talk"] is None
    assert state["terms"]["version"] == TERMS.version
    assert state["words"]["agree"] == "Agree"
    assert state["csrf"]


def test_what_is_said_is_answered_in_the_same_reply_and_never_twice(browser: Client, bot: Scripted):
    begun = browser.post(
        "/help/messenger/agree", {"version": TERMS.version, "from": "product"}, headers=JSON
    ).json()
    url = begun["talk"]["url"]
    sent = {"text": "How do I make a key?", "submission": "1", "from": "product", "after": "1"}
    for _ in range(2):
        events = browser.post(f"{url}/say", sent, headers=JSON).json()["talk"]["events"]
        assert [one["kind"] for one in events] == ["said", "answered"]
    assert events[-1]["sources"] == [{"title": "Making a key", "href": "/help/keys"}] or events[-1]["sources"]
    polled = browser.get("/help/messenger/state", {"from": "product", "after": "2"}).json()["talk"]["events"]
    assert [one["n"] for one in polled] == [3]


def test_a_refusal_says_what_to_do_in_the_readers_language(browser: Client, bot: Scripted):
    url = agreed(browser)
    browser.cookies["django_language"] = "ja"
    refused = browser.post(f"{url}/say", {"text": " ", "submission": "1"}, headers=JSON)
    assert refused.status_code == 422
    assert refused.json()["error"] == "nothing_said"
    assert "入力してください" in refused.json()["message"]


def test_an_answer_that_names_a_script_as_a_link_names_no_link(
    browser: Client, monkeypatch: pytest.MonkeyPatch
):
    from sekisho.support.bot.types import Citation

    evil = Answer(AnswerKind.ANSWER, "Click", (Citation("arv_x", "../../x", "javascript:alert(1)"),))
    monkeypatch.setattr(seam, "responder", lambda: Scripted([evil]))
    url = agreed(browser)
    said = browser.post(f"{url}/say", {"text": "hello there", "submission": "1"}, headers=JSON).json()
    for link in said["talk"]["events"][-1]["sources"]:
        assert link["href"].startswith("/help/")


def test_when_the_model_dies_the_plain_page_goes_on_too(browser: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(seam, "responder", lambda: Scripted([Failure.DOWN]))
    talk = agreed(browser)
    browser.post(f"{talk}/say", {"text": "How do I make a key?", "submission": "1"})
    page = text_of(browser.get(talk))
    assert "cannot answer right now" in page
    assert "/people" in page


def test_one_network_begins_so_many_conversations_an_hour(db: None, client: Client, monkeypatch):
    monkeypatch.setattr("sekisho.console.messenger.pages.AN_HOUR", 1)
    agreed(client)
    assert Client().post("/help/messenger/agree", {"version": TERMS.version}).status_code == 429


# --- by mail ---------------------------------------------------------------------------------------------------------
def test_a_transcript_goes_to_the_verified_address_once(browser: Client, cast: Cast, bot: Scripted):
    talk = agreed(browser)
    browser.post(f"{talk}/say", {"text": "How do I make a key?", "submission": "1"})
    assert browser.post(f"{talk}/transcript").status_code == 302
    assert browser.post(f"{talk}/transcript").status_code == 422
    (sent,) = mail.outbox
    assert sent.to == [cast.ben.email]
    assert GOOD.text in sent.body
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


# --- from the old host to the new ------------------------------------------------------------------------------------
@pytest.fixture
def two_hosts(monkeypatch: pytest.MonkeyPatch, settings, cast: Cast) -> tuple[Client, Client]:
    """The same browser at the old host, where Ben is signed in, and at the new one."""
    settings.ALLOWED_HOSTS = [OLD, NEW]
    monkeypatch.setenv("SEKISHO_SUPPORT_CONSOLE_HOSTS", f"{OLD}={NEW}")
    old, new = Client(headers={"host": OLD}), Client(headers={"host": NEW})
    old.force_login(cast.ben)
    return old, new


def test_who_is_signed_in_at_the_old_host_alone_is_led_to_the_new_and_the_draft_is_sent_after(
    two_hosts: tuple[Client, Client], cast: Cast, bot: Scripted
):
    old, new = two_hosts
    talk = agreed(old)
    told = old.post(f"{talk}/say", {"text": "My secret draft", "submission": "1"}, headers=JSON).json()
    assert told["talk"]["events"][-1]["kind"] == "move"
    assert not bot.asked
    there = old.get("/help/messenger/move")["location"]
    assert there.startswith(f"http://{NEW}/help/messenger/sign-in?")
    assert "draft" not in there
    path = there.removeprefix(f"http://{NEW}")
    assert "/accounts/login" in new.get(path)["location"]
    new.force_login(cast.ben)
    assert new.get(path).status_code == 200
    back = new.post(path)["location"]
    assert back.startswith(f"http://{OLD}/help/messenger/return?")
    assert cast.ben.id not in back + there
    done = old.get(back.removeprefix(f"http://{OLD}"))
    assert done.status_code == 302
    assert [one.text for one in bot.asked] == ["My secret draft"]
    page = text_of(old.get(talk))
    assert "My secret draft" in page
    old.post(f"{talk}/say", {"text": "And another", "submission": "2"})
    assert len(bot.asked) == 2


def test_the_code_counts_once_and_for_this_browser_alone(
    two_hosts: tuple[Client, Client], cast: Cast, bot: Scripted
):
    old, new = two_hosts
    agreed(old)
    path = old.get("/help/messenger/move")["location"].removeprefix(f"http://{NEW}")
    new.force_login(cast.ben)
    back = new.post(path)["location"].removeprefix(f"http://{OLD}")
    stolen = Client(headers={"host": OLD})
    stolen.force_login(cast.chie)
    stolen.get("/help/messenger/move")
    stolen.get(back)
    assert "support_as" not in stolen.session
    old.get(back)
    assert old.session["support_as"] == cast.ben.id
    again = old.get(back, follow=True)
    assert "does not count here any more" in text_of(again)


@pytest.mark.parametrize("ends", ["a new password", "a closed account", "an hour"])
def test_who_came_over_counts_no_longer_than_their_sign_in(
    ends: str, two_hosts: tuple[Client, Client], cast: Cast, bot: Scripted, monkeypatch: pytest.MonkeyPatch
):
    old, new = two_hosts
    old.force_login(cast.chie)
    agreed(old)
    new.force_login(cast.ben)
    path = old.get("/help/messenger/move")["location"].removeprefix(f"http://{NEW}")
    old.get(new.post(path)["location"].removeprefix(f"http://{OLD}"))
    talk = old.get("/help/messenger/state").json()["talk"]
    assert models.Conversation.objects.get(id=talk["id"]).person == cast.ben.id
    if ends == "an hour":
        monkeypatch.setattr("sekisho.console.messenger.asking.now", lambda: now() + CAME_LIVES)
    elif ends == "a closed account":
        Person.objects.filter(id=cast.ben.id).update(is_active=False)
    else:
        cast.ben.set_unusable_password()
        cast.ben.save()
    assert old.get("/help/messenger/state").json()["talk"] is None
    assert old.get(talk["url"]).status_code == 404
    assert old.post(f"{talk['url']}/say", {"text": "As Ben?", "submission": "9"}).status_code == 404


@pytest.mark.parametrize(
    "audience",
    [
        pytest.param("https://evil.example", id="another site"),
        pytest.param(f"http://{OLD}.evil.example", id="a name that begins like ours"),
        pytest.param(f"http://user@{OLD}", id="with a user"),
        pytest.param(f"http://{NEW}", id="a host that is not old"),
        pytest.param("", id="none"),
    ],
)
def test_a_code_is_made_for_our_old_hosts_alone(two_hosts: tuple[Client, Client], cast: Cast, audience: str):
    _, new = two_hosts
    new.force_login(cast.ben)
    query = {"audience": audience, "state": "0" * 64}
    assert new.get("/help/messenger/sign-in", query).status_code == 404


def test_reading_and_searching_ask_for_no_other_sign_in(two_hosts: tuple[Client, Client], bot: Scripted):
    old, _ = two_hosts
    assert old.get("/help/messenger", {"q": "key"}).status_code == 200
    assert old.get("/help/messenger/state").json()["talk"] is None


def test_the_product_of_the_old_host_goes_on_as_before(two_hosts: tuple[Client, Client], bot: Scripted):
    old, _ = two_hosts
    talk = agreed(old, **{"from": "product"})
    old.post(f"{talk}/say", {"text": "How do I make a key?", "submission": "1", "from": "product"})
    assert len(bot.asked) == 1


# --- the file --------------------------------------------------------------------------------------------------------
def test_the_element_is_small_and_depends_on_nothing():
    source = SCRIPT.read_bytes()
    assert len(gzip.compress(source, 9)) <= 6_000
    text = source.decode()
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|\bimport\b|\.style\b", text
    )


def test_every_word_that_the_element_shows_is_sent_to_it():
    from sekisho.console.messenger.words import UI

    used = set(re.findall(r"\bthis\.w\.(\w+)", SCRIPT.read_text("utf-8"))) | {"yes", "no"}
    assert used <= set(UI), used - set(UI)


def test_product_pages_have_the_menu_with_help_and_the_element(browser: Client, cast: Cast):
    page = text_of(browser.get(f"/o/{cast.atelier.id}"))
    assert 'data-messenger="product"' in page
    assert '<sekisho-messenger data-from="product"' in page
    assert "data-icon" not in page


def test_json_states_are_not_kept_by_anybody(browser: Client):
    assert "no-store" in browser.get("/help/messenger/state")["cache-control"]
    assert json.loads(browser.get("/help/messenger/state").content)["signedIn"] is True
