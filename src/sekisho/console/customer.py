"""Pages of an organisation: overview, keys, decisions. Members read, admins and owners also write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from sekisho.accounts import actions, queries
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import KeyView, OrganisationView, Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.settings import text as setting
from sekisho.base.text import Lang, as_lang
from sekisho.console import decisions as shared
from sekisho.console import words
from sekisho.console.access import viewer_of
from sekisho.console.decisions import PERIOD_WORDS, PERIODS, DecisionsForm, Row, Titles
from sekisho.console.forms import KeyForm
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.links import statement_path
from sekisho.enforcement.types import DecisionFilter, DecisionRecord
from sekisho.policy import queries as policy
from sekisho.policy.overlay import floor_label
from sekisho.policy.types import Part
from sekisho.records import queries as records

HOME_PERIOD = "month"
NOT_SIMPLY_PASSED = ("modify", "hold", "block")


# --- overview -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Attention:
    """Something that the organisation should look at."""

    text: str
    href: str
    label: str


@login_required
def home(request: HttpRequest, org: str) -> HttpResponse:
    """Show how much passed, what was decided, and what needs a look."""
    viewer, at = viewer_of(request), now()
    organisation = queries.organisation(viewer, org)
    period = PERIODS[HOME_PERIOD]
    wanted = DecisionFilter(organisation=org, since=shared.begin_of(period, at))
    counts = enforcement.counts_over_time(viewer, wanted, period.bucket)
    latest = DecisionFilter(organisation=org, since=wanted.since, actions=NOT_SIMPLY_PASSED)
    page = reverse("console:decisions", args=[org]) + f"?period={HOME_PERIOD}&clause="
    clauses = shared.by_clause(counts, dict(shared.clause_choices(_lang(), at)), page)
    context = {
        "organisation": organisation,
        "period": PERIOD_WORDS[HOME_PERIOD],
        "attention": _attention(viewer, organisation, at),
        "figures": _figures(viewer, org, wanted, at),
        "has_decisions": bool(counts),
        "chart": shared.chart(viewer, wanted, period, at),
        "clauses": clauses,
        "most_clause": max((one.value for one in clauses), default=0),
        "clause_caption": _("How often each clause acted"),
        "latest": _rows(viewer, org, enforcement.decisions(viewer, latest, limit=6).decisions),
    }
    return render(request, "console/customer/home.html", context)


def _figures(viewer: Viewer, org: str, wanted: DecisionFilter, at: datetime) -> list[dict[str, object]]:
    assert wanted.since is not None
    used = records.usage(viewer, org, wanted.since, at)
    return [
        {"label": _("Requests"), "value": used["requests"]},
        {"label": _("Tokens in"), "value": used["input_tokens"]},
        {"label": _("Tokens out"), "value": used["output_tokens"]},
    ]


def _attention(viewer: Viewer, organisation: OrganisationView, at: datetime) -> list[Attention]:
    """Restrictions in force, in the reader's language, with the way to their statements and to an appeal."""
    return [
        Attention(
            one.statement.facts.in_(_lang()),
            statement_path(one, at),
            _("Read the statement of reasons"),
        )
        for one in enforcement.restrictions(viewer, organisation.id, at)
    ]


# --- decisions ----------------------------------------------------------------------------------------------
@login_required
def decisions(request: HttpRequest, org: str) -> HttpResponse:
    """List the organisation's decisions with filters, a chart over time, and pages by key."""
    viewer, at = viewer_of(request), now()
    organisation = queries.organisation(viewer, org)
    form = DecisionsForm(request.GET, shared.clause_choices(_lang(), at), _key_names(viewer, org))
    wanted, cursor = form.wanted(org, at), request.GET.get("cursor", "")
    page = enforcement.decisions(viewer, wanted, after=cursor)
    context = {
        "organisation": organisation,
        "form": form,
        "filtered": form.is_narrowed,
        "rows": _rows(viewer, org, page.decisions),
        "after": page.next,
        "newest": bool(cursor),
        "chart": None if cursor else shared.chart(viewer, wanted, PERIODS[form.period_name], at),
        "chart_caption": PERIOD_WORDS[form.period_name],
        "crumbs": [*crumbs(organisation), (_("Decisions"), "")],
    }
    return render(request, "console/customer/decisions.html", context)


@login_required
def decision(request: HttpRequest, org: str, decision: str) -> HttpResponse:
    """Explain one decision: the clause as of its version, who said what, and what can be done."""
    viewer = viewer_of(request)
    organisation = queries.organisation(viewer, org)
    found = enforcement.decision(viewer, decision)
    if found.organisation != org:
        raise queries.not_found("decision_not_found")
    context = {
        "organisation": organisation,
        **explanation(viewer, found),
        "may_appeal": found.action in NOT_SIMPLY_PASSED and may(viewer, Permission.ORG_APPEAL_MAKE, org),
        "key_name": dict(_key_names(viewer, org)).get(found.key, found.key),
        "crumbs": [
            *crumbs(organisation),
            (_("Decisions"), reverse("console:decisions", args=[org])),
            (words.word(words.ACTIONS, found.action), ""),
        ],
    }
    return render(request, "console/customer/decision.html", context)


