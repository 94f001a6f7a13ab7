"""The page on which an Enterprise organisation names who besides its owners is answered by people (R-SUP-058)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import MemberView, Role, Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.console.access import viewer_of
from sekisho.console.customer import crumbs
from sekisho.support import actions, queries

ADMINISTRATORS = "role:admin"


class ContactForm(forms.Form):
    """Whom to name: somebody, or all administrators."""

    who = forms.ChoiceField(label=gettext_lazy("Whom do you name?"))

    def __init__(self, *args: object, members: tuple[MemberView, ...], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = [(one.person_id, one.name or one.email) for one in members if one.role not in _OWNERS]
        choices = [(ADMINISTRATORS, _("All administrators")), *people]
        self.fields["who"].choices = choices  # type: ignore[attr-defined]


_OWNERS = (Role.OWNER, Role.PRIMARY_OWNER)


@login_required
@never_cache
def listed(request: HttpRequest, org: str) -> HttpResponse:
    """Show who is named, and name somebody more."""
    viewer = viewer_of(request)
    organisation, members = accounts.organisation(viewer, org), accounts.members(viewer, org)
    names = queries.names_contacts(viewer, org)
    form = ContactForm(request.POST or None, members=members)
    if request.method == "POST" and form.is_valid() and _named(viewer, org, form):
        messages.success(request, _("Named. It holds from now on."))
        return HttpResponseRedirect(request.path)
    known = {one.person_id: one.name or one.email for one in members}
    context = {
        "organisation": organisation,
        "rows": [(one, known.get(one.person, "")) for one in queries.contacts(viewer, org)],
        "names": names,
        "is_available": queries.policy_in_force().support_contacts,
        "form": form,
        "crumbs": [
            *crumbs(organisation),
            (_("Support"), reverse("console:support-questions", args=[org])),
            (_("Support contacts"), ""),
        ],
    }
    return render(
        request, "console/customer/support_contacts.html", context, status=422 if form.errors else 200
    )


@require_POST
@login_required
def drop(request: HttpRequest, org: str, contact: str) -> HttpResponse:
    """Take a name back."""
    actions.drop_contact(viewer_of(request), org, contact)
    messages.success(request, _("The name was taken back."))
    return HttpResponseRedirect(reverse("console:support-contacts", args=[org]))


def _named(viewer: Viewer, org: str, form: ContactForm) -> bool:
    who = form.cleaned_data["who"]
    named = {"role": Role.ADMIN} if who == ADMINISTRATORS else {"person": who}
    try:
        actions.name_contact(viewer, org, **named)
    except SekishoError as refusal:
        form.add_error(None, refusal.told(as_lang(get_language())))
        return False
    return True
