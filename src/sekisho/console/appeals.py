"""Pages on which people appeal and follow their appeals: by a signed link without sign-in, or for an organisation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import OrganisationView, Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import as_lang
from sekisho.console import customer
from sekisho.console.access import viewer_of
from sekisho.console.appeal_forms import AppealForm, RequestForm
from sekisho.console.appeal_words import OUTCOME_TONES
from sekisho.console.decisions import Titles
from sekisho.console.uploads import BoundedUpload
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.appeals import actions, queries
from sekisho.enforcement.appeals.redress import redress
from sekisho.enforcement.appeals.rules.attachments import MAX_BYTES
from sekisho.enforcement.appeals.rules.window import Closed, closing, window
from sekisho.enforcement.appeals.types import About, AppealView, Matter, Receipt, Said
from sekisho.enforcement.appeals.words import REFUSALS
from sekisho.policy.overlay import floor_label

View = Callable[..., HttpResponse]
Send = Callable[[Said, str], Receipt]
GONE = {"link_forged": 404, "link_expired": 410}


def takes_files(view: View) -> View:
    """Bound what a form uploads. Django asks that this comes before anything reads the form, its protection too."""

    @csrf_exempt
    @wraps(view)
    def outer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        bounded = BoundedUpload(request, MAX_BYTES)
        request.upload_handlers = [bounded]
        request.upload = bounded  # type: ignore[attr-defined]
        return csrf_protect(view)(request, *args, **kwargs)

    return outer


def behind_a_link(view: View) -> View:
    """Keep a page that a link opens out of caches and search engines."""

    @never_cache
    @wraps(view)
    def outer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return outer


# --- by a link ----------------------------------------------------------------------------------------------
@behind_a_link
@sensitive_post_parameters()
@takes_files
def new(request: HttpRequest, token: str) -> HttpResponse:
    """Take an appeal from whoever holds the link."""
    try:
        matter = queries.matter_of_link(token, now())
    except NotFoundError:
        raise
    except SekishoError as problem:
        actions.note_bad_link(problem.code, token)
        return _closed(request, problem)
    form = AppealForm(request.POST or None, request.FILES or None)

    def send(said: Said, submission: str) -> Receipt:
        return actions.make_by_link(token, said, submission=submission)

    if receipt := _sent(request, form, send):
        return HttpResponseRedirect(reverse("console:appeal", args=[receipt.token]))
    return _form(request, "public", matter, form)


@never_cache
def by_request(request: HttpRequest) -> HttpResponse:
    """Ask for the id of a stopped request, which only its client was given, and lead to the form."""
    form = RequestForm(request.GET or None)
    if form.is_valid():
        named = form.cleaned_data["request_id"]
        try:
            queries.matter_of_link(named, now())
        except SekishoError:
            form.add_error("request_id", _("There is no such request that was stopped. Copy its id whole."))
        else:
            return HttpResponseRedirect(reverse("console:appeal-decision", args=[named]))
    status = 422 if form.errors else 200
    return render(request, "console/public/appeal_request.html", {"form": form}, status=status)


@behind_a_link
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Show how an appeal stands, and what came of it."""
    try:
        view = queries.followed(token, now())
    except NotFoundError:
        raise
    except SekishoError as problem:
        actions.note_bad_link(problem.code, token)
        return _closed(request, problem)
    return render(request, "console/public/appeal.html", {**shown(view), "follow": request.path})


def _closed(request: HttpRequest, problem: SekishoError) -> HttpResponse:
    context = {"told": problem.told(as_lang(get_language()))}
    return render(request, "console/public/appeal_closed.html", context, status=GONE.get(problem.code, 409))


# --- for an organisation ------------------------------------------------------------------------------------
@login_required
def listed(request: HttpRequest, org: str) -> HttpResponse:
    """List the organisation's appeals, and what it can appeal against now."""
    viewer, at = viewer_of(request), now()
    organisation = accounts.organisation(viewer, org)
    appeals = queries.appeals(viewer, org)
    open_against = {one.matter for one in appeals}
    context = {
        "organisation": organisation,
        "rows": [{"appeal": one, "tone": tone_of(one)} for one in appeals],
        "restrictions": [
            one for one in enforcement.restrictions(viewer, org, at) if one.statement_id not in open_against
        ],
        "may_appeal": may(viewer, Permission.ORG_APPEAL_MAKE, org),
        "crumbs": [*customer.crumbs(organisation), (_("Appeals"), "")],
    }
    return render(request, "console/customer/appeals.html", context)


