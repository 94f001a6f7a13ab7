"""Votes and views: counted by version and day, of nobody (R-SUP-003, R-SUP-151)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps

from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.support.help import actions, queries
from sekisho.support.help.models import ArticleCount, ArticleRemark
from sekisho.support.help.tasks import tend
from sekisho.support.help.types import Audience, Count
from sekisho.support.types import Actor
from tests.support.help.makers import AT, CLOCK, EDITOR, publish

TODAY, TOMORROW = AT.date(), AT.date() + timedelta(days=1)


def test_votes_are_counted_by_version_and_language(db: None) -> None:
    en, ja = publish(lang="en"), publish(lang="ja")
    for version, helpful in ((en, True), (en, True), (ja, False)):
        actions.vote(Actor(), version, helpful, clock=CLOCK)
    actions.count(ja, Count.VIEW, clock=CLOCK)
    (seen,) = queries.usage(EDITOR, TODAY, TOMORROW)
    assert (seen.views, seen.yes, seen.no, seen.cited, seen.returns) == (1, 2, 1, 0, 0)


def test_days_outside_are_not_counted(db: None) -> None:
    actions.count(publish(), Count.CITED, clock=CLOCK)
    (seen,) = queries.usage(EDITOR, TOMORROW, TOMORROW + timedelta(days=1))
    assert seen.cited == 0


def test_nothing_that_is_counted_has_room_for_a_person() -> None:
    columns = {
        model.__name__: {field.name for field in model._meta.get_fields()}
        for model in apps.get_app_config("help").get_models()
        if model.__name__ in ("ArticleCount", "ArticleRemark")
    }
    assert columns == {
        "ArticleCount": {"id", "version", "day", "what", "count"},
        "ArticleRemark": {"id", "version", "day", "was_helpful", "key", "content", "expires_at"},
    }


def test_what_is_written_is_masked_short_and_encrypted(db: None) -> None:
    version = publish()
    actions.vote(Actor(), version, False, "Ask chie@example.test " + "x" * 478, clock=CLOCK)
    row = ArticleRemark.objects.get()
    assert b"Ask" not in bytes(row.content)
    (remark,) = queries.remarks(EDITOR)
    assert remark.text.startswith("Ask ■")
    assert "chie" not in remark.text
    assert len(remark.text) <= 500
    assert remark.day == date(2026, 1, 2)


def test_what_is_too_long_is_refused_whole_and_nothing_is_counted(db: None) -> None:
    with pytest.raises(SekishoError) as refused:
        actions.vote(Actor(), publish(), False, "x" * 501, clock=CLOCK)
    assert refused.value.code == "text_too_long"
    assert not ArticleCount.objects.exists()


def test_what_was_written_is_gone_after_ninety_days(db: None) -> None:
    actions.vote(Actor(), publish(), False, "Too long", clock=CLOCK)
    assert tend(fixed_clock(AT + timedelta(days=89))) == 0
    assert tend(fixed_clock(AT + timedelta(days=90))) == 1
    assert queries.remarks(EDITOR) == ()


def test_who_may_not_read_an_article_cannot_vote_on_it(db: None) -> None:
    version = publish(audience=Audience(signed_in=True))
    with pytest.raises(NotFoundError):
        actions.vote(Actor(), version, True, clock=CLOCK)
