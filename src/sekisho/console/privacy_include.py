"""The page on which a person names conversations whose earlier messages may be used for training too (R-DATA-016)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from sekisho.accounts import queries as people
from sekisho.console.access import viewer_of
from sekisho.console.privacy_move import name_of
from sekisho.records.consent import actions, queries


class IncludeForm(forms.Form):
    """Which conversations. Nothing is chosen before."""

    conversations = forms.MultipleChoiceField(
        label=gettext_lazy("Of which conversations?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: object, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["conversations"].choices = choices  # type: ignore[attr-defined]


@login_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Ask of which conversations, say what that means, and let them be used."""
    viewer, at = viewer_of(request), now()
    account = next(iter(queries.own_accounts(viewer)), "")
    if not account:
        raise people.not_found("page_not_found")
    found = queries.includable(viewer, account, at)
    form = IncludeForm(
        request.POST if request.method == "POST" else None, [(one.id, name_of(one)) for one in found]
    )
    if form.is_valid():
        chosen = form.cleaned_data["conversations"]
        actions.include(viewer, account, chosen, at=at)
        messages.success(request, _told(len(chosen)))
        return HttpResponseRedirect(reverse("console:privacy"))
    crumbs = [(_("Privacy"), reverse("console:privacy")), (_("Include earlier messages"), "")]
    context = {"form": form, "is_any": bool(found), "crumbs": crumbs}
    return render(
        request, "console/customer/privacy_include.html", context, status=422 if form.errors else 200
    )


def _told(count: int) -> str:
    return ngettext(
        "Earlier messages of %(count)d conversation may be used for training now.",
        "Earlier messages of %(count)d conversations may be used for training now.",
        count,
    ) % {"count": count}
