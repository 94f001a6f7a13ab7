"""Pages of what members ask of who speaks for their organisation (R-SUP-055, R-SUP-056)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import OrganisationView, Viewer
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import as_lang
from sekisho.cases import queries as cases
from sekisho.console.access import viewer_of
from sekisho.console.customer import crumbs
from sekisho.support import queries as support
from sekisho.support.relay import actions, queries
from sekisho.support.relay.rules import ANSWER_CHARS, QUESTION_CHARS, TRANSCRIPT_CHARS
from sekisho.support.relay.types import QuestionView, State
from sekisho.support.types import Channel, Surface

STATES = {
    State.WAITING: gettext_lazy("Waits for a decision"),
    State.FORWARDED: gettext_lazy("Passed on to the team"),
    State.ANSWERED: gettext_lazy("Answered"),
    State.DECLINED: gettext_lazy("Not passed on"),
    State.RECOVERY: gettext_lazy("The team looks for an owner"),
}
TONES = {
    State.WAITING: "care",
    State.FORWARDED: "soon",
    State.ANSWERED: "active",
    State.DECLINED: "quiet",
    State.RECOVERY: "soon",
}


class AskForm(forms.Form):
    """What a member asks. What the conversation was goes along only if they leave it in."""

    question = forms.CharField(
        label=gettext_lazy("Your question"),
        max_length=QUESTION_CHARS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "Change it as you like. Your owner or administrator reads it as it stands here."
        ),
    )
    transcript = forms.CharField(
        label=gettext_lazy("What was said so far"),
        max_length=TRANSCRIPT_CHARS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Goes along only if you want it to. Empty it, or leave it as it is."),
    )
    submission = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


class ForwardForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("A note to the team"),
        max_length=ANSWER_CHARS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reaches_asker = forms.BooleanField(
        label=gettext_lazy("The team's answers go to the member too"), required=False, initial=True
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your answer"), max_length=ANSWER_CHARS, widget=forms.Textarea(attrs={"rows": 5})
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=ANSWER_CHARS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True, slots=True)
class Row:
    question: QuestionView
    state: object
    tone: str
    who: str


@login_required
@never_cache
def listed(request: HttpRequest, org: str) -> HttpResponse:
    """Show one's own questions, or to who decides on them those of everybody; and the ways that are open besides."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    rows = [_row(viewer, one) for one in queries.questions(viewer, org)]
    _actor, found = support.entitlements_of(viewer, org, Surface.CONSOLE, at=now())
    context = {
        "organisation": organisation,
        "rows": rows,
        "decides": queries.decides(viewer, org),
        "may_ask": found.of(Channel.OWNER),
        "form": found.of(Channel.ENTERPRISE_FORM),
        "has_contacts": support.names_contacts(viewer, org),
        "crumbs": [*crumbs(organisation), (_("Support"), "")],
    }
    return render(request, "console/customer/support_questions.html", context)


@sensitive_post_parameters()
@login_required
def ask(request: HttpRequest, org: str) -> HttpResponse:
    """Ask who speaks for the organisation."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    _actor, found = support.entitlements_of(viewer, org, Surface.CONSOLE, at=now())
    way = found.of(Channel.OWNER)
    form = AskForm(request.POST or None, initial={"submission": uuid4().hex})
    if way.is_open and form.is_valid() and (asked := _asked(viewer, org, form)):
        messages.success(request, _("Your question was sent."))
        return HttpResponseRedirect(reverse("console:support-question", args=[org, asked.id]))
    context = {
        "organisation": organisation,
        "way": way,
        "form": form,
        "crumbs": [*_crumbs(organisation), (_("Ask your owner or administrator"), "")],
    }
    status = 403 if not way.is_open else 422 if form.errors else 200
    return render(request, "console/customer/support_ask.html", context, status=status)


@login_required
@never_cache
def one(request: HttpRequest, org: str, question: str) -> HttpResponse:
    """Show a question, and to who decides on it the three ways."""
    viewer = viewer_of(request)
    return _page(request, viewer, org, queries.question(viewer, org, question))


@sensitive_post_parameters()
@require_POST
@login_required
def decide(request: HttpRequest, org: str, question: str, how: str) -> HttpResponse:
    """Pass the question on, answer it, or decline: one press each."""
    viewer = viewer_of(request)
    found = queries.question(viewer, org, question)
    if how not in _FORMS:
        raise accounts.not_found("page_not_found")
    form = _FORMS[how](request.POST)
    if not form.is_valid():
        return _page(request, viewer, org, found, refused=_first_error(form), written={how: form})
    try:
        _decided(viewer, org, question, how, form)
    except NotFoundError:
        raise
    except (NotAllowedError, SekishoError) as refusal:
        told = refusal.told(as_lang(get_language()))
        return _page(request, viewer, org, found, refused=told, written={how: form})
    messages.success(request, _("It is done, and the member is told."))
    return HttpResponseRedirect(reverse("console:support-question", args=[org, question]))


_FORMS: dict[str, type[forms.Form]] = {"forward": ForwardForm, "answer": AnswerForm, "decline": DeclineForm}


def _decided(viewer: Viewer, org: str, question: str, how: str, form: forms.Form) -> None:
    said = form.cleaned_data
    if how == "forward":
        actions.forward(viewer, org, question, note=said["note"], reaches_asker=said["reaches_asker"])
    elif how == "answer":
        actions.answer(viewer, org, question, said["text"])
    else:
        actions.decline(viewer, org, question, said["reason"])


def _asked(viewer: Viewer, org: str, form: AskForm) -> QuestionView | None:
    said = form.cleaned_data
    try:
        return actions.ask_owner(
            viewer,
            org,
            said["question"],
            transcript=said["transcript"],
            surface=Surface.CONSOLE,
            submission=said["submission"] or uuid4().hex,
        )
    except (NotAllowedError, SekishoError) as refusal:
        form.add_error(None, refusal.told(as_lang(get_language())))
        return None


def _page(
    request: HttpRequest,
    viewer: Viewer,
    org: str,
    found: QuestionView,
    refused: str = "",
    written: Mapping[str, forms.Form] = MappingProxyType({}),
) -> HttpResponse:
    """Show the question; `written` is the form that was refused, with what was written."""
    organisation = accounts.organisation(viewer, org)
    decides = found.state is State.WAITING and queries.decides(viewer, org)
    context = {
        "organisation": organisation,
        "row": _row(viewer, found),
        "reference": _reference(viewer, found),
        "decides": decides,
        **{how: form() for how, form in _FORMS.items()},
        **written,
        "refused": refused,
        "crumbs": [*_crumbs(organisation), (_("A question"), "")],
    }
    return render(request, "console/customer/support_question.html", context, status=422 if refused else 200)


def _row(viewer: Viewer, found: QuestionView) -> Row:
    return Row(found, STATES[found.state], TONES[found.state], _name(viewer, found.asker))


def _name(viewer: Viewer, person: str) -> str:
    try:
        known = accounts.person(viewer, person)
    except NotFoundError:
        return ""
    return known.name or known.email


def _reference(viewer: Viewer, found: QuestionView) -> str:
    """Of the case that came of it, to who may see it."""
    try:
        return cases.case(viewer, found.case).reference if found.case else ""
    except NotFoundError:
        return ""


def _first_error(form: forms.Form) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


def _crumbs(organisation: OrganisationView) -> list[tuple[str, str]]:
    page = reverse("console:support-questions", args=[organisation.id])
    return [*crumbs(organisation), (_("Support"), page)]
