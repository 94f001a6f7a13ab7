"""Search over articles: who finds what, in which language, and what is kept of questions that led nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from sekisho.base.clock import fixed_clock
from sekisho.support.help import actions as help_actions
from sekisho.support.help import queries as help_queries
from sekisho.support.help.rules.audience import may_read
from sekisho.support.help.types import Vantage
from sekisho.support.search.actions import note_miss, reindex, tell_editors
from sekisho.support.search.models import Indexed, SearchMiss
from sekisho.support.search.queries import misses, search
from sekisho.support.search.tasks import MISSES_LIVE, tend
from sekisho.support.types import Actor
from tests.cast import Cast
from tests.support.help.makers import AT, AUDIENCES, CLOCK, EDITOR, publish, publish_every_audience
from tests.support.help.test_rules import ACTORS, VANTAGES

VISITOR = Actor()


def found(query: str, lang: str = "en", reader: Actor = VISITOR, **options: object) -> list[str]:
    return [hit.slug for hit in search(query, reader, lang, **options)]  # type: ignore[arg-type]


@pytest.fixture
def keys(db: None) -> None:
    for lang in ("en", "ja"):
        publish("lost-key", lang)
    publish("refunds", "en", title="Refunds", body="Money goes back.\n", category="plans-roles-billing")
    publish("refunds", "ja", title="返金", body="お支払いをお返しします。\n", category="plans-roles-billing")


# --- who finds what -------------------------------------------------------------------------------------------------
@pytest.fixture
def audiences(db: None) -> None:
    publish_every_audience()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reader=ACTORS, vantage=VANTAGES)
def test_nobody_finds_what_is_not_for_them(audiences: None, reader: Actor, vantage: Vantage) -> None:
    allowed = {slug for slug, audience in AUDIENCES.items() if may_read(audience, reader, vantage)}
    listed = {view.slug for view in help_queries.articles(reader, "en", vantage=vantage)}
    hits = set(found("walrus for team owners", reader=reader, vantage=vantage, limit=50))
    near = {
        other.slug
        for view in help_queries.articles(reader, "en", vantage=vantage)
        for other in help_queries.related(reader, view, vantage=vantage, limit=50)
    }
    assert listed == allowed
    assert hits == allowed
    assert near <= allowed


def test_what_is_exported_is_what_a_visitor_reads(audiences: None) -> None:
    assert {view.slug for view in help_queries.public("en")} == {"for-all", "for-visitors"}


def test_a_narrower_audience_bites_at_once(db: None) -> None:
    publish("for-all")
    assert found("lost key") == ["for-all"]
    publish("for-all", audience=AUDIENCES["for-people"])
    assert found("lost key") == []


def test_a_withdrawn_article_is_found_no_more(keys: None) -> None:
    help_actions.withdraw(EDITOR, "refunds", clock=CLOCK)
    assert "refunds" not in found("refunds")
    assert Indexed.objects.count() == 2


# --- languages ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "page", "slug", "shown"),
    [
        pytest.param("refund", "en", "refunds", "en", id="English"),
        pytest.param("返金", "ja", "refunds", "ja", id="Japanese"),
        pytest.param("返金してほしい", "en", "refunds", "ja", id="Japanese on an English page"),
        pytest.param("refund", "ja", "refunds", "en", id="English on a Japanese page"),
        pytest.param("ｷｰ", "en", "lost-key", "ja", id="half-width kana"),
        pytest.param("key をなくした", "ja", "lost-key", "ja", id="mixed"),
        pytest.param("金", "ja", "refunds", "ja", id="one character"),
    ],
)
def test_each_language_finds_and_is_answered_in_its_own(
    keys: None, query: str, page: str, slug: str, shown: str
) -> None:
    hit = search(query, VISITOR, page)[0]  # type: ignore[arg-type]
    assert (hit.slug, hit.lang) == (slug, shown)


def test_with_a_shelf_only_that_shelf_is_searched(keys: None) -> None:
    assert found("key refund", category="plans-roles-billing") == ["refunds"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        '" OR title:*',
        "NEAR(a b)",
        "refund'); DROP TABLE search_indexed; --",
        "\x00",
        "😀",
        "* | !",
        "a" * 5000,
    ],
    ids=[
        "nothing",
        "a blank",
        "FTS syntax",
        "NEAR",
        "SQL",
        "a zero byte",
        "an emoji",
        "tsquery syntax",
        "very long",
    ],
)
def test_nothing_that_is_asked_breaks_it(keys: None, query: str) -> None:
    assert isinstance(found(query), list)
    assert "refunds" in found("refund")


def test_the_shadow_repairs_itself(keys: None) -> None:
    Indexed.objects.all().delete()
    assert reindex() == 4
    assert reindex() == 0
    assert found("refund")[0] == "refunds"


# --- what led nowhere -----------------------------------------------------------------------------------------------
def test_a_miss_is_kept_masked_and_counted_by_week(db: None) -> None:
    for _ in range(2):
        note_miss("Walrus of CHIE@example.test?", "en", clock=CLOCK)
    note_miss("walrus of chie@example.test?", "en", clock=fixed_clock(AT + timedelta(days=7)))
    (miss,) = misses(EDITOR, AT.date(), AT.date() + timedelta(days=30))
    assert (miss.query, miss.count) == ("walrus of ■■■■■■■■?", 3)
    assert SearchMiss.objects.count() == 2
    assert {field.name for field in SearchMiss._meta.get_fields()} == {
        "id", "week", "lang", "category", "query", "count", "last",
    }  # fmt: skip


def test_nothing_is_no_miss(db: None) -> None:
    note_miss(" \x00 ", "en", clock=CLOCK)
    assert not SearchMiss.objects.exists()


def test_misses_are_forgotten(db: None) -> None:
    note_miss("walrus", "en", clock=CLOCK)
    tend(fixed_clock(AT + MISSES_LIVE + timedelta(days=1)))
    assert not SearchMiss.objects.exists()


def test_editors_are_told_once_a_week_in_both_languages(cast: Cast) -> None:
    from sekisho.accounts.models import StaffAppointment
    from sekisho.accounts.types import StaffRole
    from sekisho.notices.models import Notice

    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.EDITOR)
    publish()
    note_miss("walrus", "en", clock=CLOCK)
    monday = fixed_clock(AT + timedelta(days=3))
    assert [tell_editors(clock=monday), tell_editors(clock=monday)] == [True, False]
    (notice,) = Notice.objects.all()
    assert notice.person == cast.daiki.id
    assert "walrus (1)" in notice.body_en
    assert "答えの見つからなかった質問" in notice.body_ja


def test_a_week_without_anything_is_not_told(db: None) -> None:
    assert tell_editors(clock=CLOCK) is False
