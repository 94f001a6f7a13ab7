"""The help centre: read without account or script, cached, voted on by nobody, exported as far as it is public."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from sekisho.accounts.models import Organisation
from sekisho.accounts.types import Plan, Role
from sekisho.compliance.actions import state_profile
from sekisho.compliance.types import Profile, Uk
from sekisho.support.help import queries
from sekisho.support.help.types import Audience
from sekisho.support.search.queries import misses
from tests.cast import Cast
from tests.console.conftest import client_of
from tests.console.help_rows import SHOWN
from tests.factories import member
from tests.support.help.makers import EDITOR, publish

pytestmark = pytest.mark.usefixtures("help_open")
ARTICLE = "/help/articles/lost-key"
TODAY = datetime.now(UTC).date()


def visitor(lang: str = "en", *, enforce_csrf_checks: bool = False) -> Client:
    return Client(enforce_csrf_checks, headers={"accept-language": lang})


def text(path: str, lang: str = "en") -> str:
    return visitor(lang).get(path).content.decode()


def usage() -> tuple[int, int, int]:
    seen = next(
        one
        for one in queries.usage(EDITOR, TODAY - timedelta(days=1), TODAY + timedelta(days=2))
        if one.slug == "lost-key"
    )
    return seen.views, seen.yes, seen.no


# --- reading --------------------------------------------------------------------------------------------------------
def test_shelves_and_articles_need_neither_account_nor_script() -> None:
    assert ARTICLE in text("/help")
    assert "Lost keys" in text("/help/keys-and-api")
    page = text(ARTICLE)
    assert "<strong>once</strong>" in page
    assert 'id="steps"' in page
    assert "Updated today" in page or "Updated" in page


@pytest.mark.parametrize(
    ("profile", "is_there"),
    [
        pytest.param(None, False, id="no duties were stated"),
        pytest.param(Profile(uk=Uk.U2U), False, id="those of another region"),
        pytest.param(Profile(eu_gdpr=True), True, id="those of its region"),
    ],
)
def test_an_article_for_a_region_is_there_where_its_duties_apply(
    profile: Profile | None, is_there: bool
) -> None:
    publish("walrus", title="All about the walrus", audience=Audience(regions=frozenset({"EU"})))
    if profile:
        state_profile(EDITOR, profile, "As it is")
    place = "/help/articles/walrus"
    assert (visitor().get(place).status_code == 200) is is_there
    assert (visitor().get(f"{place}.md").status_code == 200) is is_there
    listed = ("/help", "/help/keys-and-api", "/help/search?q=walrus", "/help/sitemap.xml", "/help/llms.txt")
    assert [place in text(one) for one in (*listed, "/help/messenger?q=walrus")] == [is_there] * 6


def test_each_reader_gets_their_language_and_an_address_can_name_it() -> None:
    assert "キーをなくしたとき" in text(ARTICLE, "ja")
    named = visitor("en").get(f"{ARTICLE}?lang=ja")
    assert "キーをなくしたとき" in named.content.decode()
    assert named["Content-Language"] == "ja"


def test_a_missing_translation_is_shown_in_the_other_language_with_a_notice() -> None:
    page = text("/help/articles/refunds", "ja")
    assert "この記事の日本語版はまだありません" in page
    assert '<h1 id="article-title" lang="en">Refunds</h1>' in page


OWNERS = frozenset({Role.OWNER, Role.PRIMARY_OWNER})


def test_who_has_several_accounts_opens_what_any_of_them_may_read(cast: Cast) -> None:
    publish("owners", title="For owners", audience=Audience(roles=OWNERS))
    assert client_of(cast, "chie").get("/help/articles/owners").status_code == 200
    assert client_of(cast, "ben").get("/help/articles/owners").status_code == 404
    member(cast.elsewhere, cast.ben, Role.OWNER)
    ben = client_of(cast, "ben")
    assert ben.get("/help/articles/owners").status_code == 200
    assert ben.post("/help/articles/owners/vote", {"answer": "yes"}).status_code == 302


@pytest.mark.parametrize(
    ("audience", "finds"),
    [
        pytest.param(Audience(), True, id="everybody's"),
        pytest.param(Audience(plans=frozenset({Plan.TEAM})), True, id="of the plan of one account"),
        pytest.param(Audience(plans=frozenset({Plan.FREE})), True, id="of the plan of the other"),
        pytest.param(Audience(roles=OWNERS), True, id="for owners, as they are of the other"),
        pytest.param(Audience(plans=frozenset({Plan.FREE}), roles=OWNERS), True, id="for owners of that one"),
        pytest.param(Audience(plans=frozenset({Plan.TEAM}), roles=OWNERS), False, id="half of it in each"),
        pytest.param(Audience(plans=frozenset({Plan.ENTERPRISE})), False, id="of a plan of neither"),
        pytest.param(Audience(signed_in=False), False, id="for visitors"),
    ],
)
def test_who_has_several_accounts_finds_just_what_opens(audience: Audience, finds: bool, cast: Cast) -> None:
    publish("walrus", title="Walrus", body="Walrus.\n", audience=audience)
    Organisation.objects.filter(id=cast.atelier.id).update(plan=Plan.TEAM)
    Organisation.objects.filter(id=cast.elsewhere.id).update(plan=Plan.FREE)
    member(cast.elsewhere, cast.ben, Role.OWNER)
    ben = client_of(cast, "ben")
    lists = ("/help", "/help/keys-and-api", "/help/search?q=walrus", "/help/messenger?q=walrus")
    shown = {path: "/help/articles/walrus" in ben.get(path).content.decode() for path in lists}
    assert shown == dict.fromkeys(lists, finds)
    assert ben.get("/help/articles/walrus").status_code == (200 if finds else 404)


def test_a_hidden_article_is_nowhere_for_whom_it_is_not(cast: Cast) -> None:
    publish("inside", title="Walrus", body="Walrus.\n", audience=Audience(signed_in=True))
    for path in (
        "/help",
        "/help/keys-and-api",
        "/help/search?q=walrus",
        "/help/llms.txt",
        "/help/sitemap.xml",
        ARTICLE,
    ):
        assert "/help/articles/inside" not in text(path), path
    for path in ("/help/articles/inside", "/help/articles/inside.md"):
        assert visitor().get(path).status_code == 404
    assert visitor().post("/help/articles/inside/vote", {"answer": "yes"}).status_code == 404
    assert client_of(cast, "ben").get("/help/articles/inside").status_code == 200
    assert client_of(cast, "ben").get("/help/articles/inside.md").status_code == 404


def test_a_page_that_would_be_the_same_is_not_sent_again() -> None:
    client = visitor()
    client.get(ARTICLE)
    first = client.get(ARTICLE)
    assert {"Cookie", "Accept-Language"} <= set(re.split(r",\s*", first["Vary"]))
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get(ARTICLE, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    publish("lost-key", body="Something new.\n")
    assert client.get(ARTICLE, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_kept_page_of_one_reader_is_no_others() -> None:
    first = visitor().get(ARTICLE)
    other = visitor("ja").get(ARTICLE, headers={"if-none-match": first["ETag"]})
    assert other.status_code == 200


# --- search ---------------------------------------------------------------------------------------------------------
def test_search_shows_the_likeliest_first_and_marks_nothing_as_html() -> None:
    page = text("/help/search?q=%3Cscript%3Erefunds")
    assert "/help/articles/refunds" in page
    assert "&lt;script&gt;refunds" in page
    assert "<script>refunds" not in page


def test_a_search_that_leads_nowhere_shows_shelves_and_is_noted_masked() -> None:
    page = text("/help/search?q=zzzq+090-1234-5678&category=keys-and-api")
    assert "No article has these words." in page
    assert "/help/keys-and-api" in page
    assert "/help/support" in page
    asked = [miss.query for miss in misses(EDITOR, TODAY, TODAY + timedelta(days=2))]
    assert "zzzq ■■■■■■■■" in asked


def test_a_search_is_kept_by_no_cache_and_listed_by_no_engine() -> None:
    response = visitor().get("/help/search?q=refund")
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex")


# --- votes ----------------------------------------------------------------------------------------------------------
def test_a_vote_needs_no_account_and_says_thanks() -> None:
    client = visitor(enforce_csrf_checks=True)
    found = re.search(
        r'action="([^"]*/vote)".*?csrfmiddlewaretoken" value="([^"]+)"',
        client.get(ARTICLE).content.decode(),
        re.DOTALL,
    )
    assert found
    views, yes, no = usage()
    response = client.post(
        found[1], {"csrfmiddlewaretoken": found[2], "version": SHOWN, "answer": "yes"}, follow=True
    )
    assert "Good to hear" in response.content.decode()
    assert usage() == (views, yes + 1, no)


def test_a_vote_from_elsewhere_is_refused() -> None:
    client = visitor(enforce_csrf_checks=True)
    assert client.post(f"{ARTICLE}/vote", {"answer": "yes"}).status_code == 403


def test_who_votes_too_often_is_thanked_and_not_counted() -> None:
    client, before = visitor(), usage()
    for _ in range(50):
        client.post(f"{ARTICLE}/vote", {"answer": "no", "version": SHOWN})
    assert usage()[2] - before[2] == 40


@pytest.mark.parametrize("version", ["arv_none", "' OR 1=1"])
def test_a_vote_on_what_is_not_there_is_refused(version: str) -> None:
    assert visitor().post(f"{ARTICLE}/vote", {"answer": "no", "version": version}).status_code == 404


# --- for programs ---------------------------------------------------------------------------------------------------
def test_the_sitemap_lists_each_public_text_with_its_other_language() -> None:
    response = visitor().get("/help/sitemap.xml")
    assert "public" in response["Cache-Control"]
    tree = ElementTree.fromstring(response.content)
    places = [one.text or "" for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert sorted(place.rsplit("/", 1)[1] for place in places) == [
        "lost-key?lang=en",
        "lost-key?lang=ja",
        "refunds?lang=en",
    ]


def test_an_article_is_markdown_with_its_facts() -> None:
    response = visitor().get(f"{ARTICLE}.md?lang=ja")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    body = response.content.decode()
    assert body.startswith('---\ntitle: "キーをなくしたとき"\nlanguage: ja\n')
    assert "csrf" not in body
    assert not response.cookies


def test_the_index_for_models_leads_to_the_markdown() -> None:
    body = text("/help/llms.txt?lang=en")
    assert "## Keys and the API" in body
    assert "/help/articles/lost-key.md?lang=en): A key is shown once. See /help/support." in body


def test_robots_find_the_sitemap() -> None:
    assert "/help/sitemap.xml" in text("/robots.txt")


# --- editors --------------------------------------------------------------------------------------------------------
def edited(**changes: str) -> dict[str, str]:
    fields = {
        "category": "keys-and-api",
        "owner": "support",
        "en-title": "Lost keys",
        "en-body": "New words.\n",
    }
    return {**fields, "en-after": SHOWN, "ja-title": "", "ja-body": "", **changes}


def test_an_editor_sees_both_languages_before_and_publishes_a_version(cast: Cast) -> None:
    client = client_of(cast, "daiki")
    page = client.post("/staff/articles/lost-key", {**edited(), "preview": "yes"}).content.decode()
    assert "<p>New words.</p>" in page
    assert "<strong>once</strong>" in text(ARTICLE)
    client.post("/staff/articles/lost-key", {**edited(), "publish": "yes"})
    assert "New words." in text(ARTICLE)
    assert (
        "A newer one has replaced it"
        in client.get(f"/staff/articles/lost-key/versions/{SHOWN}").content.decode()
    )


def test_a_new_article_is_written_for_its_audience(cast: Cast) -> None:
    client = client_of(cast, "daiki")
    client.post(
        "/staff/articles/new",
        {**edited(), "slug": "for-owners", "en-after": "", "roles": "owner", "publish": "yes"},
    )
    (made,) = [view for view in queries.every(EDITOR, "en") if view.slug == "for-owners"]
    assert made.audience.roles == {"owner"}
    assert visitor().get("/help/articles/for-owners").status_code == 404


def test_who_was_overtaken_is_told_and_loses_nothing(cast: Cast) -> None:
    publish("lost-key", body="A colleague was quicker.\n")
    response = client_of(cast, "daiki").post("/staff/articles/lost-key", {**edited(), "publish": "yes"})
    assert response.status_code == 422
    assert "Somebody else published a newer version" in response.content.decode()
    assert "New words." in response.content.decode()


def test_the_list_shows_misses_and_what_was_said(cast: Cast) -> None:
    page = client_of(cast, "daiki").get("/staff/articles").content.decode()
    for shown in ("walrus", "The steps for Windows are missing.", "0 / 1"):
        assert shown in page


def test_articles_are_withdrawn_reviewed_and_given_back(cast: Cast) -> None:
    client = client_of(cast, "daiki")
    for how, status in (("withdraw", 404), ("restore", 200), ("review", 200)):
        client.post(f"/staff/articles/lost-key/{how}")
        assert visitor().get(ARTICLE).status_code == status


@pytest.mark.parametrize("who", ["", "ben", "emi"])
def test_others_have_no_editors_pages(cast: Cast, who: str) -> None:
    for path in ("/staff/articles", "/staff/articles/lost-key"):
        assert client_of(cast, who).get(path).status_code in (302, 404)
    assert client_of(cast, who).post("/staff/articles/lost-key/withdraw").status_code in (302, 404)
    assert visitor().get(ARTICLE).status_code == 200
