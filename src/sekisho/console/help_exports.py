"""The help centre for programs: sitemap, Markdown, `llms.txt` and `robots.txt`; what is public, and nothing else
(R-SUP-010)."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from sekisho.base import settings
from sekisho.base.text import LANGS, Lang
from sekisho.console.caching import for_everybody
from sekisho.console.help import in_language
from sekisho.console.templatetags.console import reader_lang
from sekisho.console.vantages import vantage_of
from sekisho.support.help import queries
from sekisho.support.help.rules.audience import VISITOR
from sekisho.support.help.types import ArticleView

_MARKDOWN = "text/markdown; charset=utf-8"
_PLAIN = "text/plain; charset=utf-8"
CLOSED = ("/o/", "/staff/", "/accounts/", "/privacy/", "/operator", "/help/search")
"""What search engines are asked to leave alone. Asking protects nothing: each page asks who is there."""


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the public articles in each language, with each other's addresses (sitemaps.org, protocol 0.9)."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
        *(_entry(view) for lang in LANGS for view in queries.public(lang, vantage_of())),
        "</urlset>",
    ]
    return for_everybody("\n".join(lines) + "\n", "application/xml; charset=utf-8", request)


@require_safe
@in_language
def markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """Return a public article as Markdown, with its facts before it; another one does not exist here, for anybody."""
    view = queries.article(VISITOR, slug, reader_lang(), vantage=vantage_of())
    facts = [
        f"title: {_quoted(view.title)}",
        f"language: {view.lang}",
        f"updated: {view.updated_at:%Y-%m-%d}",
        f"reviewed: {view.reviewed_on:%Y-%m-%d}",
        f"version: {view.version}",
        f"source: {_address(view)}",
    ]
    body = "\n".join(["---", *facts, "---", "", f"# {view.title}", "", view.body])
    return for_everybody(body, _MARKDOWN, request)


@require_safe
@in_language
def llms(request: HttpRequest) -> HttpResponse:
    """Return the index for language models (llmstxt.org): the public articles by shelf, each with its Markdown."""
    lang, views = reader_lang(), queries.articles(VISITOR, reader_lang(), vantage=vantage_of())
    lines = ["# Sekisho", "", f"> {queries.ABOUT.in_(lang)}"]
    for category in queries.categories():
        shelf = [view for view in views if view.category == category.id]
        if shelf:
            lines += ["", f"## {category.title.in_(lang)}", "", *(_line(view) for view in shelf)]
    return for_everybody("\n".join(lines) + "\n", _MARKDOWN, request)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Say where the sitemap is, and what is nobody's to list."""
    closed = "\n".join(f"Disallow: {path}" for path in CLOSED)
    sitemap_at = f"{settings.text('public_url').rstrip('/')}{reverse('console:help-sitemap')}"
    return for_everybody(f"User-agent: *\n{closed}\n\nSitemap: {sitemap_at}\n", _PLAIN, request)


def _entry(view: ArticleView) -> str:
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{lang}" href={quoteattr(_address(view, lang))}/>'
        for lang in view.langs
    )
    day = f"{view.updated_at:%Y-%m-%d}"
    return f"<url><loc>{escape(_address(view))}</loc><lastmod>{day}</lastmod>{others}</url>"


def _line(view: ArticleView) -> str:
    path = reverse("console:help-markdown", args=[view.slug])
    address = f"{settings.text('public_url').rstrip('/')}{path}?lang={view.lang}"
    title = view.title.replace("[", "(").replace("]", ")")
    return f"- [{title}]({address}): {view.summary}"


def _address(view: ArticleView, lang: Lang | None = None) -> str:
    path = reverse("console:help-article", args=[view.slug])
    return f"{settings.text('public_url').rstrip('/')}{path}?lang={lang or view.lang}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
