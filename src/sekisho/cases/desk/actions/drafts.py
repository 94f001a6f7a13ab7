"""Texts that nobody has sent: one's own, and what a model suggests when it is asked (R-SUP-039)."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Lang, as_lang
from sekisho.cases import queries as cases
from sekisho.cases.actions.parts import for_staff
from sekisho.cases.desk import helper
from sekisho.cases.desk.models import Draft
from sekisho.cases.desk.queries.cases import draft_view, staff_row
from sekisho.cases.desk.types import DraftView, Origin
from sekisho.cases.desk.words import refusal
from sekisho.cases.rules.cards import mask_cards
from sekisho.cases.rules.masking import mask_text
from sekisho.cases.types import Reach
from sekisho.cases.vault import key_of, shut_text
from sekisho.cases.words import refusal as case_refusal


def save_draft(
    actor: Viewer,
    case_id: str,
    text: str,
    *,
    language: Lang,
    origin: Origin = Origin.PERSON,
    translated_from: Lang | None = None,
    clock: Clock = system_clock,
) -> DraftView:
    """Keep a text of one's own for later; the one before it is gone. Each person has one of each origin."""
    with transaction.atomic():
        (now, row), at = for_staff(actor, case_id), clock()
        if (key := key_of(row.key)) is None:
            raise case_refusal("unreadable")
        Draft.objects.filter(case=row, by=now.id, origin=origin.value).delete()
        made = Draft(case=row, by=now.id, origin=origin.value, made_at=at, language=language)
        made.translated_from = translated_from or ""
        made.text = shut_text(key, row.id, f"draft {made.id}", mask_cards(text))
        made.save(force_insert=True)
        if origin is not Origin.PERSON:
            record(now.id, "case.draft_suggested", row.id, draft=made.id, origin=origin)
        return draft_view(made, key)


@transaction.atomic
def drop_draft(actor: Viewer, draft_id: str) -> None:
    """Throw a draft away. Raises `NotFoundError` for another's."""
    now = as_of_now(actor)
    if not Draft.objects.filter(id=draft_id, by=now.id).delete()[0]:
        raise not_found("draft_not_found")


def suggest(actor: Viewer, case_id: str, *, clock: Clock = system_clock) -> DraftView:
    """Let a model draft an answer, and keep it as a draft that says so. It is sent by nobody but a person.

    The model sees masked texts, and no notes. Raises `SekishoError`: `no_helper`, `helper_failed`.
    """
    row = staff_row(as_of_now(actor), case_id)
    _there()
    language = as_lang(row.language)
    said = cases.messages(actor, case_id, masked=True)
    open_ones = [(one.voice.value, one.text) for one in said if one.reach is not Reach.STAFF]
    match helper.answered(open_ones, language, case_id):
        case helper.Suggested(text):
            return save_draft(actor, case_id, text, language=language, origin=Origin.AI, clock=clock)
    raise refusal("helper_failed")


def translate(
    actor: Viewer, case_id: str, text: str, *, source: Lang, clock: Clock = system_clock
) -> DraftView:
    """Let a model put one's text into the language of the case, as a draft that says so (R-SUP-084).

    Raises `SekishoError`: `no_helper`, `helper_failed`.
    """
    row = staff_row(as_of_now(actor), case_id)
    _there()
    language = as_lang(row.language)
    match helper.translated(mask_text(mask_cards(text)), language, case_id):
        case helper.Suggested(said):
            return save_draft(
                actor,
                case_id,
                said,
                language=language,
                origin=Origin.TRANSLATION,
                translated_from=source,
                clock=clock,
            )
    raise refusal("helper_failed")


def _there() -> None:
    if not helper.is_there():
        raise refusal("no_helper")
