"""The privacy centre's pages of rights: what is stored, take it along, delete it, who looked, whom one lets look."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import OrganisationView, Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.inventory import Holder, Subject
from sekisho.console import faults
from sekisho.console.access import proven, viewer_of
from sekisho.console.privacy import places
from sekisho.console.rights_parts import ends_chart, going, reading_row, request_row, staying
from sekisho.console.templatetags.console import reader_lang
from sekisho.notices.links import Purpose, token
from sekisho.records.feedback import queries as feedback
from sekisho.records.feedback.types import Sender
from sekisho.records.rights import actions, queries
from sekisho.records.rights.queries.stored import ends, stored
from sekisho.records.rights.streaming import streamed
from sekisho.records.rights.types import Asked, Channel, RequestKind

GONE = "privacy-deleted"


# --- what is stored -------------------------------------------------------------------------------------------
@login_required
@never_cache
def stored_page(request: HttpRequest) -> HttpResponse:
    """Show each conversation with its end and the reason, and all ends in one drawing."""
    viewer, at = viewer_of(request), now()
    account = _account(request, viewer)
    context = _frame(viewer, account, "console:privacy-stored", _("What is stored"))
    if account:
        page = stored(viewer, account.id, at, before=_moment(request.GET.get("cursor", "")))
        context |= {"conversations": page.conversations, "after": page.next, "at": at}
        context |= {
            "chart": ends_chart(ends(viewer, account.id, at), at),
            "newest": bool(request.GET.get("cursor")),
        }
    return render(request, "console/rights/stored.html", context)


@login_required
@require_POST
def delete_conversation(request: HttpRequest, org: str, conversation: str) -> HttpResponse:
    """Delete one conversation at once."""
    viewer = viewer_of(request)
    copies = feedback.own_about(Sender(org, member=viewer.id), conversation)
    actions.delete_conversation(viewer, org, conversation, clock=now)
    messages.success(request, _("The conversation is deleted. Its key is destroyed within a minute."))
    if copies:  # kept apart, because they were sent on purpose (R-DATA-072)
        messages.info(request, _told_of_copies(len(copies)))
    return HttpResponseRedirect(reverse("console:privacy-stored") + f"?account={org}")


def _told_of_copies(count: int) -> str:
    return ngettext(
        "You sent %(count)d report about it, which is kept apart. You can destroy it under Feedback.",
        "You sent %(count)d reports about it, which are kept apart. You can destroy them under Feedback.",
        count,
    ) % {"count": count}


# --- take it along --------------------------------------------------------------------------------------------
@login_required
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """Ask for a copy, see how far it is, and make the one link to it."""
    viewer, at = viewer_of(request), now()
    account = _account(request, viewer)
    if request.method == "POST" and account:
        made = actions.ask(
            viewer, Asked(RequestKind.ACCESS, _subject(viewer, account.id)), language=reader_lang(), clock=now
        )
        messages.success(request, _waits(made.waits_for_owner))
        return HttpResponseRedirect(reverse("console:privacy-export") + f"?account={account.id}")
    context = _frame(viewer, account, "console:privacy-export", _("Take your data along"))
    own = queries.own_requests(viewer)
    context["requests"] = [request_row(one, at) for one in own]
    context["is_open"] = any(one.is_open and one.kind is not RequestKind.ERASURE for one in own)
    return render(request, "console/rights/export.html", context)


def _waits(for_owner: bool) -> str:
    if for_owner:
        return _("Asked. Your organisation wants its owner to agree first; they have been told.")
    return _("Asked. You are told as soon as your copy is ready.")


@login_required
@require_POST
@never_cache
def link(request: HttpRequest, request_id: str) -> HttpResponse:
    """Make the link and show it, this once."""
    viewer = viewer_of(request)
    try:
        made = actions.make_link(viewer, request_id, clock=now)
    except NotFoundError:
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))
        return HttpResponseRedirect(reverse("console:privacy-export"))
    href = reverse("console:privacy-take", args=[made.request, made.secret])
    context = {
        "href": href,
        "address": request.build_absolute_uri(href),
        "until": made.until,
        "places": places("console:privacy-export"),
        "crumbs": _crumbs(_("Your link")),
    }
    return render(request, "console/rights/link.html", context)


@login_required
@never_cache
def take(request: HttpRequest, request_id: str, secret: str) -> HttpResponse:
    """Use the link. A second use says so. A look ahead by the browser or a chat (HEAD) uses nothing."""
    if request.method != "GET" or request.headers.get("Sec-Purpose", "").startswith("prefetch"):
        return HttpResponse(status=204)
    try:
        found = actions.take(viewer_of(request), request_id, secret, clock=now)
    except NotFoundError:
        raise
    except SekishoError as refusal:
        number = int(str(refusal.data.get("status", 404)))
        title = _("This link does not open anything any more")
        return faults.show(request, faults.Fault(number, title, refusal.told(reader_lang())))
    return streamed(request, found)  # type: ignore[return-value]


@login_required
@require_POST
def take_back(request: HttpRequest, request_id: str) -> HttpResponse:
    """Take a request back."""
    try:
        actions.cancel(viewer_of(request), request_id, clock=now)
    except NotFoundError:
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))
    else:
        messages.success(request, _("Taken back."))
    return HttpResponseRedirect(reverse("console:privacy-export"))


# --- delete it ------------------------------------------------------------------------------------------------
@login_required
@never_cache
def delete(request: HttpRequest) -> HttpResponse:
    """Show what deleting the account would destroy, what stays and why; nothing happens yet."""
    viewer, at = viewer_of(request), now()
    account = _account(request, viewer)
    context = _frame(viewer, account, "console:privacy-delete", _("Delete"))
    if account and may(viewer, Permission.ORG_DATA_EXPORT, account.id):
        found = queries.preview_of_account(viewer, account.id, at)
        context["preview"] = found
        context |= {"going": going(found.tables), "staying": staying(found.tables)}
    return render(request, "console/rights/delete.html", context)


class SureForm(forms.Form):
    """The last question."""

    sure = forms.BooleanField(
        label=gettext_lazy(
            "Yes, delete this account and everything in it. I know that this cannot be undone."
        )
    )


@login_required
@partial(proven, also_to_look=True)
@never_cache
def sure(request: HttpRequest) -> HttpResponse:
    """Ask once more, of somebody who has just proven who they are; then sign them out and begin."""
    viewer = viewer_of(request)
    account = _account(request, viewer)
    if account is None or not may(viewer, Permission.ORG_DATA_EXPORT, account.id):
        raise accounts.not_found("page_not_found")
    form = SureForm(request.POST or None)
    if form.is_valid():
        asked = Asked(RequestKind.ERASURE, Subject(Holder.ORGANISATION, account.id))
        made = actions.ask(viewer, asked, channel=Channel.PAGE, language=reader_lang(), clock=now)
        logout(request)
        return HttpResponseRedirect(
            reverse(f"console:{GONE}", args=[token(Purpose.RIGHTS, made.id, made.due_at)])
        )
    context = _frame(viewer, account, "console:privacy-delete", _("Delete"))
    context |= {"form": form, "submit": _("Delete everything")}
    return render(request, "console/rights/sure.html", context, status=422 if form.errors else 200)


# --- who looked, and who may ----------------------------------------------------------------------------------
@login_required
@never_cache
def access(request: HttpRequest) -> HttpResponse:
    """Show who read what is the reader's: when, in which role, why, for which ticket."""
    viewer = viewer_of(request)
    account = _account(request, viewer)
    context = _frame(viewer, account, "console:privacy-access", _("Who looked at it"))
    if account:
        cursor = request.GET.get("cursor", "")
        before = int(cursor) if cursor.isascii() and cursor.isdigit() else None
        page = queries.accesses(viewer, account.id, before=before)
        context |= {"readings": list(map(reading_row, page.readings)), "after": page.next, "newest": before}
    return render(request, "console/rights/access.html", context)


