"""The page on which a person moves conversations of their own account into an organisation (R-DATA-114)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from sekisho.accounts import queries as people
from sekisho.accounts.rules import CONSUMER_PLANS
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.console.access import viewer_of
from sekisho.console.templatetags.console import reader_lang
from sekisho.records.consent import actions, queries
from sekisho.records.consent.types import Movable


class MoveForm(forms.Form):
    """Which conversations, and where to. Nothing is chosen before."""

    organisation = forms.ChoiceField(label=gettext_lazy("Into which organisation?"))
    conversations = forms.MultipleChoiceField(
        label=gettext_lazy("Which conversations?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, targets: list[tuple[str, str]], movable: list[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = targets  # type: ignore[attr-defined]
        self.fields["conversations"].choices = movable  # type: ignore[attr-defined]


@login_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Ask which conversations go where, say what that means, and move them."""
    viewer, at = viewer_of(request), now()
    account = next(iter(queries.own_accounts(viewer)), "")
    targets = _targets(viewer)
    if not account or not targets:
        raise people.not_found("page_not_found")
    found = queries.movable(viewer, account, at)
    form = MoveForm(request.POST or None, targets=targets, movable=[(one.id, name_of(one)) for one in found])
    if form.is_valid() and _moved(request, viewer, account, form):
        return HttpResponseRedirect(reverse("console:privacy"))
    context = {
        "form": form,
        "is_any": bool(found),
        "crumbs": [(_("Privacy"), reverse("console:privacy")), (_("Move conversations"), "")],
    }
    status = 422 if form.errors else 200
    return render(request, "console/customer/privacy_move.html", context, status=status)


def may_move(viewer: Viewer) -> bool:
    """Return whether there is anywhere to move to, for the link to this page."""
    return bool(queries.own_accounts(viewer)) and bool(_targets(viewer))


def _targets(viewer: Viewer) -> list[tuple[str, str]]:
    mine = [one for one in people.organisations(viewer) if one.id in viewer.roles]
    return [(one.id, one.name) for one in mine if one.plan not in CONSUMER_PLANS]


def name_of(one: Movable) -> str:
    """Return by what a person knows a conversation again: when it was, and how long."""
    return ngettext(
        "%(began)s to %(last)s UTC, %(turns)d message",
        "%(began)s to %(last)s UTC, %(turns)d messages",
        one.turns,
    ) % {
        "began": f"{one.began_at:%Y-%m-%d %H:%M}",
        "last": f"{one.last_at:%Y-%m-%d %H:%M}",
        "turns": one.turns,
    }


def _moved(request: HttpRequest, viewer: Viewer, account: str, form: MoveForm) -> bool:
    data = form.cleaned_data
    try:
        turns = actions.move_conversations(
            viewer, account, data["conversations"], data["organisation"], at=now()
        )
    except NotFoundError:
        raise
    except SekishoError as refusal:
        form.add_error(None, refusal.told(reader_lang()))
        return False
    told = ngettext(
        "%(turns)d message is the organisation's now.",
        "%(turns)d messages are the organisation's now.",
        turns,
    )
    messages.success(request, told % {"turns": turns})
    return True
