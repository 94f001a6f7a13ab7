"""Pages on which a version of the policy comes about: written, checked, tried on stored turns and in the shadow, and
taken back (P-004)."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.console import detectors
from sekisho.console.access import staff_viewer
from sekisho.console.words import SHIFT_TONES, SHIFTS, word
from sekisho.enforcement.actions import go_on
from sekisho.enforcement.queries import shadow_differences
from sekisho.policy import actions, queries
from sekisho.policy.backtest import Shift
from sekisho.policy.check import check_examples
from sekisho.policy.diff import diff, drift
from sekisho.policy.lifecycle import State
from sekisho.policy.load import load
from sekisho.policy.problems import PackError

FILE = "pack.yaml"
MOST = (1_000, 10_000, 50_000)
SHADOW_DAYS = 30
"""How far back what a draft in the shadow would have decided is looked at."""


class DraftForm(forms.Form):
    """A version as YAML."""

    source = forms.CharField(
        label=gettext_lazy("The version, as YAML"),
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 28, "spellcheck": "false", "autocomplete": "off", "class": "source", "wrap": "off"}
        ),
    )


class BacktestForm(forms.Form):
    """How many stored turns to judge, and since when."""

    most = forms.TypedChoiceField(
        label=gettext_lazy("Turns at most"), choices=[(count, f"{count:,}") for count in MOST], coerce=int
    )
    since = forms.DateTimeField(
        label=gettext_lazy("Received since (UTC)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


# --- writing ------------------------------------------------------------------------------------------------
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Write a version, beginning with one that exists; keep it as a draft once nothing is wrong with it."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_ACTIVATE)
    form = DraftForm(
        request.POST or None, initial={"source": _beginning(viewer, request.GET.get("from", ""))}
    )
    problems: tuple[str, ...] = ()
    if form.is_valid():
        try:
            label = actions.propose(viewer, form.cleaned_data["source"], FILE)
        except SekishoError as refusal:
            problems = _told(refusal)
        else:
            messages.success(request, _("%(label)s is kept as a draft.") % {"label": label})
            return HttpResponseRedirect(reverse("console:staff-policy-version", args=[label]))
    context = {
        "form": form,
        "problems": problems,
        "versions": queries.versions(viewer),
        "crumbs": [*_crumbs(), (_("New version"), "")],
    }
    return render(request, "console/staff/policy_new.html", context, status=422 if problems else 200)


@login_required
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Say what is wrong with what is being written, or what it would change. A part of the page, as one types."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_ACTIVATE)
    context: dict[str, object] = {"checked": True}
    try:
        pack = load(request.POST.get("source", ""), FILE)
    except PackError as refusal:
        context["problems"] = _told(refusal)
    else:
        current = queries.version_at(now())
        context |= {
            "pack": pack,
            "exists": any(view.label == pack.label for view in queries.versions(viewer)),
            "is_past": pack.effective_at < now(),
            "diff": diff(current, pack),
            "drifts": [one.message for one in drift(pack)],
        }
        if "examples" in request.POST:
            context["failures"] = check_examples(pack, detectors.cascade().find)
    return render(request, "console/staff/policy_check.html", context)


def _beginning(viewer: Viewer, label: str) -> str:
    """Return the text to begin with: that of the version named, else of the one in force."""
    if not label:
        current = queries.version_at(now())
        label = current.label if current else ""
    return queries.source(viewer, label) if label else ""


def _told(refusal: SekishoError) -> tuple[str, ...]:
    lang = as_lang(get_language())
    if isinstance(refusal, PackError):
        return tuple(problem.told(lang) for problem in refusal.problems)
    return (refusal.told(lang),)


# --- trying -------------------------------------------------------------------------------------------------
@login_required
@require_POST
def shadow(request: HttpRequest, label: str) -> HttpResponse:
    """Begin or end to let gateways judge by a draft without acting on it."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_ACTIVATE)
    try:
        if "stop" in request.POST:
            actions.stop_shadow(viewer, label)
            messages.success(request, _("%(label)s judges nothing again.") % {"label": label})
        else:
            actions.start_shadow(viewer, label)
            messages.success(
                request, _("Gateways judge by %(label)s too, and never act on it.") % {"label": label}
            )
    except SekishoError as refusal:
        messages.error(request, refusal.told(as_lang(get_language())))
    return HttpResponseRedirect(reverse("console:staff-policy-version", args=[label]))


