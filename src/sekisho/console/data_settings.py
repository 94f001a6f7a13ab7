"""An organisation's data settings: how long turns are kept, whether anything is, and the partner program.

Whatever destroys something shows first how much, by day, and asks once more (R-DATA-116, R-DATA-139).
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from sekisho.accounts import queries as people
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import OrganisationView, Viewer
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.console.access import viewer_of
from sekisho.console.customer import crumbs
from sekisho.console.templatetags.console import reader_lang
from sekisho.link.queries import known_routes
from sekisho.records.consent import actions, letters, queries
from sekisho.records.consent.rules.keeping import SHORTEST_DAYS
from sekisho.records.consent.rules.partner import ATTESTATION_CHARS, COUNTED_IN, SMALLEST_GROUP
from sekisho.records.consent.types import AtLeast, Partner, Step
from sekisho.records.consent.why import WHY_NOT_JOIN
from sekisho.records.types import Upstream


class DaysForm(forms.Form):
    """How many days turns are kept, as far as this installation permits."""

    def __init__(self, *args: object, longest: int, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        told = _("From 1 to %(longest)d.") % {"longest": longest}
        self.fields["days"] = forms.IntegerField(
            label=_("Days"), min_value=SHORTEST_DAYS, max_value=longest, help_text=told
        )


class AttestationForm(forms.Form):
    """By what right somebody decides for the organisation, in their own words; never filled in before (R-DATA-043)."""

    attestation = forms.CharField(
        label=gettext_lazy("By what right do you decide this?"),
        min_length=ATTESTATION_CHARS[0],
        max_length=ATTESTATION_CHARS[1],
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=gettext_lazy("Such as your office. It is kept with the decision."),
    )


@login_required
@never_cache
def page(request: HttpRequest, org: str) -> HttpResponse:
    viewer, at = viewer_of(request), now()
    organisation = people.organisation(viewer, org)
    settings = queries.settings(viewer, org, at)
    context = {
        "organisation": organisation,
        "settings": settings,
        "lines": queries.effective_for(viewer, org, at) if org in viewer.roles else (),
        "keys": queries.keys_without_retention(viewer, org),
        "partner": queries.partner(viewer, org, at),
        "form": DaysForm(initial={"days": settings.days}, longest=settings.longest_days),
        **_may(viewer, org),
        "crumbs": [*crumbs(organisation), (_("Data"), "")],
    }
    return render(request, "console/customer/data.html", context)


@login_required
@never_cache
def retention(request: HttpRequest, org: str) -> HttpResponse:
    """Show what so many days would destroy, then set them."""
    viewer, at = viewer_of(request), now()
    organisation, settings = people.organisation(viewer, org), queries.settings(viewer, org, at)
    _changes(viewer, org)
    form = DaysForm(request.POST or request.GET or None, longest=settings.longest_days)
    if not form.is_valid():
        messages.error(request, _("Choose from 1 to %(longest)d days.") % {"longest": settings.longest_days})
        return _home(org)
    days = form.cleaned_data["days"]
    if request.method == "POST":
        return _set_days(request, viewer, org, days)
    context = {
        "organisation": organisation,
        "settings": settings,
        "days": days,
        "is_longer": days > settings.days,
        "preview": queries.would_go(viewer, org, days, at),
        "crumbs": _crumbs(organisation, _("How long turns are kept")),
    }
    return render(request, "console/customer/data_retention.html", context)


@login_required
@never_cache
def zero_retention(request: HttpRequest, org: str) -> HttpResponse:
    """Show what zero retention would destroy, then switch it on; or switch it off for what comes."""
    viewer, at = viewer_of(request), now()
    organisation, settings = people.organisation(viewer, org), queries.settings(viewer, org, at)
    _changes(viewer, org)
    if request.method == "POST":
        on = request.POST.get("switch") == "on"
        if actions.switch_zero_retention(viewer, org, on, at=at):
            messages.success(request, _ON if on else _OFF)
        return _home(org)
    context = {
        "organisation": organisation,
        "settings": settings,
        "preview": queries.would_go_for_zero_retention(viewer, org, at),
        "partner": queries.partner(viewer, org, at),
        "crumbs": _crumbs(organisation, _("Zero retention")),
    }
    return render(request, "console/customer/data_zero.html", context)


@login_required
@never_cache
def partner(request: HttpRequest, org: str) -> HttpResponse:
    """Show what the partner program means, and let an administrator join, confirm or leave."""
    viewer, at = viewer_of(request), now()
    organisation, stands = people.organisation(viewer, org), queries.partner(viewer, org, at)
    if request.POST.get("deed") == "leave":
        actions.leave_partner(viewer, org, at=at)
        messages.success(request, _("Your organisation no longer takes part, from this moment on."))
        return _home(org)
    form = AttestationForm(request.POST or None)
    if form.is_valid() and _joined(request, viewer, org, form):
        return _home(org)
    context = {
        "organisation": organisation,
        "partner": stands,
        "form": form,
        "attestation": letters.ATTESTATION,
        "why_not": WHY_NOT_JOIN[stands.may_not] if stands.may_not else None,
        "objections": objections(stands),
        "has_first_party": any(one.upstream == Upstream.FIRST_PARTY for one in known_routes()),
        **_may(viewer, org),
        "crumbs": _crumbs(organisation, _("Partner program")),
    }
    status = 422 if form.errors else 200
    return render(request, "console/customer/data_partner.html", context, status=status)


# --- parts --------------------------------------------------------------------------------------------------
def objections(stands: Partner) -> str:
    """Return what administrators read of objections: never a number that could name somebody."""
    match stands.objections:
        case AtLeast(number=0):
            return _("Fewer than %(number)d") % {"number": COUNTED_IN}
        case AtLeast(number=number):
            return _("%(number)d or more") % {"number": number}
        case _:
            return _("Not told in a group of fewer than %(number)d, as it could name somebody") % {
                "number": SMALLEST_GROUP
            }


def _set_days(request: HttpRequest, viewer: Viewer, org: str, days: int) -> HttpResponse:
    try:
        what = actions.set_retention(viewer, org, days, at=now())
    except (NotFoundError, NotAllowedError):
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))
    else:
        messages.success(request, _SET[what])
    return _home(org)


def _joined(request: HttpRequest, viewer: Viewer, org: str, form: AttestationForm) -> bool:
    words = form.cleaned_data["attestation"]
    try:
        actions.join_partner(viewer, org, words, language=reader_lang(), at=now())
    except (NotFoundError, NotAllowedError):
        raise
    except SekishoError as refusal:
        form.add_error(None, refusal.told(reader_lang()))
        return False
    messages.success(
        request, _("Noted. Each member is told by mail, and nothing of theirs is given before that.")
    )
    return True


def _may(viewer: Viewer, org: str) -> dict[str, bool]:
    return {
        "may_change": may(viewer, Permission.ORG_DATA_CHANGE, org),
        "may_join": may(viewer, Permission.ORG_PARTNER_JOIN, org),
    }


def _changes(viewer: Viewer, org: str) -> None:
    if not may(viewer, Permission.ORG_DATA_CHANGE, org):
        raise NotAllowedError("not_allowed", people.NOT_FOUND, permission=Permission.ORG_DATA_CHANGE)


def _home(org: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:data", args=[org]))


def _crumbs(organisation: OrganisationView, here: str) -> list[tuple[str, str]]:
    home = (_("Data"), reverse("console:data", args=[organisation.id]))
    return [*crumbs(organisation), home, (here, "")]


_ON = gettext_lazy("Zero retention is on. What was kept is sealed now, and will be destroyed.")
_OFF = gettext_lazy("Zero retention is off. What is received from now on is kept again.")
_SET = {
    Step.SAME: gettext_lazy("Nothing has changed."),
    Step.SHORTER: gettext_lazy("Noted. What is older than that is destroyed now."),
    Step.LONGER: gettext_lazy("Noted, for what is received from now on. Every member is told."),
}
