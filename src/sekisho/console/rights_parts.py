"""Parts that pages of rights share: a request as a row, a reading as a row, the drawing of ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from sekisho.base.inventory import How
from sekisho.console.charts import Series, Stacked, stacked
from sekisho.console.rights_words import OF, roles
from sekisho.records.queries.clocks import Stored
from sekisho.records.retention.types import TablePreview
from sekisho.records.rights.rules import Done, Late, Pending, time_left
from sekisho.records.rights.types import AccessView, BundleState, RequestKind, RequestState, RequestView

DAY = timedelta(days=1)
TONES = ("allow", "annotate", "hold", "modify", "block", "quiet")


@dataclass(frozen=True, slots=True)
class RequestRow:
    view: RequestView
    tone: str
    is_late: bool
    days_left: int
    """Whole days until it is due; 0 when it has ended or is late."""
    can_link: bool
    can_take_back: bool
    is_gone: bool
    """Whether its copy was fetched or its time is over."""


def request_row(view: RequestView, at: datetime) -> RequestRow:
    left = time_left(view.state, view.due_at, view.finished_at, at)
    begun = view.kind is RequestKind.ERASURE and view.state is RequestState.IN_PROGRESS
    match left:
        case Pending(left=span):
            late, days = False, span // DAY
        case Late():
            late, days = True, 0
        case Done(in_time=in_time):
            late, days = not in_time, 0
    in_time = view.expires_at is None or at < view.expires_at
    return RequestRow(
        view,
        str(OF["request_tone"][view.state.value]),
        late,
        days,
        view.bundle is BundleState.READY and in_time,
        view.is_open and not begun,
        view.bundle in (BundleState.TAKEN, BundleState.EXPIRED) or not in_time,
    )


@dataclass(frozen=True, slots=True)
class Going:
    """What goes, as people call it."""

    kind: str
    rows: int
    how: list[str]
    tables: list[str]


@dataclass(frozen=True, slots=True)
class Staying:
    """What stays, by its reason."""

    reason: str
    kinds: list[str]
    rows: int
    tables: list[str]


def going(tables: Sequence[TablePreview]) -> list[Going]:
    """Return what goes, one row for each kind of thing."""
    found: dict[str, Going] = {}
    for one in tables:
        if one.how is not How.KEEP and (rows := one.rows - one.stays) > 0:
            kind = _kind(one.table)
            at = found.get(kind, Going(kind, 0, [], []))
            how = str(OF["erase_how"][one.how.value])
            found[kind] = Going(kind, at.rows + rows, _with(at.how, how), [*at.tables, one.table])
    return list(found.values())


def staying(tables: Sequence[TablePreview]) -> list[Staying]:
    """Return what stays, one row for each reason."""
    found: dict[str, Staying] = {}
    for one in tables:
        if one.stays or one.how is How.KEEP:
            reason = str(OF["kept_because"].get(one.reason, one.reason))
            at = found.get(reason, Staying(reason, [], 0, []))
            kinds = _with(at.kinds, _kind(one.table))
            found[reason] = Staying(reason, kinds, at.rows + (one.stays or one.rows), [*at.tables, one.table])
    return list(found.values())


def _kind(table: str) -> str:
    kinds, room = OF["kind_of_rows"], table.partition("_")[0]
    return str(kinds.get(table) or kinds.get(room, room))


def _with(words: list[str], word: str) -> list[str]:
    return words if word in words else [*words, word]


@dataclass(frozen=True, slots=True)
class ReadingRow:
    view: AccessView
    roles: list[str]


def reading_row(view: AccessView) -> ReadingRow:
    return ReadingRow(view, roles(view.role))


def ends_chart(found: Sequence[Stored], at: datetime) -> Stacked | None:
    """Return when what is stored ends, drawn from today to five years on: a column for each span, a tone for each
    reason; None when nothing is stored."""
    if not found:
        return None
    spans = _spans()
    rules = sorted({one.rule for one in found})
    series = [
        Series(str(OF["ends_rule"].get(rule, rule)), tone, tuple(_counted(found, rule, spans, at)))
        for rule, tone in zip(rules, TONES, strict=False)
    ]
    title = _("When what is stored ends")
    description = _("Each column counts the requests that become unreadable within that time from now.")
    return stacked("ends", title, description, [name for name, _span in spans], series)


def _spans() -> list[tuple[str, timedelta]]:
    return [
        (_("24 hours"), DAY),
        (_("7 days"), 7 * DAY),
        (_("14 days"), 14 * DAY),
        (_("21 days"), 21 * DAY),
        (_("30 days"), 31 * DAY),
        (_("3 months"), 92 * DAY),
        (_("1 year"), 366 * DAY),
        (_("2 years"), 731 * DAY),
        (_("3 years"), 1_097 * DAY),
        (_("5 years"), 3_653 * DAY),
    ]


def _counted(
    found: Sequence[Stored], rule: str, spans: Sequence[tuple[str, timedelta]], at: datetime
) -> list[int]:
    counts = [0] * len(spans)
    for one in found:
        if one.rule == rule:
            left = one.ends_until - at
            place = next((n for n, (_name, span) in enumerate(spans) if left <= span), len(spans) - 1)
            counts[place] += one.turns
    return counts
