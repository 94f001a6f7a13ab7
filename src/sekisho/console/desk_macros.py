"""Pages of texts that agents use again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.cases.desk import actions, queries
from sekisho.console.desk import agent
from sekisho.console.desk_forms import MacroForm
from sekisho.console.templatetags.console import reader_lang


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """List the texts, and take in a new one."""
    viewer = agent(request)
    form = MacroForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := _written(request, form)):
        return HttpResponseRedirect(reverse("console:staff-desk-macro", args=[made]))
    context = {
        "macros": queries.macros(viewer),
        "form": form,
        "crumbs": [(_("Desk"), reverse("console:staff-desk")), (_("Texts"), "")],
    }
    return render(request, "console/staff/desk_macros.html", context)


@login_required
def one(request: HttpRequest, macro: str) -> HttpResponse:
    """Show a text with its versions, and take in the next."""
    viewer = agent(request)
    versions = queries.versions(viewer, macro)
    latest = versions[0]
    initial = {"name": latest.name, "ja": latest.text.ja, "en": latest.text.en}
    form = MacroForm(request.POST or None, initial=initial)
    form.fields["name"].disabled = True
    if request.method == "POST" and form.is_valid() and _written(request, form):
        return HttpResponseRedirect(request.path)
    context = {
        "macro": latest,
        "versions": versions,
        "form": form,
        "crumbs": [
            (_("Desk"), reverse("console:staff-desk")),
            (_("Texts"), reverse("console:staff-desk-macros")),
            (latest.name, ""),
        ],
    }
    return render(request, "console/staff/desk_macro.html", context)


@login_required
@require_POST
def retire(request: HttpRequest, macro: str) -> HttpResponse:
    """Take a text out of use."""
    actions.retire_macro(agent(request), macro)
    messages.success(request, _("Taken out of use. Its versions stay."))
    return HttpResponseRedirect(reverse("console:staff-desk-macros"))


def _written(request: HttpRequest, form: MacroForm) -> str:
    said = form.cleaned_data
    try:
        made = actions.write_macro(agent(request), said["name"], Text(said["en"], said["ja"]), clock=now)
    except NotFoundError:
        raise
    except SekishoError as refusal:
        form.add_error(None, refusal.told(reader_lang()))
        return ""
    messages.success(request, _("Kept."))
    return made
