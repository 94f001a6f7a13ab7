"""Pages for everyone: the front page, and the usage policy in all its versions (P-003). No sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sekisho.accounts.types import NOBODY
from sekisho.console.access import viewer_of
from sekisho.console.context import home_of
from sekisho.policy import queries as policy
from sekisho.policy.diff import Change
from sekisho.policy.lifecycle import State
from sekisho.policy.queries import VersionView
from sekisho.policy.types import Clause, Pack, Part

TONES = {State.IN_FORCE: "active", State.SCHEDULED: "soon", State.DRAFT: "care", State.SHADOW: "care"}
"""The badge of a version's state; states of the past are quiet."""

TECHNICAL = frozenset({"thresholds", "must_fire", "must_not_fire", "stream", "fail", "part", "canonical"})
"""Fields of a clause that say how the gate works, not what is asked of people. The page of changes leaves them
to staff: examples of what must be caught are no reading for the public."""


@dataclass(frozen=True, slots=True)
class PartView:
    id: str
    clauses: tuple[Clause, ...]


def front(request: HttpRequest) -> HttpResponse:
    """Say what the gate is, or lead people who have signed in to where they begin."""
    viewer = viewer_of(request)
    if viewer.id:
        return HttpResponseRedirect(home_of(viewer))
    return render(request, "console/public/front.html", {"in_force": _in_force()})


def current(request: HttpRequest) -> HttpResponse:
    """Show the version in force now."""
    view = _in_force()
    if view is None:
        return render(request, "console/public/no_policy.html")
    return _page(request, view)


def version(request: HttpRequest, version: str) -> HttpResponse:
    return _page(request, _version(version))


def versions(request: HttpRequest) -> HttpResponse:
    """List every version that has been announced, the latest first."""
    views = policy.versions(NOBODY)
    rows = [{"view": view, "tone": tone_of(view), "earlier": _before(view)} for view in views]
    crumbs = [(_("Usage policy"), reverse("console:policy")), (_("All versions"), "")]
    return render(request, "console/public/versions.html", {"versions": rows, "crumbs": crumbs})


def diff(request: HttpRequest, before: str, after: str) -> HttpResponse:
    """Show clause by clause what changed between two versions."""
    old, new = _version(before), _version(after)
    found = policy.changes(NOBODY, old.label, new.label)
    context = {
        "old": old,
        "new": new,
        "diff": found,
        "technical": TECHNICAL,
        "counts": [(change.value, len(found.of(change))) for change in Change],
        "crumbs": [*_crumbs(), (f"{old.pack.version} → {new.pack.version}", "")],
    }
    return render(request, "console/public/diff.html", context)


def parts_of(pack: Pack) -> list[PartView]:
    """Return the clauses by part, in the order of the policy; parts without clauses are left out."""
    parts = [PartView(part.value, tuple(one for one in pack.clauses if one.part is part)) for part in Part]
    return [part for part in parts if part.clauses]


def tone_of(view: VersionView) -> str:
    return TONES.get(view.state, "quiet")


def _page(request: HttpRequest, view: VersionView) -> HttpResponse:
    context = {
        "view": view,
        "pack": view.pack,
        "tone": tone_of(view),
        "parts": parts_of(view.pack),
        "in_force": _in_force(),
        "earlier": _before(view),
        "crumbs": [*_crumbs(), (view.pack.version, "")],
    }
    return render(request, "console/public/policy.html", context)


def _crumbs() -> list[tuple[str, str]]:
    return [
        (_("Usage policy"), reverse("console:policy")),
        (_("All versions"), reverse("console:policy-versions")),
    ]


def _in_force() -> VersionView | None:
    return next((one for one in policy.versions(NOBODY) if one.state is State.IN_FORCE), None)


def _before(view: VersionView) -> VersionView | None:
    return policy.version_before(NOBODY, view.label)


def _version(version: str) -> VersionView:
    """Return the announced version of that name; addresses leave out the pack's own name."""
    for view in policy.versions(NOBODY):
        if view.pack.version == version:
            return view
    raise Http404
