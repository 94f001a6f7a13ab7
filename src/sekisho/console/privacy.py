"""The privacy centre: what holds for a person and why, what they chose, and the proof of it.

Choosing takes one step from here, yes and no alike (R-DATA-022): both buttons always stand side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sekisho.accounts import actions as accounts
from sekisho.accounts import queries as people
from sekisho.accounts.forms import AGES
from sekisho.accounts.rules import AGE_REASON_CHARS
from sekisho.accounts.sign_up import SIGNED_UP
from sekisho.accounts.types import AgeBand, OrganisationView, Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.console import nav
from sekisho.console.access import viewer_of
from sekisho.console.privacy_move import may_move
from sekisho.console.templatetags.console import reader_lang
from sekisho.records.consent import actions, queries
from sekisho.records.consent.rules.effective import Line
from sekisho.records.consent.types import Answer, Choice, MayNot, OwnPart, Purpose, Surface, Words
from sekisho.records.consent.why import WHY_NOT
from sekisho.records.consent.wording import current_words


@dataclass(frozen=True, slots=True)
class Own:
    """A personal account on the page."""

    account: OrganisationView
    choice: Choice
    lines: tuple[Line, ...]
    why_not: str
    """Why it cannot be allowed, in the reader's language; empty where it can."""
    asks_age: bool
    """Whether saying one's age would change that."""


@dataclass(frozen=True, slots=True)
class Part:
    """What an organisation's data settings mean for the reader."""

    organisation: OrganisationView
    part: OwnPart
    lines: tuple[Line, ...]


@login_required
@never_cache
def centre(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), now()
    person = people.person(viewer, viewer.id)
    context = {
        "places": places("console:privacy"),
        "own": [own_of(viewer, account, at) for account in queries.own_accounts(viewer)],
        "parts": _parts(viewer, at),
        "receipts": queries.receipts(viewer),
        "words": words_now(),
        "person": person,
        "may_say_age": person.may_change_age,
        "may_move": may_move(viewer),
        "may_include": any(
            queries.choice(viewer, account, at).answer is Answer.ALLOW
            for account in queries.own_accounts(viewer)
        ),
    }
    return render(request, "console/customer/privacy.html", context)


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Note which of the two buttons was pressed. Nothing else counts: no default, no Enter in a field, no closing of
    the page (R-DATA-019)."""
    pressed, back = request.POST.get("choice"), back_to(request, reverse("console:privacy"))
    if pressed not in (Answer.ALLOW.value, Answer.DONT_ALLOW.value):
        messages.error(request, _("Please choose one of the two."))
        return HttpResponseRedirect(back)
    try:
        actions.choose(
            viewer_of(request),
            request.POST.get("account", ""),
            pressed == Answer.ALLOW.value,
            surface=_surface(request),
            notice=request.POST.get("notice", ""),
            language=reader_lang(),
            at=now(),
        )
    except NotFoundError:
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))
        return HttpResponseRedirect(_after(request, refusal, back))
    request.session.pop(SIGNED_UP, None)
    messages.success(request, _SAID[pressed])
    return HttpResponseRedirect(back)


class AgeForm(forms.Form):
    """What somebody says of their age; why, where they said something else before."""

    age = forms.ChoiceField(label=gettext_lazy("Your age"), widget=forms.RadioSelect, choices=AGES)
    reason = forms.CharField(
        label=gettext_lazy("Why do you change it?"),
        max_length=AGE_REASON_CHARS,
        required=False,
        help_text=gettext_lazy("In a few words. It can be changed once."),
    )

    def __init__(self, *args: object, held: AgeBand, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        if held is AgeBand.UNKNOWN:
            del self.fields["reason"]


@login_required
@never_cache
def age(request: HttpRequest) -> HttpResponse:
    """Ask whether the reader is 18 or older, or let them correct what they said, once."""
    viewer = viewer_of(request)
    person = people.person(viewer, viewer.id)
    form = AgeForm(request.POST or None, held=person.age)
    if form.is_valid():
        try:
            accounts.state_age(viewer, AgeBand(form.cleaned_data["age"]), form.cleaned_data.get("reason", ""))
        except SekishoError as refusal:
            form.add_error(None, refusal.told(reader_lang()))
        else:
            messages.success(request, _("Thank you. This is noted."))
            return HttpResponseRedirect(back_to(request, reverse("console:privacy")))
    context = {
        "form": form,
        "person": person,
        "crumbs": [(_("Privacy"), reverse("console:privacy")), (_("Your age"), "")],
    }
    status = 422 if form.errors else 200
    return render(request, "console/customer/privacy_age.html", context, status=status)


@login_required
@require_POST
def object_(request: HttpRequest, org: str) -> HttpResponse:
    """Note that a member objects to their turns being given, or no longer does."""
    if request.POST.get("deed") == "withdraw":
        actions.withdraw_objection(viewer_of(request), org, at=now())
        messages.success(request, _("Your objection is withdrawn, from now on."))
    else:
        actions.object_(viewer_of(request), org, at=now())
        messages.success(request, _("Your objection is noted. Nothing of yours is given from now on."))
    return HttpResponseRedirect(reverse("console:privacy"))


@login_required
@never_cache
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """Hand out the receipt of a choice as a document that can be checked without us."""
    found = queries.receipt_document(viewer_of(request), receipt)
    options = {"ensure_ascii": False, "indent": 2}
    response = JsonResponse(found, json_dumps_params=options)
    response["Content-Disposition"] = f'attachment; filename="{receipt}.json"'
    return response


# --- parts --------------------------------------------------------------------------------------------------
def places(here: str) -> tuple[nav.Item, ...]:
    """Return the pages of the privacy centre, for the row of links that each of them shows; `here` is the page's own
    route."""
    found = []
    for place in nav.PRIVACY_PAGES:
        try:
            found.append(nav.Item(place.label, reverse(place.route), place.icon, place.route == here))
        except NoReverseMatch:
            continue  # a page that this installation does not have is not offered
    return tuple(found)


def words_now() -> Words:
    """Return what is read before choosing, in the reader's language."""
    return current_words(Purpose.MODEL_IMPROVEMENT, reader_lang())


