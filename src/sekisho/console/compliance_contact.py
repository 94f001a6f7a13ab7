"""Pages that say how one reaches us, for everybody (R-SUP-130)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sekisho.compliance import queries
from sekisho.compliance.law import law
from sekisho.compliance.rules.profile import applies
from sekisho.compliance.types import Point
from sekisho.console import compliance_words as words


def contact(request: HttpRequest) -> HttpResponse:
    """List every way to reach us that is published, and the forms that are always there."""
    context = {"points": queries.contact_points(), "crumbs": [(_("Contact"), "")]}
    return render(request, "console/public/compliance_contact.html", context)


def point(request: HttpRequest, which: str) -> HttpResponse:
    """Show one contact point, what it is for, and its earlier versions."""
    chosen = Point(which)
    profile = queries.profile().profile
    asked = [law(regime) for regime in queries.regimes_of(chosen)]
    context = {
        "version": queries.contact_point(chosen),
        "is_published": any(applies(one, profile) for one in asked),
        "laws": [one for one in asked if applies(one, profile)],
        "history": queries.contact_history(chosen),
        "crumbs": [(_("Contact"), reverse("console:contact")), (words.POINTS[chosen.value], "")],
    }
    return render(request, "console/public/compliance_point.html", context)
