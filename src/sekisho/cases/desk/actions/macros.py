"""Writing texts that are used again: each change is a version, and none is edited."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.lengths import whole
from sekisho.base.text import Text
from sekisho.cases.desk.models import Macro, MacroVersion
from sekisho.cases.desk.rules.macros import Unfit, checked
from sekisho.cases.desk.words import refusal

WRITERS = (Permission.STAFF_TICKET_ANSWER, Permission.STAFF_ARTICLE_WRITE)
NAME_CHARS = 60


@transaction.atomic
def write_macro(actor: Viewer, name: str, text: Text, *, clock: Clock = system_clock) -> str:
    """Keep a text under a name, as its first or next version, and return its id. The same text again is no version.

    Raises `NotFoundError` for who writes none, and `SekishoError`: `macro_empty`, `macro_unclear`, `macro_pair`.
    """
    now = _writer(actor)
    called, pair = whole(" ".join(name.split()), NAME_CHARS), Text(text.en.strip(), text.ja.strip())
    answer = checked(pair.en, pair.ja)
    if isinstance(answer, Unfit) or not called:
        code, odd = (answer.code, answer.name) if isinstance(answer, Unfit) else ("macro_empty", "")
        raise refusal(code, name=odd)
    macro, _ = Macro.objects.update_or_create(name=called, defaults={"is_retired": False})
    last = macro.versions.order_by("-number").first()
    if last is None or (last.en, last.ja) != (pair.en, pair.ja):
        number = (macro.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        MacroVersion.objects.create(
            macro=macro, number=number, en=pair.en, ja=pair.ja, made_by=now.id, made_at=clock()
        )
        record(now.id, "macro.written", macro.id, version=number)
    return macro.id


@transaction.atomic
def retire_macro(actor: Viewer, macro_id: str) -> None:
    """Take a text out of use. Its versions stay."""
    now = _writer(actor)
    if Macro.objects.filter(id=macro_id, is_retired=False).update(is_retired=True):
        record(now.id, "macro.retired", macro_id)


def _writer(actor: Viewer) -> Viewer:
    now = as_of_now(actor)
    if not any(may(now, one) for one in WRITERS):
        raise not_found("page_not_found")
    return now