@login_required
@never_cache
@sensitive_post_parameters()
@takes_files
def new_for_organisation(request: HttpRequest, org: str, about: str, matter: str) -> HttpResponse:
    """Take an appeal from somebody whom the organisation lets speak for it."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    found = _matter(viewer, org, about, matter)
    form = AppealForm(request.POST or None, request.FILES or None, signed_in=True)

    def send(said: Said, submission: str) -> Receipt:
        return actions.make(viewer, found.about, found.id, said, submission=submission)

    if receipt := _sent(request, form, send):
        return HttpResponseRedirect(reverse("console:org-appeal", args=[org, receipt.id]))
    crumbs = [*_crumbs(organisation), (_("New appeal"), "")]
    return _form(request, "customer", found, form, organisation=organisation, crumbs=crumbs)


@login_required
def read(request: HttpRequest, org: str, appeal: str) -> HttpResponse:
    """Show how one of the organisation's appeals stands."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    view = queries.appeal(viewer, org, appeal)
    context = {"organisation": organisation, "crumbs": [*_crumbs(organisation), (view.id, "")], **shown(view)}
    return render(request, "console/customer/appeal.html", context)


def _matter(viewer: Viewer, org: str, about: str, matter: str) -> Matter:
    """What the address names, if it is of this organisation."""
    if about not in {one.value for one in About}:
        raise accounts.not_found("matter_not_found")
    found = queries.matter(viewer, About(about), matter, now())
    if found.organisation != org:
        raise accounts.not_found("matter_not_found")
    return found


def _crumbs(organisation: OrganisationView) -> list[tuple[str, str]]:
    page = reverse("console:org-appeals", args=[organisation.id])
    return [*customer.crumbs(organisation), (_("Appeals"), page)]


# --- what both share ----------------------------------------------------------------------------------------
def _sent(request: HttpRequest, form: AppealForm, send: Send) -> Receipt | None:
    """Send a form that is filled in well; put what is wrong with it on the form, which keeps what was typed."""
    lang = as_lang(get_language())
    if request.method != "POST":
        return None
    if request.upload.is_over:  # type: ignore[attr-defined]
        form.add_error("attachments", REFUSALS["files_too_large"].in_(lang))
    if not form.is_valid():
        return None
    try:
        return send(form.said, form.cleaned_data["submission"])
    except NotFoundError:
        raise
    except SekishoError as refusal:
        form.add_error(_field_of(refusal.code), refusal.told(lang))
        return None


def _field_of(code: str) -> str | None:
    if code.startswith("text_"):
        return "text"
    return "attachments" if code.startswith(("file", "too_many_files")) else None


def _form(
    request: HttpRequest, audience: str, matter: Matter, form: AppealForm, **more: object
) -> HttpResponse:
    at = now()
    context = {
        "matter": matter,
        "clause": Titles(viewer_of(request), as_lang(get_language())).clause(matter.pack, matter.clause),
        "version": floor_label(matter.pack).partition("@")[2],
        "closes_at": closing(matter.informed_at),
        "is_closed": isinstance(window(matter.informed_at, at), Closed),
        "form": form,
        **more,
    }
    status = 422 if form.errors else 200
    return render(request, f"console/{audience}/appeal_new.html", context, status=status)


def shown(view: AppealView) -> dict[str, object]:
    """Return what a page says of one appeal to whoever may see it."""
    return {
        "appeal": view,
        "tone": tone_of(view),
        "redress": redress(),
        "restored": [(name, count) for name, count in view.restored.items() if count],
        "is_overdue": view.is_overdue(now()),
    }


def tone_of(view: AppealView) -> str:
    """Return the badge of an appeal's state or outcome."""
    return OUTCOME_TONES[view.outcome.value] if view.outcome else "soon"
