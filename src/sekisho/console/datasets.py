"""Datasets for training, for privacy staff: what each version holds and left out, what was taken back, and which runs
use it."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.console.access import staff_viewer
from sekisho.console.charts import Bar
from sekisho.console.templatetags.console import reader_lang
from sekisho.records.training import actions, queries, words
from sekisho.records.training.types import Format, State, VersionView

MOST_REASONS = 12


class BuildForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[(Format.JSONL.value, "JSON Lines"), (Format.PARQUET.value, "Parquet")],
    )


class RunForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the run"),
        max_length=200,
        help_text=gettext_lazy("As your team knows it, such as reward-model-7."),
    )


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """List versions and runs; ask for a new version, note that a run has finished."""
    viewer = staff_viewer(request, Permission.STAFF_DATASET_BUILD)
    form = BuildForm(request.POST if request.POST.get("deed") == "build" else None)
    if request.method == "POST":
        _do(request, viewer, form)
        return HttpResponseRedirect(request.path)
    context = {
        "versions": [_row(one) for one in queries.versions(viewer, now())],
        "runs": queries.runs(viewer),
        "form": form,
        "crumbs": [(_("Datasets"), "")],
    }
    return render(request, "console/staff/datasets_list.html", context)


@login_required
def one(request: HttpRequest, dataset: str) -> HttpResponse:
    """Show one version; register a run that is to use it."""
    viewer = staff_viewer(request, Permission.STAFF_DATASET_BUILD)
    shown = queries.version(viewer, dataset, now())
    form = RunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.register_run(viewer, form.cleaned_data["name"], [dataset])
            messages.success(request, _("Registered as %(run)s.") % {"run": run})
        except SekishoError as refusal:
            messages.error(request, refusal.told(reader_lang()))
        return HttpResponseRedirect(request.path)
    return render(
        request, "console/staff/datasets_version.html", {**_row(shown), **_drawn(shown), "form": form}
    )


def _do(request: HttpRequest, viewer: Viewer, form: BuildForm) -> None:
    try:
        match request.POST.get("deed"):
            case "build" if form.is_valid():
                actions.ask_for(viewer, format=Format(form.cleaned_data["format"]))
                messages.success(request, _("Asked for. It is built in the background."))
            case "finish":
                actions.finish_run(viewer, request.POST.get("run", ""))
                messages.success(request, _("Noted."))
            case _:
                raise not_found("page_not_found")
    except NotFoundError:
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))


def _row(shown: VersionView) -> dict[str, object]:
    return {"version": shown, "state": (_tone(shown), words.state_of(shown).in_(reader_lang()))}


def _tone(shown: VersionView) -> str:
    if shown.state is State.ABANDONED:
        return "quiet"
    if shown.state is not State.READY:
        return "soon"
    return "block" if shown.unfit else "active"


def _drawn(shown: VersionView) -> dict[str, object]:
    sums = shown.sums
    reasons = _bars(sums.reasons, words.REASONS)
    blocks = _bars(sums.blocks, words.BLOCKS)
    given = Bar(_("given"), sums.items, "allow")
    recalls = [(one, words.called(words.TAKEN_BACK, one.reason)) for one in shown.recalls]
    return {
        "reasons": [given, *reasons],
        "most_reasons": max(bar.value for bar in [given, *reasons]) or 1,
        "blocks": blocks,
        "most_blocks": max((bar.value for bar in blocks), default=1),
        "secrets": sum(sums.secrets.values()),
        "recalls": recalls,
        "may_run": shown.state is State.READY and shown.unfit is None,
        "crumbs": [(_("Datasets"), reverse("console:staff-datasets")), (shown.id, "")],
    }


def _bars(counts: Mapping[str, int], names: Mapping[str, Text]) -> list[Bar]:
    """The reasons with most first; what is left over in one bar."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    bars = [
        Bar(words.called(names, name).in_(reader_lang()), count) for name, count in ordered[:MOST_REASONS]
    ]
    rest = sum(count for _name, count in ordered[MOST_REASONS:])
    return [*bars, Bar(_("other reasons"), rest)] if rest else bars
