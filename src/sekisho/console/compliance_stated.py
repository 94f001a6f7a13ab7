"""Pages on which the legal team states what applies here, how one reaches us, and who is known."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.compliance import actions, queries
from sekisho.compliance.law import FIELDS, is_stale, laws
from sekisho.compliance.rules.profile import applies, points
from sekisho.compliance.types import Point
from sekisho.console import compliance_words as words
from sekisho.console.access import staff_viewer
from sekisho.console.compliance_desk_forms import (
    AuthorityForm,
    ContactForm,
    DisputeForm,
    FlaggerForm,
    ProfileForm,
)
from sekisho.console.templatetags.console import reader_lang

READ, DECIDE = Permission.STAFF_COMPLAINT_READ, Permission.STAFF_COMPLAINT_DECIDE


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show which duties apply, who said so and why, and state it anew."""
    viewer = staff_viewer(request, READ)
    held = queries.profile()
    form = ProfileForm(request.POST or None, held=held.profile)
    if request.method == "POST" and form.is_valid():
        wanted = queries.parse_profile({name: form.cleaned_data[name] for name in FIELDS})
        try:
            actions.state_profile(viewer, wanted, form.cleaned_data["reason"])
        except SekishoError as refused:
            form.add_error(None, refused.told(reader_lang()))
        else:
            messages.success(request, _("Stated. Forms, deadlines and contact points follow it from now on."))
            return HttpResponseRedirect(request.path)
    context = {
        "form": form,
        "held": held,
        "versions": [(one, list(one.profile.words().items())) for one in queries.profiles()],
        "points": [queries.contact_point(one) for one in points(laws(), held.profile)],
        "crumbs": [*_crumbs(), (_("Duty profile"), "")],
    }
    return render(request, "console/staff/compliance_profile.html", context)


@login_required
def contact(request: HttpRequest, which: str) -> HttpResponse:
    """Publish how one reaches us by a contact point."""
    viewer = staff_viewer(request, DECIDE)
    try:
        point = Point(which)
    except ValueError:
        raise not_found("page_not_found") from None
    held = queries.contact_point(point)
    initial = {
        "languages": list(held.languages),
        "note_en": held.note.en if held.note else "",
        "note_ja": held.note.ja if held.note else "",
    }
    form = ContactForm(request.POST or None, initial=initial, ways=held.ways)
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_contact(viewer, point, form.ways, form.cleaned_data["languages"], form.note)
        except SekishoError as refused:
            form.add_error(None, refused.told(reader_lang()))
        else:
            messages.success(request, _("Published. Earlier versions stay readable."))
            return HttpResponseRedirect(reverse(f"console:contact-{point}"))
    back = (_("Duty profile"), reverse("console:staff-compliance-profile"))
    context = {"form": form, "point": point, "crumbs": [*_crumbs(), back, (words.POINTS[point.value], "")]}
    return render(request, "console/staff/compliance_contact.html", context)


@login_required
def law_data(request: HttpRequest) -> HttpResponse:
    """Show the law's files: what is shipped, where it is from, who read it, and when it should be read again."""
    staff_viewer(request, READ)
    held, today = queries.profile().profile, now().date()
    context = {
        "laws": [
            {"law": one, "applies": applies(one, held), "is_stale": is_stale(one, today)}
            for one in laws().values()
        ],
        "crumbs": [*_crumbs(), (_("Law"), "")],
    }
    return render(request, "console/staff/compliance_law.html", context)


@login_required
def registers(request: HttpRequest) -> HttpResponse:
    """Show and extend the registers: trusted flaggers, domains of authorities, disputes."""
    viewer = staff_viewer(request, READ)
    sent = request.POST.get("register", "") if request.method == "POST" else ""
    flagger = FlaggerForm(request.POST if sent == "flagger" else None, prefix="flagger")
    authority = AuthorityForm(request.POST if sent == "authority" else None, prefix="authority")
    dispute = DisputeForm(request.POST if sent == "dispute" else None, prefix="dispute")
    try:
        if flagger.is_valid():
            data = flagger.cleaned_data
            actions.register_flagger(viewer, data["number"], data["name"])
        if authority.is_valid():
            data = authority.cleaned_data
            actions.register_authority(viewer, data["domain"], data["name"], data["country"].upper())
        if dispute.is_valid():
            data = dispute.cleaned_data
            actions.begin_dispute(viewer, data["about"], data["body"])
        if sent == "end":
            ended, outcome = request.POST.get("dispute", ""), request.POST.get("outcome", "")
            if outcome not in words.DISPUTES:
                raise not_found("dispute_not_found")
            actions.end_dispute(viewer, ended, outcome, implemented="implemented" in request.POST)
    except NotFoundError:
        raise
    except SekishoError as refused:
        messages.error(request, refused.told(reader_lang()))
    else:
        if sent and not (flagger.errors or authority.errors or dispute.errors):
            messages.success(request, _("Done. It is on record."))
            return HttpResponseRedirect(request.path)
    context = {
        "flaggers": queries.flaggers(viewer),
        "authorities": queries.authorities(viewer),
        "disputes": queries.disputes(viewer),
        "outcomes": words.DISPUTES.items(),
        "flagger": flagger,
        "authority": authority,
        "dispute": dispute,
        "crumbs": [*_crumbs(), (_("Registers"), "")],
    }
    return render(request, "console/staff/compliance_registers.html", context)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Compliance"), reverse("console:staff-compliance"))]
