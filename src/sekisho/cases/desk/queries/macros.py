"""Texts that are used again, in the version that holds now, and the earlier ones."""

from __future__ import annotations

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.base.text import Text
from sekisho.cases.desk.models import MacroVersion
from sekisho.cases.desk.rules.macros import Unfit, placeholders
from sekisho.cases.desk.types import MacroView
from sekisho.cases.rules.queues import queues_of


def macros(viewer: Viewer, *, retired: bool = False) -> tuple[MacroView, ...]:
    """Return the texts that are in use, or retired ones, by name. Raises `NotFoundError` for who works no queue."""
    _see(viewer)
    rows = MacroVersion.objects.select_related("macro").filter(macro__is_retired=retired)
    latest = {row.macro_id: row for row in rows.order_by("macro__name", "number")}
    return tuple(map(_view, latest.values()))


def macro(viewer: Viewer, macro_id: str) -> MacroView:
    """Return one text in its latest version. Raises `NotFoundError`."""
    return versions(viewer, macro_id)[0]


def versions(viewer: Viewer, macro_id: str) -> tuple[MacroView, ...]:
    """Return all versions of a text, latest first. Raises `NotFoundError`."""
    _see(viewer)
    rows = MacroVersion.objects.select_related("macro").filter(macro_id=macro_id).order_by("-number")
    found = tuple(map(_view, rows))
    if not found:
        raise not_found("macro_not_found")
    return found


def _see(viewer: Viewer) -> None:
    if not queues_of(viewer):
        raise not_found("page_not_found")


def _view(row: MacroVersion) -> MacroView:
    places = placeholders(row.en)
    return MacroView(
        row.macro_id,
        row.macro.name,
        row.number,
        Text(row.en, row.ja),
        {} if isinstance(places, Unfit) else places,
        row.made_by,
        row.made_at,
        row.macro.is_retired,
    )
