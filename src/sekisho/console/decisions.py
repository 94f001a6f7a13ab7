"""What pages about decisions share between customers, staff and the playground: filters, rows, charts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError
from sekisho.base.text import Lang
from sekisho.console import charts, words
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.queries import Bucket
from sekisho.enforcement.types import Count, DecisionFilter, DecisionRecord
from sekisho.policy import queries as policy
from sekisho.policy.types import Clause, Pack


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time up to now, and the columns in which a chart shows it."""

    length: timedelta
    bucket: Bucket
    step: timedelta
    form: str
    """How a column is named, for `strftime`."""


PERIODS = {
    "day": Period(timedelta(hours=24), "hour", timedelta(hours=1), "%m-%d %H:00"),
    "week": Period(timedelta(days=7), "day", timedelta(days=1), "%m-%d"),
    "month": Period(timedelta(days=30), "day", timedelta(days=1), "%m-%d"),
    "quarter": Period(timedelta(days=91), "day", timedelta(days=1), "%m-%d"),
}
PERIOD_WORDS = {
    "day": gettext_lazy("Last 24 hours"),
    "week": gettext_lazy("Last 7 days"),
    "month": gettext_lazy("Last 30 days"),
    "quarter": gettext_lazy("Last 91 days"),
}
USUAL = "week"
ANY = ("", gettext_lazy("Any"))


class DecisionsForm(forms.Form):
    """Filters over decisions. What cannot be read is passed over: an old link still shows a list."""

    period = forms.ChoiceField(label=gettext_lazy("Time"), choices=list(PERIOD_WORDS.items()), required=False)
    action = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=[ANY, *words.ACTIONS.items()], required=False
    )
    clause = forms.ChoiceField(label=gettext_lazy("Clause"), required=False)
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"), choices=[ANY, *words.STAGES.items()], required=False
    )
    key = forms.ChoiceField(label=gettext_lazy("Key"), required=False)

    def __init__(self, data: Any, clauses: list[tuple[str, str]], keys: list[tuple[str, str]] | None) -> None:
        super().__init__({"period": USUAL, **data.dict()})
        self.fields["clause"].choices = [ANY, *clauses]  # type: ignore[attr-defined]
        if keys is None:
            del self.fields["key"]
        else:
            self.fields["key"].choices = [ANY, *keys]  # type: ignore[attr-defined]
        self.is_valid()

    def said(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")

    @property
    def period_name(self) -> str:
        return self.said("period") or USUAL

    @property
    def is_narrowed(self) -> bool:
        return any(self.said(name) for name in ("action", "clause", "stage", "key"))

    def wanted(self, organisation: str, at: datetime) -> DecisionFilter:
        action = self.said("action")
        return DecisionFilter(
            organisation=organisation,
            key=self.said("key"),
            clause=self.said("clause"),
            actions=(action,) if action else (),
            stage=self.said("stage"),
            since=begin_of(PERIODS[self.period_name], at),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A decision in a list."""

    decision: DecisionRecord
    clause: str
    """Title of the clause in the reader's language, in the version that judged; empty when none acted."""
    whose: str
    href: str


class Titles:
    """Titles of clauses as of the version that judged, each version read once."""

    def __init__(self, viewer: Viewer, lang: Lang) -> None:
        self._viewer, self._lang = viewer, lang
        self._packs: dict[str, Pack | None] = {}

    def clause(self, label: str, clause_id: str) -> Clause | None:
        if label not in self._packs:
            self._packs[label] = _pack(self._viewer, label)
        pack = self._packs[label]
        return pack.clause(clause_id) if pack else None

    def title(self, decision: DecisionRecord) -> str:
        """Return the clause's title, its id where the version cannot be read, or nothing without a clause."""
        clause = self.clause(decision.pack, decision.clause)
        return clause.title.in_(self._lang) if clause else decision.clause


def clause_choices(lang: Lang, at: datetime) -> list[tuple[str, str]]:
    """Return the clauses of the policy in force, in its order."""
    pack = policy.version_at(at)
    return [(clause.id, clause.title.in_(lang)) for clause in pack.clauses] if pack else []


def chart(viewer: Viewer, wanted: DecisionFilter, period: Period, at: datetime) -> charts.Stacked:
    """Return decisions over time by action, one column a bucket, empty ones included."""
    begins = columns(period, at)
    place = {begin: number for number, begin in enumerate(begins)}
    values: dict[str, list[int]] = defaultdict(lambda: [0] * len(begins))
    for count in enforcement.counts_over_time(viewer, wanted, period.bucket):
        if count.at in place:
            values[count.action][place[count.at]] += count.count
    series = [
        charts.Series(words.word(words.ACTIONS, action), action, tuple(values[action]))
        for action in words.ACTIONS
        if action in values
    ]
    names = [begin.strftime(period.form) for begin in begins]
    return charts.stacked("decisions", _("Decisions over time"), _spoken(series), names, series)


def by_clause(counts: Iterable[Count], titles: dict[str, str], href: str, most: int = 8) -> list[charts.Bar]:
    """Return how often each clause acted, most often first, `most` at most. `href` takes the clause id."""
    sums: dict[str, int] = defaultdict(int)
    for count in counts:
        if count.clause:
            sums[count.clause] += count.count
    ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:most]
    return [charts.Bar(titles.get(clause, clause), count, "block", href + clause) for clause, count in ranked]


def columns(period: Period, at: datetime) -> list[datetime]:
    """Return where each column begins, oldest first; the last holds `at`."""
    last = _floor(at, period)
    count = round(period.length / period.step)
    return [last - period.step * back for back in reversed(range(count))]


def begin_of(period: Period, at: datetime) -> datetime:
    return columns(period, at)[0]


def _floor(at: datetime, period: Period) -> datetime:
    at = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return at if period.bucket == "hour" else at.replace(hour=0)


def _spoken(series: Sequence[charts.Series]) -> str:
    """The chart in words: how many of each decision."""
    return ", ".join(f"{one.label}: {one.total}" for one in series) or _("No decisions")


def _pack(viewer: Viewer, label: str) -> Pack | None:
    try:
        return policy.version(viewer, label).pack
    except NotFoundError:
        return None
