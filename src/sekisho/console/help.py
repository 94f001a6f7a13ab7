"""The help centre: plain pages that need neither script nor account (R-SUP-001…008)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import LANGS
from sekisho.console.access import viewer_of
from sekisho.console.caching import revalidated
from sekisho.console.peers import peer_of
from sekisho.console.templatetags.console import reader_lang
from sekisho.console.vantages import vantage_of
from sekisho.support.help import actions, queries
from sekisho.support.help.rules.audience import Reader
from sekisho.support.help.rules.freshness import freshness
from sekisho.support.help.rules.markdown import render as rendered
from sekisho.support.help.types import ArticleView, Category, Count
from sekisho.support.queries import readers_of
from sekisho.support.search import actions as search_actions
from sekisho.support.search.queries import QUERY_CHARS, search

View = Callable[..., HttpResponse]
AN_HOUR = 40
"""Votes from one network address in an hour, counted in each process. Our decision: an office can vote, a program
cannot make a figure."""
HOUR_S = 3600
_SALT = secrets.token_bytes(32)
"""Drawn at every start and kept nowhere: what votes are limited by cannot be traced back to an address."""
SHOWN = 4
"""Articles of each shelf on the first page."""


@dataclass(frozen=True, slots=True)
class Shelf:
    category: Category
    articles: tuple[ArticleView, ...]

    @property
    def first(self) -> tuple[ArticleView, ...]:
        return self.articles[:SHOWN]


def in_language(view: View) -> View:
    """Let an address name the language (`?lang=ja`), so that it can be passed on and found by search engines."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        asked = request.GET.get("lang", "")
        if asked not in LANGS:
            return view(request, *args, **kwargs)
        with translation.override(asked):
            response = view(request, *args, **kwargs)
        response["Content-Language"] = asked
        return response

    return answer


@require_safe
@in_language
@revalidated
def home(request: HttpRequest) -> HttpResponse:
    """Show the shelves, each with its first articles, and the search."""
    return render(request, "console/help/home.html", {"shelves": shelves(reader_of(request))})


@require_safe
@in_language
@revalidated
def shelf(request: HttpRequest, category: str) -> HttpResponse:
    """Show one shelf."""
    found = queries.category(category)
    views = queries.articles(reader_of(request), reader_lang(), category=category, vantage=vantage_of())
    context = {
        "category": found,
        "rows": [row(view) for view in views],
        "crumbs": [crumb(), (found.title.in_(reader_lang()), "")],
    }
    return render(request, "console/help/category.html", context)


@require_safe
@in_language
@revalidated
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an article, in the other language where it has none in the reader's own, and count that it was read."""
    reader = reader_of(request)
    view = queries.article(reader, slug, reader_lang(), vantage=vantage_of())
    if request.method == "GET" and "voted" not in request.GET:
        actions.count(view.version, Count.VIEW)
    return _page(request, reader, view)


def _page(request: HttpRequest, reader: Reader, view: ArticleView, problem: str = "") -> HttpResponse:
    context = {
        **article_context(view),
        "related": queries.related(reader, view, vantage=vantage_of()),
        "voted": request.GET.get("voted", ""),
        "problem": problem,
        "remark": request.POST.get("text", ""),
    }
    return render(request, "console/help/article.html", context, status=422 if problem else 200)


@require_GET
@in_language
def find(request: HttpRequest) -> HttpResponse:
    """Search, in words or by shelf; what led nowhere is noted for editors, masked."""
    reader, query = reader_of(request), request.GET.get("q", "").strip()
    category = request.GET.get("category", "")
    known = {one.id: one for one in queries.categories()}
    category = category if category in known else ""
    vantage = vantage_of()
    hits = search(query, reader, reader_lang(), category=category, vantage=vantage) if query else ()
    if query and not hits:
        search_actions.note_miss(query, reader_lang(), category)
    context = {
        "query": query,
        "cut": cut(query),
        "category": known.get(category),
        "categories": queries.categories(),
        "hits": [{"hit": hit, "shelf": known[hit.category]} for hit in hits if hit.category in known],
        "shelves": () if hits else shelves(reader),
        "crumbs": [crumb(), (_("Search"), "")],
    }
    response = render(request, "console/help/search.html", context)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def cut(query: str) -> str:
    """Return what to say of a question of which only the beginning was looked for; nothing of a shorter one."""
    if len(query) <= QUERY_CHARS:
        return ""
    told = _("Your question has %(count)s characters. Its first %(most)s were searched for.")
    return told % {"count": f"{len(query):,}", "most": QUERY_CHARS}


@require_POST
@in_language
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """Count an answer to "Did this answer your question?". Who votes too often is thanked, and not counted."""
    reader, vantage = reader_of(request), vantage_of()
    view = queries.article(reader, slug, reader_lang(), vantage=vantage)
    answer = request.POST.get("answer", "")
    known = request.POST.get("version", "") or view.version
    if answer in ("yes", "no"):
        if queries.version(known).slug == slug and not _is_too_often(request):
            try:
                actions.vote(reader, known, answer == "yes", request.POST.get("text", ""), vantage=vantage)
            except NotFoundError:
                raise
            except SekishoError as refusal:
                return _page(request, reader, view, refusal.told(reader_lang()))
        lang = f"&lang={request.GET['lang']}" if request.GET.get("lang") in LANGS else ""
        return HttpResponseRedirect(
            f"{reverse('console:help-article', args=[slug])}?voted={answer}{lang}#answered"
        )
    return HttpResponseRedirect(reverse("console:help-article", args=[slug]))


# --- what pages share -----------------------------------------------------------------------------------------------
def reader_of(request: HttpRequest) -> Reader:
    """Return who reads. Who has several accounts reads what any of them may: the bot cites by the account that a
    conversation is about, and its links have to open."""
    return readers_of(viewer_of(request), at=now())


def shelves(reader: Reader) -> tuple[Shelf, ...]:
    """Return the shelves on which the reader finds anything."""
    views = queries.articles(reader, reader_lang(), vantage=vantage_of())
    found = (
        Shelf(one, tuple(view for view in views if view.category == one.id)) for one in queries.categories()
    )
    return tuple(one for one in found if one.articles)


def row(view: ArticleView) -> dict[str, Any]:
    return {"view": view, "fresh": freshness(view.updated_at, now())}


def article_context(view: ArticleView) -> dict[str, Any]:
    """Return what the article's own template needs, for its page and for an editor's preview."""
    text, category = rendered(view.body), queries.category(view.category)
    address = reverse("console:help-category", args=[category.id])
    return {
        **row(view),
        "text": text,
        "category": category,
        "is_other": view.lang != reader_lang(),
        "other": next((lang for lang in view.langs if lang != view.lang), ""),
        "crumbs": [crumb(), (category.title.in_(reader_lang()), address), (view.title, "")],
    }


def crumb() -> tuple[str, str]:
    return (_("Help"), reverse("console:help"))


def _is_too_often(request: HttpRequest) -> bool:
    """Count by a digest that only this process can make, for an hour, in memory."""
    address = peer_of(request).encode()
    name = f"vote.{hmac.digest(_SALT, address, 'sha256').hex()[:32]}"
    cache.add(name, 0, HOUR_S)
    try:
        return cache.incr(name) > AN_HOUR
    except ValueError:  # it expired in between
        return False
