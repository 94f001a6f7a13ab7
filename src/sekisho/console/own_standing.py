"""An organisation's own page of standing: how it stands, whose conduct it is, what is restricted (P-063)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.console.access import viewer_of
from sekisho.console.charts import Series, Stacked, stacked
from sekisho.console.customer import crumbs
from sekisho.console.standing_parts import restriction_row, standing_words, titles_at, unit_row
from sekisho.enforcement import queries
from sekisho.enforcement.types import Unit, UnitKind

MOST_UNITS = 10
CLAUSES_DRAWN = 4
DRAWN_TONES = ("block", "hold", "modify", "annotate", "quiet")
CHART_DAYS = 91


@login_required
def own(request: HttpRequest, org: str) -> HttpResponse:
    """Show an organisation how it stands, whose conduct it is, and what is restricted (P-063)."""
    viewer, at = viewer_of(request), now()
    organisation = accounts.organisation(viewer, org)
    about = Unit(UnitKind.ORGANISATION, org, org)
    units = queries.units_of(viewer, org, at, after=request.GET.get("after", ""), limit=MOST_UNITS + 1)
    more = len(units) > MOST_UNITS
    shown = units[:MOST_UNITS]
    titles, chart = titles_at(at), _chart(viewer, org, at)
    context = {
        **standing_words(viewer, about, at),
        "organisation": organisation,
        "rows": [unit_row(one, titles) for one in shown],
        "after": shown[-1].unit.id if more else "",
        "newest": bool(request.GET.get("after")),
        "chart": chart,
        "chart_caption": _("Last %(days)d days") % {"days": CHART_DAYS},
        "restrictions": [
            restriction_row(
                one, reverse("console:org-appeal-new", args=[org, "restriction", one.statement_id])
            )
            for one in queries.restrictions(viewer, org, at)
        ],
        "credits": queries.credits_of(viewer, org),
        "may_appeal": may(viewer, Permission.ORG_APPEAL_MAKE, org),
        "crumbs": [*crumbs(organisation), (_("Standing"), "")],
    }
    return render(request, "console/customer/standing.html", context)


def _chart(viewer: Viewer, org: str, at: datetime) -> Stacked | None:
    """Violations of end users and keys a week, by clause: the most frequent by name, the others together."""
    begin = (at - timedelta(days=CHART_DAYS - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = queries.conduct_over_time(viewer, org, begin, at)
    if not counted:
        return None
    titles, weeks = titles_at(at), -(-CHART_DAYS // 7)
    by_clause: dict[str, list[int]] = {}
    for day, clause, count in counted:
        by_clause.setdefault(clause, [0] * weeks)[(day - begin).days // 7] += count
    order = sorted(by_clause, key=lambda clause: -sum(by_clause[clause]))
    drawn = [(titles.get(clause, clause), by_clause[clause]) for clause in order[:CLAUSES_DRAWN]]
    if rest := order[CLAUSES_DRAWN:]:
        drawn.append((_("Other clauses"), [sum(by_clause[one][at] for one in rest) for at in range(weeks)]))
    columns = [f"{begin + timedelta(days=7 * week):%Y-%m-%d}" for week in range(weeks)]
    series = [
        Series(title, tone, tuple(values)) for (title, values), tone in zip(drawn, DRAWN_TONES, strict=False)
    ]
    title = _("Violations by week and clause")
    return stacked("conduct", title, _("Each column is a week."), columns, series)
