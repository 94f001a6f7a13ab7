"""Pages for everybody: the forms for notices, complaints and orders, and how far each has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sekisho.accounts.queries import not_found, person_to_tell
from sekisho.base.errors import SekishoError
from sekisho.base.networks import network_of
from sekisho.compliance import actions, marks, queries
from sekisho.compliance.law import law, laws
from sekisho.compliance.rules.clocks import clocks
from sekisho.compliance.rules.profile import in_force, regimes_of_complaints
from sekisho.compliance.types import (
    Complainant,
    ComplaintGiven,
    Law,
    Matter,
    NoticeGiven,
    OrderGiven,
    OrderKind,
    Regime,
    RunningClock,
    Taken,
)
from sekisho.compliance.words import duty_name
from sekisho.console import compliance_words as words
from sekisho.console import faults
from sekisho.console.access import viewer_of
from sekisho.console.compliance_forms import ComplaintForm, NoticeForm, OrderForm, title_of
from sekisho.console.peers import peer_of
from sekisho.console.templatetags.console import reader_lang
from sekisho.enforcement.rules.eu_database import EEA

AN_HOUR = 20
"""Forms from one network address in an hour, counted in each process; danger to a child or a life is not counted."""
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock as a page shows it."""

    name: object
    is_target: bool
    clock: RunningClock
    is_late: bool


# --- forms ----------------------------------------------------------------------------------------------------------
@never_cache
def notice(request: HttpRequest) -> HttpResponse:
    """Take a notice of illegal content from anybody."""
    form = NoticeForm(request.POST or None, initial=_initial(request))
    given = _notice_of(request, form) if _is_sent(request, form) else None
    is_heard = given and (given.category.is_urgent or not _is_too_often(request, form))
    if given and is_heard and (taken := _tried(form, lambda: (actions.take_notice(given),))):
        return HttpResponseRedirect(taken[0].link)
    return _form(request, form, _("Illegal content"), "notice")


@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """Let somebody choose where they complain: by where they live, which they say themselves."""
    region = request.GET.get("region", None)
    shown = region if region is not None and region in words.REGIONS else region_of(request)
    profile = queries.profile().profile
    regimes = regimes_of_complaints(laws(), profile, shown)
    context = {
        "region": shown,
        "is_asked": region is None,
        "regions": words.REGIONS.items(),
        "laws": [law(regime) for regime in regimes],
        "crumbs": [(_("Complain"), "")],
    }
    return render(request, "console/public/compliance_choose.html", context)


@never_cache
def complaint(request: HttpRequest, regime: str) -> HttpResponse:
    """Take a complaint under one law from anybody."""
    chosen = _in_force(regime)
    others = _others(chosen)
    about = _about(request)
    initial = {**_initial(request), "kind": request.GET.get("kind", "")}
    initial["region"] = chosen.regions[0] if chosen.regions else initial["region"]
    form = ComplaintForm(request.POST or None, initial=initial, law=chosen, others=others)
    if _is_sent(request, form) and not _is_too_often(request, form):
        given = _complaint_of(request, form, chosen.regime, about)
        if taken := _tried(form, lambda: actions.take_complaint(given)):
            if len(taken) == 1:
                return HttpResponseRedirect(taken[0].link)
            return render(request, "console/public/compliance_taken.html", {"taken": taken})
    return _form(request, form, _("Complain"), "complaint", chosen=chosen, about=about)


@never_cache
def order(request: HttpRequest) -> HttpResponse:
    """Take an order of an authority."""
    form = OrderForm(request.POST or None)
    if _is_sent(request, form) and not _is_too_often(request, form):
        data = form.cleaned_data
        given = OrderGiven(
            submission=data["submission"],
            kind=OrderKind(data["kind"]),
            authority=data["authority"],
            country=data["country"].upper(),
            text=data["text"],
            legal_basis=data["legal_basis"],
            email=data["email"],
            language=reader_lang(),
        )
        if taken := _tried(form, lambda: (actions.take_order(given),)):
            return render(request, "console/public/compliance_taken.html", {"taken": taken, "is_order": True})
    return _form(request, form, _("Order of an authority"), "order")


