"""What an organisation declares: what each key is used for, and how minors are protected (P-023, P-031)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sekisho.accounts import actions, queries
from sekisho.accounts.rules import STATED_CHARS, Permission, may
from sekisho.accounts.types import ComplianceView, KeyView, OrganisationView, Protection, Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.console.access import viewer_of
from sekisho.console.customer import crumbs, domains
from sekisho.console.forms import KeyForm
from sekisho.enforcement.conduct import queries as conduct
from sekisho.enforcement.conduct.types import LabelName


class DeclarationForm(KeyForm):
    """What a key that exists is used for from now on."""

    name = None  # type: ignore[assignment]
    scopes = None  # type: ignore[assignment]


class ProtectionForm(forms.Form):
    """How the organisation protects minors, in its own words."""

    age_verification = forms.CharField(
        label=gettext_lazy("Age verification"),
        max_length=STATED_CHARS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("How do you know the age of who uses the product?"),
    )
    moderation = forms.CharField(
        label=gettext_lazy("Moderation"),
        max_length=STATED_CHARS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What do you filter, and who answers reports?"),
    )
    monitoring = forms.CharField(
        label=gettext_lazy("Monitoring"),
        max_length=STATED_CHARS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("How do you notice misuse and distress?"),
    )
    education = forms.CharField(
        label=gettext_lazy("Education"),
        max_length=STATED_CHARS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What do you tell minors, parents and teachers?"),
    )

    @property
    def protection(self) -> Protection:
        return Protection(**self.cleaned_data)


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A key whose requests keep looking like a domain that it has not declared."""

    key: KeyView
    domain: str
    """Its title, in the reader's language."""


@login_required
def listed(request: HttpRequest, org: str) -> HttpResponse:
    """Show what each key is declared for, what looks undeclared, and how minors are protected."""
    viewer, at = viewer_of(request), now()
    organisation = queries.organisation(viewer, org)
    keys = [key for key in queries.keys(viewer, org) if key.revoked_at is None]
    stated = queries.compliance_statements(viewer, org)
    context = {
        "organisation": organisation,
        "keys": keys,
        "undeclared": _undeclared(viewer, org, keys),
        "titles": dict(domains()),
        "stated": stated[0] if stated else None,
        "is_in_force": bool(stated) and stated[0].is_in_force(at),
        "answers": _answers(stated[0]) if stated else [],
        "may_declare": may(viewer, Permission.ORG_USE_DECLARE, org),
        "crumbs": [*crumbs(organisation), (_("Use cases"), "")],
    }
    return render(request, "console/customer/declarations.html", context)


@login_required
def declare(request: HttpRequest, org: str, key: str) -> HttpResponse:
    """Ask what the key is used for, and declare it."""
    viewer = viewer_of(request)
    organisation, found = queries.organisation(viewer, org), queries.key(viewer, key)
    if found.organisation_id != org or found.revoked_at is not None:
        raise queries.not_found("key_not_found")
    declared = found.declaration
    initial = {"use_case": declared.use_case, "domain": declared.domain or "", "product": declared.product}
    form = DeclarationForm(request.POST or None, domains=domains(), initial=initial)
    if form.is_valid():
        try:
            actions.declare_use_case(viewer, key, form.declaration)
        except SekishoError as refusal:
            form.add_error(None, refusal.told(as_lang(get_language())))
        else:
            messages.success(request, _("It holds from now on, in every gateway."))
            return HttpResponseRedirect(reverse("console:declarations", args=[org]))
    context = {
        "organisation": organisation,
        "key": found,
        "form": form,
        "crumbs": _crumbs(organisation, found.name),
    }
    status = 422 if form.errors else 200
    return render(request, "console/customer/declarations_key.html", context, status=status)


@login_required
def minors(request: HttpRequest, org: str) -> HttpResponse:
    """Ask how the organisation protects minors, and keep the answer as a version of its own."""
    viewer = viewer_of(request)
    organisation = queries.organisation(viewer, org)
    stated = queries.compliance_statements(viewer, org)
    initial = dict(_said(stated[0])) if stated else {}
    form = ProtectionForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            actions.state_compliance(viewer, org, form.protection)
        except SekishoError as refusal:
            form.add_error(None, refusal.told(as_lang(get_language())))
        else:
            messages.success(request, _("Stated. It holds for a year."))
            return HttpResponseRedirect(reverse("console:declarations", args=[org]))
    context = {
        "organisation": organisation,
        "form": form,
        "crumbs": _crumbs(organisation, _("How you protect minors")),
    }
    status = 422 if form.errors else 200
    return render(request, "console/customer/declarations_minors.html", context, status=status)


def _undeclared(viewer: Viewer, org: str, keys: Sequence[KeyView]) -> list[Undeclared]:
    """What the organisation was told of: only of keys that still stand as they were."""
    if not may(viewer, Permission.ORG_STANDING_READ, org):
        return []
    by_id, titles = {key.id: key for key in keys}, dict(domains())
    return [
        Undeclared(by_id[one.unit.id], titles.get(one.about, one.about))
        for one in conduct.told_of(viewer, org, now())
        if one.name is LabelName.UNDECLARED
        and one.unit.id in by_id
        and by_id[one.unit.id].declaration.domain != one.about
    ]


def _answers(stated: ComplianceView) -> list[tuple[object, str]]:
    """The questions with what was stated, in the order of the form."""
    fields = ProtectionForm.base_fields
    return [(fields[name].label, words) for name, words in _said(stated)]


def _said(stated: ComplianceView) -> list[tuple[str, str]]:
    return [(name, getattr(stated.protection, name)) for name in ProtectionForm.base_fields]


def _crumbs(organisation: OrganisationView, here: str) -> list[tuple[str, str]]:
    page = reverse("console:declarations", args=[organisation.id])
    return [*crumbs(organisation), (_("Use cases"), page), (here, "")]