def explanation(viewer: Viewer, decision: DecisionRecord) -> dict[str, object]:
    """Return what a page says of one decision to any reader who may see it."""
    return {
        "decision": decision,
        "clause": Titles(viewer, _lang()).clause(decision.pack, decision.clause),
        "version": floor_label(decision.pack).partition("@")[2],
        "request_id": decision.turn,
    }


def _rows(viewer: Viewer, org: str, found: tuple[DecisionRecord, ...]) -> list[Row]:
    titles, names = Titles(viewer, _lang()), dict(_key_names(viewer, org))
    return [
        Row(
            one,
            titles.title(one),
            names.get(one.key, one.key),
            reverse("console:decision", args=[org, one.id]),
        )
        for one in found
    ]


def _key_names(viewer: Viewer, org: str) -> list[tuple[str, str]]:
    return [(key.id, key.name) for key in queries.keys(viewer, org)]


def _lang() -> Lang:
    return as_lang(get_language())


# --- keys ---------------------------------------------------------------------------------------------------
@login_required
def keys(request: HttpRequest, org: str) -> HttpResponse:
    viewer, at = viewer_of(request), now()
    organisation = queries.organisation(viewer, org)
    context = {
        "organisation": organisation,
        "keys": [(key, key.is_usable(at)) for key in queries.keys(viewer, org)],
        "may_create": may(viewer, Permission.ORG_KEY_CREATE, org),
        "may_revoke": may(viewer, Permission.ORG_KEY_REVOKE, org),
        "crumbs": [*crumbs(organisation), (_("Keys"), "")],
    }
    return render(request, "console/customer/keys.html", context)


@login_required
@never_cache
@sensitive_variables("created")
def key_new(request: HttpRequest, org: str) -> HttpResponse:
    """Ask what the key is for, make it, and show it this once."""
    organisation = queries.organisation(viewer_of(request), org)
    form = KeyForm(request.POST or None, domains=domains())
    context = {
        "organisation": organisation,
        "form": form,
        "crumbs": _key_crumbs(organisation, _("Create a key")),
    }
    if form.is_valid():
        try:
            created = actions.create_key(
                viewer_of(request),
                org,
                form.cleaned_data["name"],
                declaration=form.declaration,
                scopes=form.granted,
            )
        except SekishoError as refusal:
            form.add_error(None, refusal.told(_lang()))
        else:
            context |= {"created": created, "curl": curl(created.plain)}
            return render(request, "console/customer/key_created.html", context)
    return render(request, "console/customer/key_new.html", context, status=422 if form.errors else 200)


@login_required
def key_revoke(request: HttpRequest, org: str, key: str) -> HttpResponse:
    """Ask once more, then revoke the key for good."""
    viewer = viewer_of(request)
    organisation, found = queries.organisation(viewer, org), _key(request, org, key)
    if request.method == "POST":
        actions.revoke_key(viewer, found.id)
        messages.success(
            request, _("“%(name)s” is revoked. Nothing passes with it any more.") % {"name": found.name}
        )
        return HttpResponseRedirect(reverse("console:keys", args=[org]))
    context = {
        "organisation": organisation,
        "key": found,
        "crumbs": _key_crumbs(organisation, _("Revoke a key")),
    }
    return render(request, "console/customer/key_revoke.html", context)


def domains() -> list[tuple[str, str]]:
    """Return the high-risk domains of the policy in force, as choices in the reader's language."""
    pack = policy.version_at(now())
    lang = _lang()
    clauses = pack.clauses if pack else ()
    return [(one.id, one.title.in_(lang)) for one in clauses if one.part is Part.HIGH_RISK]


def curl(key: str) -> str:
    """Return a command that sends a first request through the gate."""
    return (
        f"curl {setting('public_url').rstrip('/')}/v1/messages \\\n"
        f"  -H 'x-api-key: {key}' \\\n"
        "  -H 'anthropic-version: 2023-06-01' \\\n"
        "  -H 'content-type: application/json' \\\n"
        '  -d \'{"model": "claude-sonnet-4-5", "max_tokens": 256, '
        '"messages": [{"role": "user", "content": "Hello"}]}\''
    )


def crumbs(organisation: OrganisationView) -> list[tuple[str, str]]:
    return [(organisation.name, reverse("console:home", args=[organisation.id]))]


def _key_crumbs(organisation: OrganisationView, here: str) -> list[tuple[str, str]]:
    return [*crumbs(organisation), (_("Keys"), reverse("console:keys", args=[organisation.id])), (here, "")]


def _key(request: HttpRequest, org: str, key_id: str) -> KeyView:
    """The key, if it is of this organisation: an address never shows one organisation's key under another."""
    found = queries.key(viewer_of(request), key_id)
    if found.organisation_id != org:
        raise queries.not_found("key_not_found")
    return found