def own_of(viewer: Viewer, account: str, at: datetime) -> Own:
    choice = queries.choice(viewer, account, at)
    refused = choice.may_allow if isinstance(choice.may_allow, MayNot) else None
    return Own(
        people.organisation(viewer, account),
        choice,
        queries.effective_for(viewer, account, at),
        WHY_NOT[refused.code].in_(reader_lang()) if refused else "",
        refused is not None and refused.code == "age_unknown",
    )


def back_to(request: HttpRequest, otherwise: str) -> str:
    """Return the page of ours that the request names as `next`, or `otherwise`."""
    page = request.POST.get("next", request.GET.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if page and is_ours else otherwise


def _parts(viewer: Viewer, at: datetime) -> list[Part]:
    return [
        Part(
            people.organisation(viewer, one.organisation),
            one,
            queries.effective_for(viewer, one.organisation, at),
        )
        for one in queries.own_parts(viewer, at)
    ]


def _after(request: HttpRequest, refusal: SekishoError, back: str) -> str:
    """Where to go after a refusal: back to where the button was, by way of one's age where that is what is missing."""
    is_asked = request.POST.get("from") == "choice"
    here = reverse("console:privacy")
    if is_asked:
        here = f"{reverse('console:privacy-choice')}?{urlencode({'next': back})}"
    if refusal.data.get("why") == "age_unknown":
        return f"{reverse('console:privacy-age')}?{urlencode({'next': here})}"
    return here


def _surface(request: HttpRequest) -> Surface:
    """Where the button was pressed. Sign-up ends with the page that asks, whatever is chosen later in the session."""
    if request.POST.get("from") != "choice":
        return Surface.PRIVACY_PAGE
    return Surface.SIGN_UP if request.session.get(SIGNED_UP) else Surface.CHOICE_PAGE


_SAID = {
    Answer.ALLOW.value: gettext_lazy("Noted: from now on your conversations may be used to improve models."),
    Answer.DONT_ALLOW.value: gettext_lazy("Noted: your conversations are not used to improve models."),
}
