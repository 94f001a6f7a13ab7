"""The articles that are shipped: in pairs, whole, and leading only to what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.urls import Resolver404, resolve

from sekisho.base.text import LANGS, Lang
from sekisho.support.help.actions.loading import FOLDER, shipped
from sekisho.support.help.categories import BY_ID
from sekisho.support.help.rules.audience import is_public
from sekisho.support.help.rules.markdown import render
from sekisho.support.help.rules.plain import plain
from sekisho.support.help.types import Draft

ARTICLES = {(draft.slug, draft.lang): draft for draft in shipped()}
INDEX = yaml.safe_load((FOLDER / "index.yaml").read_text("utf-8"))
SLUGS = [entry["slug"] for entries in INDEX.values() for entry in entries]
EVERY = [pytest.param(draft, id=f"{draft.slug}.{draft.lang}") for draft in ARTICLES.values()]
LINK = re.compile(r"\]\(([^)]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
ARTICLE = "/help/articles/"
OF_GATEWAYS = {"/v1", "/v1/models", "/ready", "/bug"}
"""What gateways and clients answer to themselves, so that the pages know no such address."""
UNDER_WAY = re.compile(
    r"/help(/support|/locked-out)?|/o/ORG/help/cases|/o/ORG/support/(questions|enterprise)|/withdraw"
    r"|/contact(/eu|/eu/authorities|/uk|/au|/data-protection)?|/complaints|/illegal-content"
)
"""Pages of the desk that other rooms bring."""
LENGTH: dict[Lang, range] = {"en": range(120, 400), "ja": range(300, 1_500)}
"""Words in English, signs in Japanese: long enough to help, and read in two minutes."""
UNFINISHED = re.compile(r"TODO|FIXME|XXX|TBD|lorem|後で書く|未定稿", re.IGNORECASE)


def test_each_article_of_the_index_stands_in_both_languages_and_no_other_does() -> None:
    assert len(SLUGS) == len(set(SLUGS)) >= 44
    files = {path.name for path in FOLDER.glob("*.md")}
    assert files == {f"{slug}.{lang}.md" for slug in SLUGS for lang in LANGS}


def test_each_category_has_its_shelf_and_articles() -> None:
    assert set(INDEX) == set(BY_ID)
    assert all(INDEX.values())


@pytest.mark.parametrize("draft", EVERY)
def test_an_article_says_what_the_index_says_of_it(draft: Draft) -> None:
    entry = next(one for one in INDEX[draft.category] if one["slug"] == draft.slug)
    assert draft.title == entry[draft.lang]
    assert len(draft.keywords) >= 5
    assert draft.owner == "support"
    assert draft.reviewed >= draft.updated


@pytest.mark.parametrize("slug", SLUGS)
def test_both_languages_have_the_same_shape(slug: str) -> None:
    one, other = (ARTICLES[slug, lang] for lang in LANGS)
    assert [each.level for each in render(one.body).headings] == [
        each.level for each in render(other.body).headings
    ]
    assert sorted(links(one)) == sorted(links(other))
    assert set(addresses(one)) == set(addresses(other))
    assert one.audience == other.audience


@pytest.mark.parametrize("draft", EVERY)
def test_an_article_begins_with_the_answer_and_is_read_in_two_minutes(draft: Draft) -> None:
    assert not draft.body.startswith(("#", "-", "|", "1."))
    text = plain(draft.body)
    length = len(text.split()) if draft.lang == "en" else len(re.sub(r"\s", "", text))
    assert length in LENGTH[draft.lang]
    assert not UNFINISHED.search(draft.body)
    assert "**" not in re.sub(r"<(code|pre).*?</\1>", "", render(draft.body).html)


@pytest.mark.parametrize("draft", EVERY)
def test_every_link_and_every_address_leads_somewhere(draft: Draft) -> None:
    assert links(draft), "each article leads onward"
    for link in links(draft):
        assert link.startswith(ARTICLE)
        assert link.removeprefix(ARTICLE) in SLUGS
    assert [one for one in addresses(draft) if not exists(one)] == []


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if is_public(ARTICLES[slug, "en"].audience)])
def test_what_is_public_names_nothing_that_is_not(slug: str) -> None:
    """A link says its article's title, so it would tell outsiders what is not for them (R-SUP-005)."""
    for link in links(ARTICLES[slug, "en"]):
        assert is_public(ARTICLES[link.removeprefix(ARTICLE), "en"].audience)


def test_some_articles_are_for_some_readers() -> None:
    narrowed = [slug for slug in SLUGS if not is_public(ARTICLES[slug, "en"].audience)]
    assert narrowed == ["transfer-ownership", "ask-your-owner", "members-questions", "enterprise-form"]


def links(draft: Draft) -> list[str]:
    return LINK.findall(draft.body)


def addresses(draft: Draft) -> Iterator[str]:
    """Yield the addresses of the product that an article names: code that begins with a slash, or a method before it."""
    fenced = re.sub(r"```.*?```", "", draft.body, flags=re.DOTALL)
    for code in CODE.findall(fenced):
        words = code.split()
        if words[-1].startswith("/") and (len(words) == 1 or words[0] in ("GET", "POST")):
            yield words[-1]


def exists(address: str) -> bool:
    """Return whether a page or the API answers there; capitals and braces stand for an id."""
    if address in OF_GATEWAYS or UNDER_WAY.fullmatch(address):
        return True
    try:
        resolve(re.sub(r"[A-Z]{3,}|\{id\}", "id_1", address))
    except Resolver404:
        return False
    return True


def test_the_folder_holds_nothing_else() -> None:
    assert {path.suffix for path in Path(FOLDER).iterdir()} == {".md", ".yaml"}
