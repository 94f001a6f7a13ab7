"""Pages of the help centre's editors: the list with what was read and missed, and the page on which one writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sekisho.accounts.rules import Permission, may
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import Lang
from sekisho.console.access import staff_viewer
from sekisho.console.help import article_context
from sekisho.console.help_forms import SharedForm, TextForm, draft_of, shared_initial, text_forms
from sekisho.console.templatetags.console import reader_lang
from sekisho.support.help import actions, queries
from sekisho.support.help.rules.freshness import freshness
from sekisho.support.help.rules.markdown import render as rendered
from sekisho.support.search import queries as search

DAYS = 28
"""How far back the list counts: four weeks, so that weekdays are alike."""


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """List every article with what was counted of it, the questions that led nowhere, and what is due for review."""
    viewer = staff_viewer(request, Permission.STAFF_ARTICLE_WRITE)
    until = now().date() + timedelta(days=1)
    since = until - timedelta(days=DAYS)
    due = {view.slug for view in queries.due_for_review(viewer, now(), reader_lang())}
    counted = {one.slug: one for one in queries.usage(viewer, since, until, reader_lang())}
    views = {slug: one.views for slug, one in counted.items()}
    rows = [
        {
            "view": view,
            "count": counted.get(view.slug),
            "is_due": view.slug in due,
            "fresh": freshness(view.updated_at, now()),
        }
        for view in sorted(queries.every(viewer, reader_lang()), key=lambda view: -views.get(view.slug, 0))
    ]
    context = {
        "rows": rows,
        "misses": search.misses(viewer, since, until, 50),
        "remarks": queries.remarks(viewer)[:20],
        "days": DAYS,
        "crumbs": [(_("Articles"), "")],
    }
    return render(request, "console/staff/articles.html", context)


@login_required
def edit(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Write an article in both languages side by side; look at it first, then publish it as a new version."""
    viewer = staff_viewer(request, Permission.STAFF_ARTICLE_WRITE)
    past = queries.history(viewer, slug) if slug else ()
    if slug and not past:
        raise NotFoundError("article_not_found", queries.ARTICLE_NOT_FOUND)
    current = {view.lang: view for view in past if view.is_current}
    first = next(iter(current.values()), None)
    data = request.POST or None
    shared = SharedForm(data, is_new=not slug, initial=shared_initial(first))
    texts = text_forms(current, data)
    wrong, previews = "", []
    if request.method == "POST" and all([shared.is_valid(), *(form.is_valid() for form in texts.values())]):
        name = slug or shared.cleaned_data["slug"]
        if "publish" in request.POST:
            wrong = _published(request, name, shared, texts)
            if not wrong:
                return HttpResponseRedirect(reverse("console:staff-article", args=[name]))
        previews = [
            (lang, form.cleaned_data["title"], rendered(form.cleaned_data["body"]))
            for lang, form in texts.items()
            if not form.is_empty
        ]
    context = {
        "slug": slug,
        "first": first,
        "shared": shared,
        "texts": texts.items(),
        "previews": previews,
        "wrong": wrong,
        "past": past,
        "crumbs": [
            (_("Articles"), reverse("console:staff-articles")),
            (first.title if first else _("New article"), ""),
        ],
    }
    is_wrong = wrong or any(form.errors for form in (shared, *texts.values()))
    return render(request, "console/staff/article_edit.html", context, status=422 if is_wrong else 200)


@login_required
def version(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Show a version as it was, so that what cited it can be understood (R-SUP-004)."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_READ)
    view = queries.version(version)
    if view.slug != slug:
        raise NotFoundError("article_not_found", queries.ARTICLE_NOT_FOUND)
    places: list[tuple[str, str]] = [(view.title, "")]
    if may(viewer, Permission.STAFF_ARTICLE_WRITE):
        places = [
            (_("Articles"), reverse("console:staff-articles")),
            (view.title, reverse("console:staff-article", args=[slug])),
            (str(view.number), ""),
        ]
    context: dict[str, Any] = {**article_context(view), "is_other": False, "other": "", "crumbs": places}
    return render(request, "console/staff/article_version.html", context)


@login_required
@require_POST
def move(request: HttpRequest, slug: str, how: str) -> HttpResponse:
    """Note a review, withdraw, or give back."""
    viewer = staff_viewer(request, Permission.STAFF_ARTICLE_WRITE)
    match how:
        case "review":
            actions.review(viewer, slug, now().date())
            messages.success(request, _("Noted: read through today."))
        case "withdraw":
            actions.withdraw(viewer, slug)
            messages.success(
                request, _("Readers no longer find it. Versions that were cited stay readable to staff.")
            )
        case "restore":
            actions.restore(viewer, slug)
            messages.success(request, _("Readers find it again."))
        case _:
            raise NotFoundError("page_not_found", queries.ARTICLE_NOT_FOUND)
    return HttpResponseRedirect(reverse("console:staff-article", args=[slug]))


def _published(request: HttpRequest, slug: str, shared: SharedForm, texts: dict[Lang, TextForm]) -> str:
    """Publish what was written; return why not, in the reader's language."""
    viewer = staff_viewer(request, Permission.STAFF_ARTICLE_WRITE)
    today = now().date()
    written = {lang: form for lang, form in texts.items() if not form.is_empty}
    if not written:
        return _("There is no text in either language.")
    try:
        drafts = [draft_of(slug, lang, shared, form, today) for lang, form in written.items()]
        after = {lang: form.cleaned_data["after"] for lang, form in written.items()}
        made = actions.publish_all(viewer, drafts, after)
    except SekishoError as refusal:
        return refusal.told(reader_lang())
    except ValueError:
        return _("An audience has a word that is not known.")
    messages.success(request, _("Published.") if made else _("Nothing has changed."))
    return ""
