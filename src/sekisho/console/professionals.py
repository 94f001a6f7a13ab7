"""Pages of the registry of professionals: who is qualified for what, and until when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.console.access import staff_viewer
from sekisho.enforcement.holds import actions, queries
from sekisho.enforcement.holds.types import DOMAINS


class RegisterForm(forms.Form):
    """A new registration. What makes sense is for the action to say."""

    email = forms.EmailField(label=gettext_lazy("E-mail address of the person"))
    name = forms.CharField(label=gettext_lazy("Name, as on the licence"), max_length=120)
    domains = forms.MultipleChoiceField(
        label=gettext_lazy("Qualified for"), widget=forms.CheckboxSelectMultiple
    )
    jurisdictions = forms.CharField(
        label=gettext_lazy("Licensed in"),
        max_length=120,
        help_text=gettext_lazy("ISO 3166 codes with spaces between them, such as JP or US-CA."),
    )
    licence = forms.CharField(label=gettext_lazy("Number of the licence"), max_length=120)
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"), widget=forms.DateInput(attrs={"type": "date"})
    )
    evidence = forms.CharField(
        label=gettext_lazy("How you checked it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("In which register, and when."),
    )
    organisation = forms.CharField(
        label=gettext_lazy("Only for the answers of this organisation"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Its id, for a customer's own professional. Empty: for all organisations."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = as_lang(get_language())
        choices = [(name, title.in_(lang)) for name, title in DOMAINS.items()]
        self.fields["domains"].choices = choices  # type: ignore[attr-defined]


class RenewForm(forms.Form):
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"), widget=forms.DateInput(attrs={"type": "date"})
    )
    evidence = forms.CharField(
        label=gettext_lazy("How you checked it"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class EndForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it ends"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """List all registrations, the next to end first."""
    viewer, at = staff_viewer(request, Permission.STAFF_PROFESSIONAL_REGISTER), now()
    found = queries.professionals(viewer)
    context = {
        "rows": [(one, [DOMAINS[name] for name in one.domains], one.is_valid(at)) for one in found],
        "crumbs": [(_("Professionals"), "")],
    }
    return render(request, "console/staff/professionals_list.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Register somebody."""
    viewer = staff_viewer(request, Permission.STAFF_PROFESSIONAL_REGISTER)
    form = RegisterForm(request.POST or None)
    if form.is_valid() and _registered(viewer, form):
        messages.success(request, _("Registered. They can decide on held answers from now on."))
        return HttpResponseRedirect(reverse("console:staff-professionals"))
    context = {"form": form, "crumbs": [*_crumbs(), (_("Register somebody"), "")]}
    return render(
        request, "console/staff/professionals_new.html", context, status=422 if form.errors else 200
    )


@login_required
def one(request: HttpRequest, professional: str) -> HttpResponse:
    """Show a registration; renew it, or end it."""
    viewer, at = staff_viewer(request, Permission.STAFF_PROFESSIONAL_REGISTER), now()
    found = queries.professional(viewer, professional)
    deed = request.POST.get("deed", "")
    renewal = RenewForm(request.POST if deed == "renew" else None)
    ending = EndForm(request.POST if deed == "end" else None)
    if (renewal.is_valid() and _renewed(viewer, found.id, renewal)) or (
        ending.is_valid() and _ended(viewer, found.id, ending)
    ):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.path)
    context = {
        "professional": found,
        "domains": [DOMAINS[name] for name in found.domains],
        "is_valid": found.is_valid(at),
        "renewal": renewal,
        "ending": ending,
        "crumbs": [*_crumbs(), (found.name, "")],
    }
    status = 422 if renewal.errors or ending.errors else 200
    return render(request, "console/staff/professionals_one.html", context, status=status)


def _registered(viewer: Viewer, form: RegisterForm) -> bool:
    data = dict(form.cleaned_data)
    try:
        person = accounts.viewer_at(data.pop("email")).id
        data["jurisdictions"] = data["jurisdictions"].replace(",", " ").split()
        actions.register(viewer, person, **data)
    except SekishoError as refusal:
        return _refused(form, refusal)
    return True


def _renewed(viewer: Viewer, professional: str, form: RenewForm) -> bool:
    try:
        actions.renew(viewer, professional, form.cleaned_data["valid_until"], form.cleaned_data["evidence"])
    except SekishoError as refusal:
        return _refused(form, refusal)
    return True


def _ended(viewer: Viewer, professional: str, form: EndForm) -> bool:
    try:
        actions.end_registration(viewer, professional, form.cleaned_data["reason"])
    except SekishoError as refusal:
        return _refused(form, refusal)
    return True


def _refused(form: forms.Form, refusal: SekishoError) -> bool:
    form.add_error(None, refusal.told(as_lang(get_language())))
    return False


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Professionals"), reverse("console:staff-professionals"))]