class GrantForm(forms.Form):
    """Whom one lets read what, for which ticket, until when."""

    ticket = forms.CharField(
        label=gettext_lazy("Ticket"),
        max_length=40,
        help_text=gettext_lazy("Its number, as support wrote it to you."),
    )
    to = forms.ChoiceField(
        label=gettext_lazy("Who may read?"),
        widget=forms.RadioSelect,
        initial="support",
        choices=[("support", gettext_lazy("People of support")), ("bot", gettext_lazy("The support bot"))],
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long?"),
        coerce=int,
        initial=7,
        choices=[(1, gettext_lazy("One day")), (7, gettext_lazy("A week")), (30, gettext_lazy("30 days"))],
    )
    conversations = forms.MultipleChoiceField(
        label=gettext_lazy("Which conversations may they read?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing else can be read, and every reading is shown to you."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["conversations"].choices = choices  # type: ignore[attr-defined]


@login_required
@never_cache
def grants(request: HttpRequest) -> HttpResponse:
    """List what one has let others read, and let them read more."""
    viewer, at = viewer_of(request), now()
    account = _account(request, viewer)
    context = _frame(viewer, account, "console:privacy-grants", _("Whom you let look"))
    if account:
        form = GrantForm(request.POST or None, choices=_choices(viewer, account.id, at))
        if form.is_valid() and _granted(request, viewer, account.id, form, at):
            return HttpResponseRedirect(reverse("console:privacy-grants") + f"?account={account.id}")
        context |= {"form": form, "submit": _("Let them read")}
    given = queries.grants(viewer)
    context["grants"] = [{"view": one, "in_force": one.is_in_force(at)} for one in given]
    failed = "form" in context and context["form"].errors
    return render(request, "console/rights/grants.html", context, status=422 if failed else 200)


def _granted(request: HttpRequest, viewer: Viewer, org: str, form: GrantForm, at: datetime) -> bool:
    said = form.cleaned_data
    until = at + timedelta(days=said["days"])
    try:
        actions.grant(
            viewer, said["ticket"], org, said["conversations"], to=said["to"], until=until, clock=now
        )
    except SekishoError as refusal:
        form.add_error(None, refusal.told(reader_lang()))
        return False
    messages.success(request, _("Granted. You can take it back at any time."))
    return True


@login_required
@require_POST
def revoke(request: HttpRequest, grant: str) -> HttpResponse:
    actions.revoke(viewer_of(request), grant, clock=now)
    messages.success(request, _("Taken back: nobody reads by it any more."))
    return HttpResponseRedirect(reverse("console:privacy-grants"))


# --- parts ----------------------------------------------------------------------------------------------------
def _account(request: HttpRequest, viewer: Viewer) -> OrganisationView | None:
    """The account that the page speaks of: the one that is asked for, else one of one's own, else any."""
    mine = [one for one in accounts.organisations(viewer) if one.id in viewer.roles]
    wanted = request.POST.get("account") or request.GET.get("account", "")
    own = [one for one in mine if may(viewer, Permission.ORG_DATA_EXPORT, one.id)]
    named = [one for one in mine if one.id == wanted]
    return next(iter([*named, *own, *mine]), None)


def _subject(viewer: Viewer, organisation: str) -> Subject:
    if may(viewer, Permission.ORG_DATA_EXPORT, organisation):
        return Subject(Holder.ORGANISATION, organisation)
    return Subject(Holder.MEMBER, organisation, person=viewer.id)


def _frame(viewer: Viewer, account: OrganisationView | None, route: str, title: str) -> dict[str, Any]:
    mine = [one for one in accounts.organisations(viewer) if one.id in viewer.roles]
    return {
        "places": places(route),
        "account": account,
        "accounts": mine if len(mine) > 1 else [],
        "owns": account is not None and may(viewer, Permission.ORG_DATA_EXPORT, account.id),
        "crumbs": _crumbs(title),
        "here": reverse(route),
    }


def _crumbs(title: str) -> list[tuple[str, str]]:
    return [(_("Privacy"), reverse("console:privacy")), (title, "")]


def _choices(viewer: Viewer, org: str, at: datetime) -> list[tuple[str, str]]:
    return [(one.id, _label(one.first_at, one.turns)) for one in stored(viewer, org, at).conversations]


def _label(first_at: datetime, turns: int) -> str:
    words = ngettext("%(turns)d request", "%(turns)d requests", turns) % {"turns": turns}
    return f"{first_at:%Y-%m-%d %H:%M} UTC · {words}"


def _moment(cursor: str) -> str:
    """A cursor that is no moment begins at the beginning."""
    try:
        return datetime.fromisoformat(cursor).isoformat()
    except ValueError:
        return ""
