"""The page where the operator chooses who is answered by people (R-SUP-050, R-SUP-058, R-SUP-060)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.console.access import viewer_of
from sekisho.support import actions, queries
from sekisho.support.actions import REASON_CHARS
from sekisho.support.rules import guide
from sekisho.support.types import SupportPolicy


class PolicyForm(forms.Form):
    """What the operator may choose. `version` is the one that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    admins_are_owners = forms.BooleanField(
        label=gettext_lazy("Administrators are answered as owners are"),
        required=False,
        help_text=gettext_lazy(
            "In Team, Enterprise and government organisations. The Enterprise form stays with owners."
        ),
    )
    support_contacts = forms.BooleanField(
        label=gettext_lazy("Enterprise organisations may name support contacts"),
        required=False,
        help_text=gettext_lazy("Whom they name is answered by people, besides their owners."),
    )
    free_deletion_by_people = forms.BooleanField(
        label=gettext_lazy("People help to delete Free accounts"),
        required=False,
        help_text=gettext_lazy(
            "Where it cannot be done by oneself. Without, the way for who cannot sign in does it, by a code."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_CHARS,
        help_text=gettext_lazy("It stands beside the version, for whoever asks later."),
    )

    @property
    def policy(self) -> SupportPolicy:
        return SupportPolicy(**{name: value for name, value in self.cleaned_data.items() if name != "reason"})


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Show what holds, with every version before it, and choose anew."""
    viewer = viewer_of(request)
    versions = queries.policy_versions(viewer)
    policy = versions[0].policy
    form = PolicyForm(request.POST or None, initial=_initial(policy))
    may_change = may(viewer, Permission.STAFF_SUPPORT_CHANGE)
    if request.method == "POST" and may_change and form.is_valid() and _chosen(viewer, form):
        messages.success(request, _("It holds from now on."))
        return HttpResponseRedirect(request.path)
    context = {
        "versions": versions,
        "policy": policy,
        "form": form if may_change else None,
        "parts": [(guide.GROUPS[one.group], guide.told(one, policy)) for one in guide.guide(policy)],
        "crumbs": [(_("Who is answered by people"), "")],
    }
    return render(request, "console/staff/support_policy.html", context, status=422 if form.errors else 200)


def _initial(policy: SupportPolicy) -> dict[str, object]:
    return {
        "version": policy.version,
        "admins_are_owners": policy.admins_are_owners,
        "support_contacts": policy.support_contacts,
        "free_deletion_by_people": policy.free_deletion_by_people,
    }


def _chosen(viewer: Viewer, form: PolicyForm) -> bool:
    try:
        actions.set_policy(viewer, form.policy, form.cleaned_data["reason"])
    except SekishoError as refusal:
        form.add_error(None, refusal.told(as_lang(get_language())))
        return False
    return True