@login_required
def backtest(request: HttpRequest, label: str) -> HttpResponse:
    """List the backtests of a version, and begin one."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_READ)
    form = BacktestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        run = actions.begin_backtest(viewer, label, form.cleaned_data["most"], form.cleaned_data["since"])
        return HttpResponseRedirect(reverse("console:staff-policy-backtest-run", args=[label, run]))
    context = {
        "label": label,
        "form": form if may(viewer, Permission.STAFF_POLICY_ACTIVATE) else None,
        "runs": queries.backtests(viewer, label),
        "crumbs": [*_crumbs(label), (_("Backtest"), "")],
    }
    return render(request, "console/staff/policy_backtest.html", context, status=422 if form.errors else 200)


@login_required
def backtest_run(request: HttpRequest, label: str, run: str) -> HttpResponse:
    """Show a backtest; each POST judges the next slice, and an open page goes on by itself."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_READ)
    if request.method == "POST":
        viewer = staff_viewer(request, Permission.STAFF_POLICY_ACTIVATE)
        view = go_on(viewer, run, detectors.quick_cascade().find_all)
        if not request.headers.get("HX-Request"):
            return HttpResponseRedirect(request.path)
    else:
        view = queries.backtest_run(viewer, run)
    report = view.report
    context = {
        "run": view,
        "label": label,
        "may_go_on": may(viewer, Permission.STAFF_POLICY_ACTIVATE) and view.finished_at is None,
        "shifts": [
            {"label": word(SHIFTS, each.value), "value": report.shifts[each], "tone": SHIFT_TONES[each.value]}
            for each in Shift
        ],
        "clauses": [
            {"shift": each.value, "tone": SHIFT_TONES[each.value], "clause": clause, "count": count}
            for (each, clause), count in report.by_clause.most_common()
        ],
        "examples": [(each.value, turns) for each, turns in report.examples.items()],
        "crumbs": [
            *_crumbs(label),
            (_("Backtest"), reverse("console:staff-policy-backtest", args=[label])),
            (view.id, ""),
        ],
    }
    part = "policy_backtest_report" if request.headers.get("HX-Request") else "policy_backtest_run"
    return render(request, f"console/staff/{part}.html", context)


# --- taking back --------------------------------------------------------------------------------------------
@login_required
def roll_back(request: HttpRequest, label: str) -> HttpResponse:
    """Ask once more, then withdraw a version: what was in force before takes its place at once."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_ACTIVATE)
    view, page = queries.version(viewer, label), reverse("console:staff-policy-version", args=[label])
    refusal = ""
    if request.method == "POST":
        try:
            restored = actions.roll_back(viewer, label)
        except SekishoError as problem:
            refusal = problem.told(as_lang(get_language()))
        else:
            told = _("%(label)s is withdrawn. %(restored)s is in force.") % {
                "label": label,
                "restored": restored,
            }
            messages.success(request, told)
            return HttpResponseRedirect(page)
    context = {"view": view, "refusal": refusal, "crumbs": [*_crumbs(label), (_("Roll back"), "")]}
    return render(request, "console/staff/policy_roll_back.html", context, status=409 if refusal else 200)


def steps(viewer: Viewer, view: queries.VersionView) -> list[dict[str, object]]:
    """Return the steps of change control that a draft has behind it, for those who approve it."""
    runs = [run for run in queries.backtests(viewer, view.label) if run.finished_at]
    last = runs[0] if runs else None
    since = now() - timedelta(days=SHADOW_DAYS)
    is_shadow = view.state is State.SHADOW and may(viewer, Permission.STAFF_DECISION_READ)
    differing = shadow_differences(viewer, view.label, since) if is_shadow else ()
    tried = _("%(judged)s turns judged") % {"judged": f"{last.report.judged:,}"} if last else ""
    differs = sum(one.count for one in differing if one.decided != one.would_be)
    return [
        {"label": _("Backtest on stored turns"), "done": bool(last), "told": tried},
        {
            "label": _("In the shadow"),
            "done": view.state is State.SHADOW,
            "told": _("%(count)s decisions would differ") % {"count": differs} if is_shadow else "",
        },
        {"label": _("Approved by a second person"), "done": bool(view.approved_by), "told": view.approved_by},
    ]


def _crumbs(label: str = "") -> list[tuple[str, str]]:
    first = [(_("Policy versions"), reverse("console:staff-policy"))]
    return [*first, (label, reverse("console:staff-policy-version", args=[label]))] if label else first
