"""The form for urgent requests of Enterprise organisations: shown to their owners, and asked again when it is sent
(R-SUP-059). Everybody else learns why not, and where to sign in."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text, as_lang
from sekisho.cases import queries as cases
from sekisho.cases.types import CaseView, Impact
from sekisho.console.access import viewer_of
from sekisho.console.appeal_forms import ACCEPT, Files
from sekisho.console.appeals import takes_files
from sekisho.console.customer import crumbs
from sekisho.enforcement.appeals.rules.attachments import MAX_FILES
from sekisho.enforcement.appeals.types import File
from sekisho.enforcement.appeals.words import REFUSALS
from sekisho.support import actions, queries
from sekisho.support.actions import DETAIL_CHARS, ESCALATION_CHARS
from sekisho.support.types import Channel, Entitlement, Escalation, Surface

IMPACTS = [
    (Impact.CRITICAL.value, gettext_lazy("Nobody can work")),
    (Impact.HIGH.value, gettext_lazy("Many cannot work")),
    (Impact.NORMAL.value, gettext_lazy("Work goes on with difficulty")),
    (Impact.LOW.value, gettext_lazy("A question, or a small fault")),
]


class EnterpriseForm(forms.Form):
    """What the team needs to begin at once."""

    impact = forms.ChoiceField(
        label=gettext_lazy("How much does it stop you?"), widget=forms.RadioSelect, choices=IMPACTS
    )
    text = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        max_length=ESCALATION_CHARS,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    affected_users = forms.CharField(
        label=gettext_lazy("How many people does it concern?"), max_length=DETAIL_CHARS, required=False
    )
    began = forms.CharField(
        label=gettext_lazy("Since when?"),
        max_length=DETAIL_CHARS,
        required=False,
        help_text=gettext_lazy("Date and time with the time zone, if you know them."),
    )
    contacts = forms.CharField(
        label=gettext_lazy("Who else can be asked about it?"),
        max_length=DETAIL_CHARS,
        required=False,
        help_text=gettext_lazy("Answers go to you. We write to nobody else because they are named here."),
    )
    attachments = forms.Field(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy(
            "Up to 5 files, 5 MB each and 10 MB together: PDF, pictures (PNG, JPEG, WebP) or plain text. "
            "They are kept encrypted."
        ),
        widget=Files(attrs={"multiple": True, "accept": ACCEPT}),
        required=False,
    )
    submission = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    @property
    def said(self) -> Escalation:
        data: dict[str, Any] = self.cleaned_data
        sent = self.files.getlist("attachments") if self.files else ()
        return Escalation(
            text=data["text"],
            impact=Impact(data["impact"]),
            affected_users=data["affected_users"],
            began=data["began"],
            contacts=data["contacts"],
            files=tuple(File(one.name or "", one.read()) for one in sent[: MAX_FILES + 1]),
        )


def chosen(request: HttpRequest) -> HttpResponse:
    """Lead to the form of the organisation whose owner asks; where there are several, to the choice among them."""
    viewer = viewer_of(request)
    mine = [one for one in queries.accounts_to_choose(viewer) if _way(viewer, one.organisation).is_open]
    if not mine:
        return _closed(request, _way(viewer, "").because)
    if len(mine) == 1:
        return HttpResponseRedirect(reverse("console:support-enterprise", args=[mine[0].organisation]))
    return render(request, "console/customer/support_enterprise_choose.html", {"accounts": mine})


@sensitive_post_parameters()
@takes_files
def form(request: HttpRequest, org: str) -> HttpResponse:
    """Take an urgent request."""
    viewer = viewer_of(request)
    way = _way(viewer, org)
    if not way.is_open:
        return _closed(request, way.because)
    filled = EnterpriseForm(request.POST or None, request.FILES or None, initial={"submission": uuid4().hex})
    try:
        opened = _sent(request, viewer, org, filled)
    except NotAllowedError as refusal:
        return _closed(request, refusal.message)
    if opened:
        return HttpResponseRedirect(reverse("console:support-enterprise-sent", args=[org, opened.id]))
    organisation = accounts.organisation(viewer, org)
    context = {
        "organisation": organisation,
        "form": filled,
        "crumbs": [
            *crumbs(organisation),
            (_("Support"), reverse("console:support-questions", args=[org])),
            (_("Urgent Enterprise request"), ""),
        ],
    }
    status = 422 if filled.errors else 200
    return render(request, "console/customer/support_enterprise.html", context, status=status)


@login_required
@never_cache
def sent(request: HttpRequest, org: str, case: str) -> HttpResponse:
    """Say what was sent, under which reference, and when an answer comes."""
    viewer = viewer_of(request)
    organisation, opened = accounts.organisation(viewer, org), cases.case(viewer, case)
    if opened.organisation != org:
        raise accounts.not_found("case_not_found")
    context = {
        "organisation": organisation,
        "case": opened,
        "crumbs": [
            *crumbs(organisation),
            (_("Support"), reverse("console:support-questions", args=[org])),
            (opened.reference, ""),
        ],
    }
    return render(request, "console/customer/support_enterprise_sent.html", context)


def _sent(request: HttpRequest, viewer: Viewer, org: str, filled: EnterpriseForm) -> CaseView | None:
    if request.method != "POST":
        return None
    lang = as_lang(get_language())
    if request.upload.is_over:  # type: ignore[attr-defined]
        filled.add_error("attachments", REFUSALS["files_too_large"].in_(lang))
    if not filled.is_valid():
        return None
    try:
        return actions.escalate(
            viewer, org, filled.said, submission=filled.cleaned_data["submission"] or uuid4().hex
        )
    except NotAllowedError:
        raise
    except SekishoError as refusal:
        filled.add_error("attachments" if "file" in refusal.code else None, refusal.told(lang))
        return None


def _way(viewer: Viewer, org: str) -> Entitlement:
    _actor, found = queries.entitlements_of(viewer, org, Surface.CONSOLE, at=now())
    return found.of(Channel.ENTERPRISE_FORM)


def _closed(request: HttpRequest, because: Text) -> HttpResponse:
    """The same for everybody else, whether such an organisation exists or not."""
    context = {"because": because, "is_signed_in": bool(viewer_of(request).id)}
    return render(request, "console/customer/support_enterprise_closed.html", context, status=403)