@never_cache
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Tell how far a matter has come, to whoever holds its link. No sign-in; search engines forget it."""
    at = now()
    try:
        seen = queries.followed(token, at)
    except SekishoError as refused:
        return faults.show(request, faults.of_link(refused, reader_lang()))
    view = seen.view
    context = {
        "seen": seen,
        "law": law(view.regime),
        "title": title_of(view.regime, view.matter, view.what),
        "clocks": [clock_row(one, at) for one in seen.clocks],
        "complain": _complain_about(token, view.regime) if seen.may_complain else "",
    }
    response = render(request, "console/public/compliance_followed.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def clock_row(one: RunningClock, at: datetime) -> ClockRow:
    return ClockRow(duty_name(one.duty), one.is_target, one, one.is_late(at))


def region_of(request: HttpRequest) -> str:
    """Return the region that a browser's languages name (`en-GB`, `de-AT`, `ja`), to fill in a question that is asked
    all the same; empty when they name none."""
    for part in request.headers.get("accept-language", "").split(","):
        language, _dash, place = part.strip().partition(";")[0].partition("-")
        place = place.upper()[-2:] or {"ja": "JP"}.get(language.lower(), "")
        if place in words.REGIONS and place:
            return place
        if place in EEA:
            return "EU"
    return ""


def _initial(request: HttpRequest) -> dict[str, object]:
    asked = request.GET.get("region", "")
    known = person_to_tell(viewer_of(request).id) if viewer_of(request).id else ()
    contact = {"email": known[0].email, "name": known[0].name} if known else {}
    return {"region": asked if asked in words.REGIONS and asked else region_of(request), **contact}


def _is_sent(request: HttpRequest, form: forms.Form) -> bool:
    return request.method == "POST" and form.is_valid()


def _notice_of(request: HttpRequest, form: NoticeForm) -> NoticeGiven:
    data = form.cleaned_data
    person, is_proven = _sender(request, data["email"])
    return NoticeGiven(
        submission=data["submission"],
        category=form.category_chosen,
        explanation=data["explanation"],
        locations=form.places,
        law_claimed=data["law_claimed"],
        identification=data["identification"],
        name=data["name"],
        email=data["email"],
        good_faith=data["good_faith"],
        flagger=data["flagger"],
        region=data["region"],
        language=reader_lang(),
        person=person,
        is_proven=is_proven,
    )


def _complaint_of(request: HttpRequest, form: ComplaintForm, regime: Regime, about: str) -> ComplaintGiven:
    data = form.cleaned_data
    person, is_proven = _sender(request, data["email"])
    return ComplaintGiven(
        submission=data["submission"],
        regime=regime,
        kind=data["kind"],
        complainant=Complainant(data["complainant"]),
        text=data["text"],
        email=data["email"],
        name=data["name"],
        about=about,
        region=data["region"],
        language=reader_lang(),
        also=form.others,
        person=person,
        is_proven=is_proven,
        is_minor=data["is_minor"],
    )


def _sender(request: HttpRequest, email: str) -> tuple[str, bool]:
    """Return who has signed in, and whether the address is the one that their account has proven."""
    viewer = viewer_of(request)
    known = person_to_tell(viewer.id) if viewer.id else ()
    return viewer.id, any(one.email.casefold() == email.casefold() for one in known)


def _tried(form: forms.Form, take: Callable[[], tuple[Taken, ...]]) -> tuple[Taken, ...]:
    try:
        return take()
    except SekishoError as refused:
        form.add_error(None, refused.told(reader_lang()))
        return ()


def _form(
    request: HttpRequest,
    form: forms.Form,
    title: str,
    what: str,
    *,
    chosen: Law | None = None,
    about: str = "",
) -> HttpResponse:
    due = clocks(chosen, Matter.COMPLAINT, now()) if chosen else ()
    ends = [one.due for one in due if one.duty.startswith("outcome")]
    context = {
        "form": form,
        "title": title,
        "what": what,
        "law": chosen,
        "about": about,
        "by": ends[0] if ends else None,
        "crumbs": [(_("Contact"), reverse("console:contact")), (title, "")],
    }
    status = 422 if form.errors else 200
    return render(request, "console/public/compliance_form.html", context, status=status)


def _in_force(name: str) -> Law:
    profile = queries.profile().profile
    for one in in_force(laws().values(), profile):
        if one.regime.value == name and one.kinds:
            return one
    raise not_found("page_not_found")


def _others(chosen: Law) -> tuple[Law, ...]:
    """Return the other laws of the same subject to which the same complaint may go too."""
    mine = {kind.id for kind in chosen.kinds}
    profile = queries.profile().profile
    each = (law(regime) for regime in regimes_of_complaints(laws(), profile))
    fitting = [one for one in each if one.regime not in (chosen.regime, Regime.OWN)]
    alike = [one for one in fitting if mine & {kind.id for kind in one.kinds}]
    return tuple(alike or fitting)


def _about(request: HttpRequest) -> str:
    """Return the notice that a complaint is about, by the link of who sent it."""
    link = request.GET.get("about", "")
    if not link:
        return ""
    try:
        return marks.case_of(link, now())
    except SekishoError:
        messages.info(
            request, _("The link to your notice is not valid any more. You can complain all the same.")
        )
        return ""


def _complain_about(token: str, regime: Regime) -> str:
    kinds = {kind.id for kind in law(regime).kinds}
    chosen = regime if "notice_decision" in kinds else Regime.OWN
    return f"{reverse('console:complain', args=[chosen.value])}?kind=notice_decision&about={token}"


def _is_too_often(request: HttpRequest, form: forms.Form) -> bool:
    name = f"compliance.{network_of(peer_of(request))}"
    cache.add(name, 0, HOUR_S)
    try:
        too_often = cache.incr(name) > AN_HOUR
    except ValueError:  # it expired in between
        return False
    if too_often:
        form.add_error(
            None, _("Many forms came from your network in the last hour. Please send this one later.")
        )
    return too_often
