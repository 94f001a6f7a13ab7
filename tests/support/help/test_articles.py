"""Articles: published, read, replaced, withdrawn, and taken in with the release."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import resolve

from sekisho.accounts.types import NOBODY, StaffRole, Viewer
from sekisho.audit.models import AuditEntry
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import LANGS
from sekisho.support.help import actions, queries
from sekisho.support.help.actions.loading import FOLDER, shipped
from sekisho.support.help.categories import BY_ID
from sekisho.support.help.models import ArticleVersion
from sekisho.support.help.rules.markdown import render
from sekisho.support.help.types import Audience, Draft
from sekisho.support.types import Actor
from tests.support.help.makers import CLOCK, EDITOR, draft, publish

VISITOR = Actor()
AN_EDITOR = Viewer("usr_editor", staff=frozenset({StaffRole.EDITOR}))


def test_an_article_is_read_in_its_languages(db: None) -> None:
    publish(lang="en")
    publish(lang="ja")
    view = queries.article(VISITOR, "lost-key", "ja")
    assert (view.title, view.lang, view.langs) == ("キーをなくしたとき", "ja", ("en", "ja"))
    assert view.summary == "なくしたキーはもう表示できません。"


def test_a_missing_translation_shows_the_other_language(db: None) -> None:
    publish(lang="en")
    assert queries.article(VISITOR, "lost-key", "ja").lang == "en"
    assert [one.slug for one in queries.articles(VISITOR, "ja")] == ["lost-key"]


def test_a_new_text_is_a_new_version_and_the_old_one_stays_readable(db: None) -> None:
    first = publish()
    second = publish(body="Now it says something else.\n")
    old = queries.version(first)
    assert (old.number, old.is_current, "cannot be shown" in old.body) == (1, False, True)
    assert queries.article(VISITOR, "lost-key", "en").version == second
    assert [one.number for one in queries.history(EDITOR, "lost-key")] == [2, 1]


def test_saying_the_same_again_is_no_new_version(db: None) -> None:
    assert publish() == publish()
    assert AuditEntry.objects.filter(action="article.published").count() == 1


def test_who_began_from_an_older_version_overwrites_nobody(db: None) -> None:
    first = publish()
    publish(body="A colleague was quicker.\n")
    with pytest.raises(SekishoError) as refused:
        actions.publish(AN_EDITOR, draft(body="Mine.\n"), after=first, clock=CLOCK)
    assert refused.value.code == "article_overtaken"
    assert "colleague" in queries.article(VISITOR, "lost-key", "en").body


def test_both_languages_are_published_or_neither(db: None) -> None:
    with pytest.raises(SekishoError):
        actions.publish_all(
            AN_EDITOR, [draft(), draft(lang="ja", title="")], {"en": "", "ja": ""}, clock=CLOCK
        )
    assert queries.articles(VISITOR, "en") == ()


def test_only_editors_write(db: None) -> None:
    for viewer in (NOBODY, Viewer("usr_agent", staff=frozenset({StaffRole.SUPPORT}))):
        with pytest.raises(NotAllowedError):
            actions.publish(viewer, draft(), clock=CLOCK)
        with pytest.raises(NotAllowedError):
            queries.every(viewer, "en")


def test_a_withdrawn_article_is_gone_for_readers_and_there_for_staff(db: None) -> None:
    version = publish()
    actions.withdraw(AN_EDITOR, "lost-key", clock=CLOCK)
    with pytest.raises(NotFoundError):
        queries.article(VISITOR, "lost-key", "en")
    assert queries.version(version).is_withdrawn
    actions.restore(AN_EDITOR, "lost-key")
    assert queries.article(VISITOR, "lost-key", "en").version == version


def test_a_hidden_article_reads_as_one_that_does_not_exist(db: None) -> None:
    publish(audience=Audience(signed_in=True))
    with pytest.raises(NotFoundError) as hidden:
        queries.article(VISITOR, "lost-key", "en")
    with pytest.raises(NotFoundError) as missing:
        queries.article(VISITOR, "no-such-thing", "en")
    assert (hidden.value.code, hidden.value.message) == (missing.value.code, missing.value.message)


def test_a_review_is_noted_and_makes_no_version(db: None) -> None:
    publish()
    actions.review(AN_EDITOR, "lost-key", date(2026, 1, 2))
    view = queries.article(VISITOR, "lost-key", "en")
    assert (view.reviewed_on, view.number) == (date(2026, 1, 2), 1)


# --- with the release -----------------------------------------------------------------------------------------------
@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.yaml").write_text("keys-and-api:\n  - {slug: second}\n  - {slug: first}\n")
    for slug in ("first", "second"):
        for lang in LANGS:
            write(tmp_path, slug, lang, f"Text of {slug} in {lang}.")
    return tmp_path


def write(folder: Path, slug: str, lang: str, body: str) -> None:
    head = "title: T\ncategory: keys-and-api\nupdated: 2026-01-01\nreviewed: 2026-01-01\nowner: support"
    (folder / f"{slug}.{lang}.md").write_text(f"---\n{head}\n---\n{body}\n", "utf-8")


def test_the_release_is_taken_in_once_in_its_order(db: None, folder: Path) -> None:
    assert [actions.load_articles(folder, clock=CLOCK) for _ in range(2)] == [4, 0]
    assert [one.slug for one in queries.articles(VISITOR, "en")] == ["second", "first"]


def test_a_new_release_brings_new_texts(db: None, folder: Path) -> None:
    actions.load_articles(folder, clock=CLOCK)
    write(folder, "first", "en", "Better words.")
    assert actions.load_articles(folder, clock=CLOCK) == 1
    view = queries.article(VISITOR, "first", "en")
    assert (view.body, view.number) == ("Better words.\n", 2)


def test_an_edited_article_is_never_overwritten(db: None, folder: Path) -> None:
    actions.load_articles(folder, clock=CLOCK)
    actions.publish(AN_EDITOR, draft("first", body="Ours.\n"), clock=CLOCK)
    write(folder, "first", "en", "The release's.")
    write(folder, "first", "ja", "The release's.")
    assert actions.load_articles(folder, clock=CLOCK) == 0
    assert queries.article(VISITOR, "first", "en").body == "Ours.\n"


def test_a_withdrawn_article_stays_withdrawn(db: None, folder: Path) -> None:
    actions.load_articles(folder, clock=CLOCK)
    actions.withdraw(AN_EDITOR, "first", clock=CLOCK)
    write(folder, "first", "en", "Better words.")
    actions.load_articles(folder, clock=CLOCK)
    assert [one.slug for one in queries.articles(VISITOR, "en")] == ["second"]


DRAFTS = tuple(shipped(FOLDER))
LINK = re.compile('href="([^"]*)"')
NAMED = re.compile("`(/[^` ]*)`")
ELSEWHERE = ("/v1", "/ready", "/bug")
"""Addresses of the gate, and a command of coding clients."""


def test_the_release_has_forty_pairs_or_more_on_every_shelf() -> None:
    by_lang = {lang: {one.slug for one in DRAFTS if one.lang == lang} for lang in LANGS}
    assert by_lang["en"] == by_lang["ja"]
    assert len(by_lang["en"]) >= 40
    assert {one.category for one in DRAFTS} == set(BY_ID)


@pytest.mark.parametrize("article", DRAFTS, ids=lambda one: f"{one.slug}.{one.lang}")
def test_a_shipped_article_is_set_whole(article: Draft) -> None:
    shown = render(article.body)
    assert shown.html
    assert article.keywords
    links = [resolve(link) for link in LINK.findall(shown.html)]
    assert {link.kwargs["slug"] for link in links if "slug" in link.kwargs} <= {one.slug for one in DRAFTS}


@pytest.mark.parametrize("path", sorted({path for one in DRAFTS for path in NAMED.findall(one.body)}))
def test_a_page_that_an_article_names_is_there(path: str) -> None:
    assert path.startswith(ELSEWHERE) or resolve(path.replace("ORG", "org_1"))


def test_versions_are_never_deleted_with_their_article(db: None) -> None:
    publish()
    actions.withdraw(AN_EDITOR, "lost-key", clock=CLOCK)
    assert ArticleVersion.objects.count() == 1
